import { realClock } from '../apimachinery/clock.ts';
import type { RunningServer, StartOptions } from '../start-server.ts';
import type { Command } from './command.ts';
import { serveOptions } from './serve-options.ts';
import { onStopSignal } from './stop-signal.ts';

/** The word as a shell reads it back. */
const shellWord = (text: string) =>
  /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** What is printed once the server answers. */
export function startedText(server: RunningServer, { dataDir }: StartOptions, tookMs: number): string {
  return `
Binnacle is ready after ${Math.round(tookMs)} ms.

  address  ${server.url}
  data     ${dataDir}${server.fresh ? ' (new)' : ''}

Copy this line, then look around:

  export KUBECONFIG=${shellWord(server.kubeconfigPath)}
  kubectl get namespaces

Stop with Ctrl-C.

`;
}

/** Serves the API until it is told to stop. */
export const serve: Command = Object.freeze({
  name: 'serve',
  summary: 'Serves the Kubernetes API.',
  async run(values, output) {
    const options = serveOptions(values, output);
    const stop = onStopSignal(process, () => process.exit(1));
    try {
      const { startServer } = await import('../start-server.ts');
      const server = await startServer(options);
      // The monotonic clock counts from the start of the process, so this includes loading the program.
      output.out(startedText(server, options, realClock.monotonicMs()));
      const signal = await stop.asked;
      options.log.info('stopping', { signal });
      await server.close();
      options.log.info('stopped');
      return 0;
    } finally {
      stop.forget();
    }
  },
} satisfies Command);

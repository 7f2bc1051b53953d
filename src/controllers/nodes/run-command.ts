import type { StandardStreams, StreamedContainer } from '../../apimachinery/node-link.ts';
import { internalError } from '../../apimachinery/status.ts';
import { keyFor } from '../../client/resource.ts';
import type { Instance } from './container.ts';
import type { PodKeeper } from './pod-keeper.ts';

/** The instance of a container that runs; throws what becomes of a kubelet's answer when it does not. */
export function running(
  keeper: Pick<PodKeeper, 'get'>,
  { namespace, pod, container }: StreamedContainer,
): Instance {
  const current = keeper.get(keyFor(namespace, pod))?.containers.get(container)?.current;
  if (current?.instance && !current.ended) return current.instance;
  throw internalError(`unable to upgrade connection: container not found (${JSON.stringify(container)})`);
}

/** Runs a command in a container to its end. What was written is out when this resolves. */
export async function runCommand(
  exec: Instance['exec'],
  { command, tty }: StreamedContainer,
  streams: StandardStreams,
): Promise<number> {
  let written: Promise<void> = Promise.resolve();
  const writer = (stream: StandardStreams['stdout']) => ({
    write(text: string | Uint8Array) {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text;
      written = written.then(() => stream?.write(bytes));
    },
  });
  const stdout = writer(streams.stdout);
  const call = {
    ...{ command, tty, stdout, signal: streams.signal },
    stderr: tty ? stdout : writer(streams.stderr),
    stdin: streams.stdin ?? nothing(),
  };
  const code = await exec?.(call);
  await written;
  if (code === undefined)
    throw internalError(`error executing command in container: ${notSimulated(command)}`);
  return code;
}

const notSimulated = ([first = '']: readonly string[]): string =>
  `exec of ${JSON.stringify(first)} is not simulated: nothing runs in this container but what is a function`;

const nothing = (): ReadableStream<Uint8Array> =>
  new ReadableStream({ start: (controller) => controller.close() });

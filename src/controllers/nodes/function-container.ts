import type {
  ContainerContext,
  ContainerFunction,
  ExecHandler,
  FetchHandler,
} from '../../apimachinery/container-image.ts';
import type { Pod } from '../../client/kinds.ts';
import type { ControllerTools } from '../types.ts';
import type { ContainerStart, Ending, Implementation, Instance } from './container.ts';
import { type ContainerFiles, containerFiles } from './container-files.ts';
import { type ContainerLog, createContainerLog } from './container-log.ts';
import { environmentOf, expand } from './environment.ts';
import { type FileSources, mountedFiles } from './mounted-files.ts';
import { runUnderstood } from './understood.ts';

export interface FunctionTools extends Pick<ControllerTools, 'clock' | 'activity'> {
  /** The pod with the addresses that it has by now. */
  readonly placed: (start: ContainerStart) => Pod;
  /** How the node of the pod reads what is mounted. */
  readonly sourcesOf: (start: ContainerStart) => FileSources;
  /** The API, as whoever the request says. */
  readonly fetch: typeof fetch;
}

/** Where the token of a service account is mounted. */
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const exitCodeOfSigterm = 143;
const exitCodeOfSigkill = 137;

/** Runs a container by calling a function. After a restart of the server it is lost: it has to begin anew. */
export const functionContainer = (run: ContainerFunction, tools: FunctionTools): Implementation => ({
  start: (start) => startFunction(run, start, tools),
});

function startFunction(run: ContainerFunction, start: ContainerStart, tools: FunctionTools): Instance {
  const { clock, activity } = tools;
  const log = createContainerLog();
  const stopping = new AbortController();
  const ports = new Map<number, FetchHandler>();
  const own: Own = {};
  let context: ContainerContext | undefined;
  let ending: Ending | undefined;

  const endAt = (atMs: number, exitCode: number) => {
    if (ending) return;
    ending = { atMs, exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' };
    ports.clear();
    log.close(atMs);
  };
  const end = (exitCode: number) => {
    endAt(clock.now(), exitCode);
    start.onChange();
  };
  const failed = (error: unknown) => {
    if (stopping.signal.aborted && error === stopping.signal.reason) return end(exitCodeOfSigterm);
    log.write(clock.now(), 'stderr', `${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    end(1);
  };
  const begin = async () => {
    const made = await activity.during(() =>
      contextOf(start, { ...tools, log, ports, own, signal: stopping.signal }),
    );
    context = made;
    // What it does from here on is counted where it asks for something: it may well run for ever.
    return run(made);
  };
  begin().then((code) => end(exitCodeFrom(code)), failed);
  return {
    log,
    ending: () => ending,
    probe: () => [],
    listener: (port) => ports.get(port),
    async exec(call) {
      const code = await own.exec?.(call);
      if (code !== undefined || !context || !own.files) return code;
      return runUnderstood(call, { env: context.env, files: own.files, clock });
    },
    terminate: () => stopping.abort(new DOMException('the container is to stop: SIGTERM', 'AbortError')),
    kill(atMs) {
      endAt(atMs, exitCodeOfSigkill);
      stopping.abort(new DOMException('the container was killed: SIGKILL', 'AbortError'));
    },
  };
}

/** As an operating system keeps it: eight bits. */
const exitCodeFrom = (code: unknown): number => (typeof code === 'number' ? Math.trunc(code) & 0xff : 0);

interface Own {
  exec?: ExecHandler;
  files?: ContainerFiles;
}

interface Around extends FunctionTools {
  readonly log: ContainerLog;
  readonly ports: Map<number, FetchHandler>;
  readonly own: Own;
  readonly signal: AbortSignal;
}

async function contextOf(start: ContainerStart, around: Around): Promise<ContainerContext> {
  const { container } = start;
  const pod = around.placed(start);
  const { clock, log, ports, signal, activity } = around;
  const { metadata, spec, status } = pod;
  const sources = around.sourcesOf(start);
  const variables = await environmentOf(pod, container, sources.dataOf);
  const mounted = await mountedFiles(pod, container, sources);
  const files = containerFiles(pod, container, mounted);
  around.own.files = files;
  const token = mounted.get(tokenPath);
  const filled = (words: readonly string[] = []) => words.map((word) => expand(word, variables));
  const writer = (stream: 'stdout' | 'stderr') => ({
    write: (text: string | Uint8Array) => log.write(clock.now(), stream, text),
  });
  return {
    pod: {
      ...{ name: metadata.name, namespace: metadata.namespace, uid: metadata.uid },
      ip: status?.podIP ?? '',
      nodeName: spec?.nodeName ?? '',
      serviceAccountName: spec?.serviceAccountName ?? '',
    },
    name: container.name,
    command: filled(container.command),
    args: filled(container.args),
    env: Object.freeze(Object.assign(Object.create(null), Object.fromEntries(variables))),
    files: files.all,
    stdout: writer('stdout'),
    stderr: writer('stderr'),
    signal,
    clock,
    sleep: (milliseconds) => sleep(milliseconds, clock, signal),
    fetch: (input, init) => {
      const request = new Request(typeof input === 'string' ? new URL(input, apiUrl) : input, init);
      const bearer = token && `Bearer ${Buffer.from(token).toString()}`;
      if (bearer && !request.headers.has('authorization')) request.headers.set('authorization', bearer);
      return activity.during(() => around.fetch(request));
    },
    onExec(handler) {
      around.own.exec = handler;
    },
    listen(port, handler) {
      if (ports.has(port)) throw new Error(`port ${port} is already listened to in this container`);
      ports.set(port, handler);
      return () => void (ports.get(port) === handler && ports.delete(port));
    },
  };
}

const apiUrl = 'https://kubernetes.default.svc';

function sleep(milliseconds: number, clock: FunctionTools['clock'], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      timer.cancel();
      reject(signal.reason);
    };
    const timer = clock.setTimer(milliseconds, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}

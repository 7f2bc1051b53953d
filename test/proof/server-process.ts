import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KubeConfig } from '@kubernetes/client-node';
import type { Endpoint } from './wire.ts';

/** What `server-child.ts` is told to start with. */
export interface ChildOptions {
  readonly store: 'memory' | 'sqlite' | 'etcd';
  readonly directory: string;
  /** 0: any. */
  readonly port: number;
  readonly etcd: readonly string[];
  /** One of `bugs.ts`, to see that it is found. */
  readonly bug: string | undefined;
}

/** What it can be asked once it runs; it answers when it is done. */
export type ChildAsked =
  /** From now on the store does nothing. */
  | { readonly ask: 'stall' }
  | { readonly ask: 'go on' }
  /** From now on followers of the store hear nothing, and then everything. Only for stores that others write to. */
  | { readonly ask: 'deafen' }
  | { readonly ask: 'hear' }
  /** Forgets history before the revision. */
  | { readonly ask: 'compact'; readonly floor: number };

export interface ChildSays {
  /** What for; 'ready' without being asked. */
  readonly did: ChildAsked['ask'] | 'ready';
  readonly port?: number;
}

/** A server in a process of its own, that can be killed, stopped and started again on the same port and directory. */
export interface ServerProcess {
  start(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  ask(asked: ChildAsked): Promise<ChildSays>;
  endpoint(name: string): Promise<Endpoint>;
  /** The last of what it wrote to its log. */
  log(): string;
}

const program = fileURLToPath(new URL('server-child.ts', import.meta.url));
const maxLogChars = 20_000;

export function serverProcess(options: ChildOptions): ServerProcess {
  let child: ChildProcess | undefined;
  let { port } = options;
  let log = '';

  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null;

  const heard = (process: ChildProcess, did: ChildSays['did']): Promise<ChildSays> =>
    new Promise((resolve, reject) => {
      const onMessage = (says: ChildSays) => {
        if (says.did === did) done(() => resolve(says));
      };
      const onExit = () => done(() => reject(new Error(`the server ended:\n${log}`)));
      const done = (settle: () => void) => {
        process.off('message', onMessage).off('exit', onExit);
        settle();
      };
      process.on('message', onMessage).on('exit', onExit);
    });

  return {
    async start() {
      const started = spawn(process.execPath, [program, JSON.stringify({ ...options, port })], {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      });
      child = started;
      started.stderr!.setEncoding('utf8').on('data', (text: string) => {
        log = (log + text).slice(-maxLogChars);
      });
      const says = await heard(started, 'ready');
      port = says.port!;
    },
    async kill() {
      if (!isRunning()) return;
      const exited = once(child!, 'exit');
      child!.kill('SIGKILL');
      await exited;
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async ask(asked) {
      if (!isRunning()) throw new Error('the server does not run');
      const answer = heard(child!, asked.ask);
      child!.send(asked);
      return answer;
    },
    async endpoint(name) {
      const config = new KubeConfig();
      config.loadFromString(await readFile(join(options.directory, 'kubeconfig'), 'utf8'));
      const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
      const pem = (text = '') => Buffer.from(text, 'base64');
      return {
        name,
        url: `https://127.0.0.1:${port}`,
        tls: { ca: pem(cluster?.caData), cert: pem(user?.certData), key: pem(user?.keyData) },
      };
    },
    log: () => log,
  };
}

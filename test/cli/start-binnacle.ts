import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';

const command = fileURLToPath(new URL('../../bin/binnacle.js', import.meta.url));

export interface Binnacle {
  readonly process: ChildProcess;
  /** Everything written so far. */
  out(): string;
  err(): string;
  /** The exit code. */
  readonly exited: Promise<number | null>;
  /** Resolves when the server has said something of this form; rejects when it ended before. */
  says(form: RegExp): Promise<void>;
}

/** Runs the command as a user would. Killed when the test ends. */
export function runBinnacle(t: TestContext, ...argv: string[]): Binnacle {
  const child = spawn(process.execPath, [command, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return {
    process: child,
    out: () => out,
    err: () => err,
    exited,
    async says(form) {
      const over = exited.then((code) => {
        throw new Error(`ended with ${code}: ${err}`);
      });
      over.catch(() => {});
      const said = () => form.test(out) || form.test(err);
      while (!said()) await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), over]);
    },
  };
}

export interface StartedBinnacle extends Binnacle {
  readonly dataDir: string;
  readonly config: KubeConfig;
  readonly api: CoreV1Api;
  /** `https://127.0.0.1:…`. */
  readonly url: string;
  /** The administrator's certificate, and the authority of the server's. */
  readonly tls: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
  /** Asks it to stop and answers the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a server on a free port and waits until it is ready. */
export async function startBinnacle(
  t: TestContext,
  dataDir: string,
  ...argv: string[]
): Promise<StartedBinnacle> {
  const binnacle = runBinnacle(t, '--secure-port=0', `--data-dir=${dataDir}`, ...argv);
  await binnacle.says(/ready after/);
  const config = new KubeConfig();
  config.loadFromFile(join(dataDir, 'kubeconfig'));
  const { server: url = '', caData = '' } = config.getCurrentCluster() ?? {};
  const { certData = '', keyData = '' } = config.getCurrentUser() ?? {};
  const [ca, cert, key] = [caData, certData, keyData].map((data) => Buffer.from(data, 'base64')) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  return {
    ...binnacle,
    dataDir,
    config,
    api: config.makeApiClient(CoreV1Api),
    url,
    tls: { ca, cert, key },
    stop(signal = 'SIGTERM') {
      binnacle.process.kill(signal);
      return binnacle.exited;
    },
  };
}

export async function temporaryDirectory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'binnacle-cli-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A port somebody else listens on while the test runs. */
export async function busyPort(t: TestContext): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  return address.port;
}

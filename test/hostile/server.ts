import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import http2 from 'node:http2';
import { join } from 'node:path';
import { parse } from 'yaml';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { type Answer, type Credentials, objectOf, type Sent, send } from './h1.ts';
import type { ChildMessage, Pulse } from './messages.ts';

/** Memory of the server process: growth without a limit becomes a crash. */
const maxHeapMegabytes = 1_536;

export interface HostileServer extends AsyncDisposable {
  readonly credentials: Credentials;
  send(sent: Sent): Promise<Answer>;
  pulse(): Promise<Pulse>;
  /** Throws when the process has ended. */
  assertAlive(): void;
}

/** The durable TLS server in a process of its own. */
export async function startHostileServer(): Promise<HostileServer> {
  const directory = await temporaryDirectory();
  const child = fork(join(import.meta.dirname, 'child.ts'), [directory.path], {
    execArgv: [`--max-old-space-size=${maxHeapMegabytes}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let lastWords = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString()).slice(-4_000);
  });
  const assertAlive = () =>
    assert.ok(
      child.exitCode === null && child.signalCode === null,
      `the server process has ended (${child.exitCode ?? child.signalCode}): ${lastWords}`,
    );
  const ready = await messageOf(child, 'ready');
  const credentials = await credentialsOf(ready.port, ready.kubeconfigPath);
  return {
    credentials,
    assertAlive,
    send: (sent) => send(credentials, sent),
    async pulse() {
      assertAlive();
      child.send('pulse');
      return (await messageOf(child, 'pulse')).pulse;
    },
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await gone;
      }
      await directory.remove();
    },
  };
}

function messageOf<T extends ChildMessage['type']>(
  child: ChildProcess,
  type: T,
): Promise<Extract<ChildMessage, { type: T }>> {
  return new Promise((resolve, reject) => {
    const onExit = () => settle(() => reject(new Error(`the server process ended before it said '${type}'`)));
    const onMessage = (message: unknown) => {
      const said = message as ChildMessage;
      if (said.type === type) settle(() => resolve(said as Extract<ChildMessage, { type: T }>));
    };
    const settle = (then: () => void) => {
      child.off('exit', onExit).off('message', onMessage);
      then();
    };
    child.on('exit', onExit).on('message', onMessage);
  });
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly 'certificate-authority-data': string } }[];
  readonly users: readonly {
    readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string };
  }[];
}

async function credentialsOf(port: number, path: string): Promise<Credentials> {
  const { clusters, users } = parse(await readFile(path, 'utf8')) as Kubeconfig;
  const decode = (text: string) => Buffer.from(text, 'base64');
  const { user } = users[0]!;
  return {
    port,
    ca: decode(clusters[0]!.cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  };
}

const configMap = (namespace: string, name: string) => ({
  path: `/api/v1/namespaces/${namespace}/configmaps`,
  object: { metadata: { name, labels: { canary: 'yes' } }, data: { bird: 'yellow' } },
});

/** Objects that nothing in these tests has any business with, in the order in which they can be made. */
const canaries = [
  { path: '/api/v1/namespaces', object: { metadata: { name: 'canary' } } },
  configMap('canary', 'bird'),
  configMap('default', 'bird'),
  configMap('kube-system', 'bird'),
  {
    path: '/api/v1/namespaces/canary/secrets',
    object: { metadata: { name: 'bird' }, data: { bird: 'eWVsbG93' } },
  },
  {
    path: '/apis/apps/v1/namespaces/canary/deployments',
    object: {
      metadata: { name: 'bird' },
      spec: {
        selector: { matchLabels: { app: 'bird' } },
        template: {
          metadata: { labels: { app: 'bird' } },
          spec: { containers: [{ name: 'c', image: 'i' }] },
        },
      },
    },
  },
  {
    path: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
    object: { metadata: { name: 'bird' }, rules: [] },
  },
  { path: '/api/v1/nodes', object: { metadata: { name: 'bird' } } },
];

/** GET over one HTTP/2 connection that stays. */
function reader({ port, ca, cert, key }: Credentials): (path: string) => Promise<string> {
  const session = http2.connect(`https://127.0.0.1:${port}`, { ca, cert, key });
  session.on('error', () => {});
  session.unref();
  return async (path) => {
    const stream = session.request({ ':path': path });
    stream.setEncoding('utf8');
    let text = '';
    for await (const chunk of stream) text += chunk;
    return text;
  };
}

/** Makes the canaries; the answer checks that each is still there, byte for byte. */
export async function hangCanaries(server: HostileServer): Promise<() => Promise<void>> {
  const kept = new Map<string, string>();
  for (const { path, object } of canaries) {
    const made = await server.send({ method: 'POST', path, body: JSON.stringify(object) });
    assert.equal(made.status, 201, made.body.toString());
    kept.set(`${path}/${object.metadata.name}`, '');
  }
  const read = reader(server.credentials);
  for (const path of kept.keys()) kept.set(path, await read(path));
  return async () => {
    await Promise.all(
      [...kept].map(async ([path, before]) => assert.equal(await read(path), before, `${path} has changed`)),
    );
    assert.equal(await read('/readyz'), 'ok');
  };
}

/**
 * A failure as the API tells it: a complete Status whose code is that of the answer, or, of a path that leads nowhere, a
 * line of text.
 */
export function assertStatus(answer: Answer, code: number): Record<string, unknown> {
  if (answer.status === 404 && code === 404 && answer.body.toString() === '404 page not found\n') return {};
  const status = objectOf(answer);
  const text = `${answer.status} ${answer.body.toString('latin1', 0, 500)}`;
  assert.equal(answer.status, code, text);
  assert.equal(status?.['kind'], 'Status', text);
  assert.equal(status['code'], code, text);
  assert.equal(status['status'], 'Failure', text);
  assert.equal(typeof status['message'], 'string', text);
  return status;
}

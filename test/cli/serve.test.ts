import assert from 'node:assert/strict';
import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { type Binnacle, busyPort, runBinnacle, temporaryDirectory } from './start-binnacle.ts';

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Starts a server on a free port and waits until it is ready. */
async function start(t: TestContext, dataDir: string, ...argv: string[]) {
  const server = runBinnacle(t, '--secure-port=0', `--data-dir=${dataDir}`, ...argv);
  await server.ready();
  const config = new KubeConfig();
  config.loadFromFile(join(dataDir, 'kubeconfig'));
  return { server, config, api: config.makeApiClient(CoreV1Api) };
}

async function refused(binnacle: Binnacle): Promise<string> {
  assert.equal(await binnacle.exited, 1);
  assert.equal(binnacle.out(), '');
  assert.match(binnacle.err(), /^binnacle: [^\n]+\n$/);
  return binnacle.err();
}

describe('binnacle serve', { timeout: 120_000 }, () => {
  test('starts with one command, keeps objects over a restart, and stops when told to', async (t) => {
    const dataDir = join(await temporaryDirectory(t), 'new', 'data');
    const first = await start(t, dataDir, '--profiling');
    assert.match(first.server.out(), new RegExp(`export KUBECONFIG=${dataDir}/kubeconfig\n`));
    assert.match(first.server.err(), /warning: --profiling has no effect/);
    await first.api.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'kept' } } });

    const second = runBinnacle(t, '--secure-port=0', `--data-dir=${dataDir}`);
    assert.match(await refused(second), /in use by another process/);

    first.server.process.kill('SIGTERM');
    assert.equal(await first.server.exited, 0, first.server.err());

    const again = await start(t, dataDir);
    const kept = await again.api.readNamespacedConfigMap({ namespace: 'default', name: 'kept' });
    assert.equal(kept.metadata?.name, 'kept');

    // A request whose body never comes keeps the server from stopping at once; a second signal does not wait for it.
    const { port } = new URL(again.config.getCurrentCluster()?.server ?? '');
    const socket = connect({
      port: Number(port),
      host: '127.0.0.1',
      rejectUnauthorized: false,
      ...identity(again.config),
    });
    socket.on('error', () => {});
    t.after(() => socket.destroy());
    socket.write(
      'POST /api/v1/namespaces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    again.server.process.kill('SIGINT');
    while (!/stopping/.test(again.server.err())) await new Promise((resolve) => setTimeout(resolve, 5));
    again.server.process.kill('SIGINT');
    assert.equal(await again.server.exited, 1);
  });

  test('what keeps it from starting is one line, exit code 1, and nothing is changed', async (t) => {
    const parent = await temporaryDirectory(t);
    const dataDir = join(parent, 'data');
    const port = await busyPort(t);
    assert.match(
      await refused(runBinnacle(t, `--secure-port=${port}`, `--data-dir=${dataDir}`)),
      new RegExp(`:${port} `),
    );
    assert.equal(await exists(dataDir), false);

    await writeFile(join(parent, 'file'), '');
    const below = runBinnacle(t, '--secure-port=0', `--data-dir=${join(parent, 'file', 'data')}`);
    assert.match(await refused(below), /file\/data/);

    const { server } = await start(t, dataDir);
    server.process.kill('SIGTERM');
    assert.equal(await server.exited, 0);
    const before = await readdir(dataDir);
    const store = new DatabaseSync(join(dataDir, 'store.db'));
    store.exec('PRAGMA user_version = 9999');
    store.close();
    assert.match(await refused(runBinnacle(t, '--secure-port=0', `--data-dir=${dataDir}`)), /newer/);
    assert.deepEqual(
      (await readdir(dataDir)).filter((name) => !before.includes(name)),
      [],
    );
  });
});

function identity(config: KubeConfig) {
  const { certData = '', keyData = '' } = config.getCurrentUser() ?? {};
  return { cert: Buffer.from(certData, 'base64'), key: Buffer.from(keyData, 'base64') };
}

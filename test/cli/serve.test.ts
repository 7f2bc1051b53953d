import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { startBinnacle, temporaryDirectory } from './start-binnacle.ts';

const namespace = 'default';

describe('binnacle serve', { timeout: 120_000 }, () => {
  test('starts with one command and says what to do next', async (t) => {
    const dataDir = join(await temporaryDirectory(t), 'new', 'data');
    const server = await startBinnacle(t, dataDir, '--profiling');
    assert.match(server.out(), new RegExp(`address  ${server.url}\n`));
    assert.match(server.out(), new RegExp(`export KUBECONFIG=${dataDir}/kubeconfig\n`));
    assert.match(server.out(), /ready after \d+ ms/);
    assert.match(server.err(), /^binnacle: warning: --profiling has no effect here\n$/);
    assert.equal((await stat(join(dataDir, 'kubeconfig'))).mode & 0o777, 0o600);
    const { config } = server;
    const names = [config.getContexts(), config.getClusters(), config.getUsers()]
      .flat()
      .map(({ name }) => name);
    assert.deepEqual([...names, config.getCurrentContext()], Array(4).fill('binnacle'));
    assert.equal(await server.stop(), 0);
  });

  test('serves the same objects after a stop and after a kill', async (t) => {
    const dataDir = await temporaryDirectory(t);
    const write = async (name: string, stopping: NodeJS.Signals) => {
      const server = await startBinnacle(t, dataDir);
      await server.api.createNamespacedConfigMap({ namespace, body: { metadata: { name } } });
      assert.equal(await server.stop(stopping), stopping === 'SIGKILL' ? null : 0);
    };
    await write('stopped', 'SIGTERM');
    await write('killed', 'SIGKILL');
    const { api, stop } = await startBinnacle(t, dataDir);
    const { items } = await api.listNamespacedConfigMap({ namespace });
    const names = items.map(({ metadata }) => metadata?.name).sort();
    assert.deepEqual(names, ['killed', 'kube-root-ca.crt', 'stopped']);
    assert.equal(await stop('SIGINT'), 0);
  });
});

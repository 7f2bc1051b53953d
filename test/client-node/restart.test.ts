import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  CoreV1Api,
  type KubeConfig,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { startDurableServer } from '../helpers/durable-server.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { until } from '../helpers/until.ts';
import { configOf } from './kit.ts';

const namespace = 'default';
const restarts = 3;

/** Writes of one life of the server, and what an informer must be told of them. */
async function write(config: KubeConfig, life: number): Promise<string[]> {
  const core = config.makeApiClient(CoreV1Api);
  const make = (name: string) => core.createNamespacedConfigMap({ namespace, body: { metadata: { name } } });
  await make(`kept-${life}`);
  await make(`dropped-${life}`);
  const body = { data: { life: String(life) } };
  const type = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
  await core.patchNamespacedConfigMap({ name: 'kept-0', namespace, body }, type);
  await core.deleteNamespacedConfigMap({ name: `dropped-${life}`, namespace });
  return [`add kept-${life}`, `add dropped-${life}`, `update kept-0 ${life}`, `delete dropped-${life}`];
}

describe('a durable server that is restarted', { timeout: 120_000 }, () => {
  it('lets an informer go on where it was: nothing missed, nothing twice, no second list', async () => {
    await using directory = await temporaryDirectory();
    const dataDir = join(directory.path, 'data');
    let server = await startDurableServer({ dataDir, controllers: [] });
    const { port } = server;
    const config = configOf(server);
    const core = config.makeApiClient(CoreV1Api);

    let lists = 0;
    const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, () => {
      lists++;
      return core.listNamespacedConfigMap({ namespace });
    });
    const calls: string[] = [];
    informer.on('add', ({ metadata }) => calls.push(`add ${metadata?.name}`));
    informer.on('update', ({ metadata, data }) => calls.push(`update ${metadata?.name} ${data?.['life']}`));
    informer.on('delete', ({ metadata }) => calls.push(`delete ${metadata?.name}`));
    // What the client's documentation says to do when the connection fails.
    let stopped = false;
    informer.on('error', () => setTimeout(() => stopped || void informer.start(), 50));
    await informer.start();

    const expected = await write(config, 0);
    await until(() => calls.length >= expected.length);
    for (let life = 1; life <= restarts; life++) {
      const before = await core.listNamespacedConfigMap({ namespace });
      await server.close();
      server = await startDurableServer({ dataDir, port, controllers: [] });
      assert.equal(server.fresh, false);
      const after = await core.listNamespacedConfigMap({ namespace });
      assert.deepEqual(after.items, before.items, 'the same objects');
      assert.ok(Number(after.metadata?.resourceVersion) >= Number(before.metadata?.resourceVersion));
      expected.push(...(await write(config, life)));
      await until(() => calls.length >= expected.length);
    }
    assert.deepEqual(calls, expected);
    assert.equal(lists, 1);
    assert.deepEqual(
      informer
        .list()
        .map(({ metadata }) => metadata?.name)
        .sort(),
      Array.from({ length: restarts + 1 }, (_, life) => `kept-${life}`),
    );
    stopped = true;
    await informer.stop();
    await server.close();
  });
});

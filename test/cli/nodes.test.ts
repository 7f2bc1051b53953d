import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { until } from '../helpers/until.ts';
import { runBinnacle, startBinnacle, temporaryDirectory } from './start-binnacle.ts';

describe('nodes of the command', { timeout: 120_000 }, () => {
  test('are as many and have what the flags say, and pods run on them', async (t) => {
    const directory = await temporaryDirectory(t);
    const flags = ['--nodes=1', '--node-capacity=cpu=3,example.com/gpu=2', '--node-capacity=pods=5'];
    const { api, stop } = await startBinnacle(t, join(directory, 'data'), ...flags);
    const nodes = async () => (await api.listNode()).items;
    await until(async () => (await nodes()).length > 0);
    const [node, ...others] = await nodes();
    assert.equal(others.length, 0);
    const { cpu, pods, memory, 'example.com/gpu': gpu } = node!.status!.allocatable!;
    assert.deepEqual([cpu, pods, gpu, memory], ['3', '5', '2', '32Gi']);
    const spec = { containers: [{ name: 'main', image: 'i' }] };
    const create = () =>
      api.createNamespacedPod({ namespace: 'default', body: { metadata: { name: 'p' }, spec } });
    await until(() =>
      create().then(
        () => true,
        () => false,
      ),
    );
    const phase = async () =>
      (await api.readNamespacedPod({ namespace: 'default', name: 'p' })).status?.phase;
    await until(async () => (await phase()) === 'Running');
    assert.equal(await stop(), 0);
  });

  test('are refused when they make no sense', async (t) => {
    const directory = await temporaryDirectory(t);
    const run = runBinnacle(t, `--data-dir=${join(directory, 'data')}`, '--node-capacity=cpu=lots');
    await run.says(/--node-capacity: "lots" is not an amount of cpu/);
    assert.equal(await run.exited, 1);
  });
});

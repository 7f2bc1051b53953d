import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { StorageV1Api } from '@kubernetes/client-node';
import { until } from '../helpers/until.ts';
import { runBinnacle, type StartedBinnacle, startBinnacle, temporaryDirectory } from './start-binnacle.ts';

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

  test('come with a StorageClass for claims that name none, until somebody takes it away', async (t) => {
    const directory = await temporaryDirectory(t);
    const dataDir = join(directory, 'data');
    const { api, config, stop } = await startBinnacle(t, dataDir, '--nodes=1');
    const namespace = 'default';
    const [claim, name] = ['data', 'db'];
    await api.createNamespacedPersistentVolumeClaim({
      namespace,
      body: {
        metadata: { name: claim },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    });
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: claim } }];
    const spec = { containers: [{ name: 'main', image: 'i' }], volumes };
    await until(() =>
      api.createNamespacedPod({ namespace, body: { metadata: { name }, spec } }).then(
        () => true,
        () => false,
      ),
    );
    await until(async () => (await api.readNamespacedPod({ namespace, name })).status?.phase === 'Running');
    const bound = await api.readNamespacedPersistentVolumeClaim({ namespace, name: claim });
    assert.deepEqual([bound.spec?.storageClassName, bound.status?.phase], ['standard', 'Bound']);

    await config.makeApiClient(StorageV1Api).deleteStorageClass({ name: 'standard' });
    assert.equal(await stop(), 0);
    const classes = async ({ config }: StartedBinnacle) =>
      (await config.makeApiClient(StorageV1Api).listStorageClass()).items.map(
        ({ metadata }) => metadata?.name,
      );
    const again = await startBinnacle(t, dataDir, '--nodes=1');
    assert.deepEqual(await classes(again), []);
    const start = (...flags: string[]) => startBinnacle(t, join(directory, flags.join()), ...flags);
    assert.deepEqual(await classes(await start('--nodes=1', '--storage-class=fast')), ['fast']);
    assert.deepEqual(await classes(await start('--nodes=1', '--storage-class=')), []);
    assert.deepEqual(await classes(await start('--run-nodes=false')), []);
  });

  test('say what they lack when nobody gives them rights', async (t) => {
    const { says, stop } = await startBinnacle(
      t,
      join(await temporaryDirectory(t), 'data'),
      '--authorization-mode=RBAC',
    );
    await says(/simulated nodes .* have no rights here: name Node in --authorization-mode/);
    assert.equal(await stop(), 0);
  });

  test('are refused when they make no sense', async (t) => {
    const directory = await temporaryDirectory(t);
    const run = runBinnacle(t, `--data-dir=${join(directory, 'data')}`, '--node-capacity=cpu=lots');
    await run.says(/--node-capacity: "lots" is not an amount of cpu/);
    assert.equal(await run.exited, 1);
    const named = runBinnacle(t, `--data-dir=${join(directory, 'data')}`, '--storage-class=Not_A_Name');
    assert.equal(await named.exited, 1);
    assert.match(
      named.err(),
      /^binnacle: invalid value for --storage-class: "Not_A_Name": a lowercase RFC 1123 /,
    );
  });
});

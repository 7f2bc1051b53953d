import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podsPath, stage } from '../kit.ts';
import { boundPod, containerOf, eventsOf, stateOf } from './pods.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const secrets = '/api/v1/namespaces/default/secrets';
const claims = '/api/v1/namespaces/default/persistentvolumeclaims';

describe('what a pod needs', () => {
  it('in its environment: a config map and its key', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }];
    await cluster.create(podsPath, boundPod('p', {}, { env }));
    const reason = async () => (await containerOf(cluster, 'p')).state.waiting;
    assert.deepEqual(await reason(), {
      reason: 'CreateContainerConfigError',
      message: 'configmap "settings" not found',
    });
    await cluster.create(configMaps, { metadata: { name: 'settings' }, data: { b: '1' } });
    assert.equal((await reason()).message, "couldn't find key a in ConfigMap default/settings");
    await cluster.merge(`${configMaps}/settings`, { data: { a: '2' } });
    assert.equal(stateOf(await containerOf(cluster, 'p')), 'Running');
    assert.ok((await eventsOf(cluster, 'p')).includes('Failed: Error: configmap "settings" not found'));
  });

  it('but not what is optional', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const envFrom = [{ secretRef: { name: 'maybe', optional: true } }];
    await cluster.create(podsPath, boundPod('p', {}, { envFrom }));
    assert.equal(stateOf(await containerOf(cluster, 'p')), 'Running');
  });

  it('in its volumes: a secret', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const volumes = [{ name: 'keys', secret: { secretName: 'keys' } }];
    await cluster.create(podsPath, boundPod('p', { volumes }));
    assert.equal(stateOf(await containerOf(cluster, 'p')), 'Waiting: ContainerCreating');
    assert.deepEqual(await eventsOf(cluster, 'p'), [
      'FailedMount: MountVolume.SetUp failed for volume "keys" : secret "keys" not found',
    ]);
    await cluster.create(secrets, { metadata: { name: 'keys' } });
    assert.equal(stateOf(await containerOf(cluster, 'p')), 'Running');
  });

  it('in its volumes: a claim that is bound', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    await cluster.create(podsPath, boundPod('p', { volumes }));
    assert.match((await eventsOf(cluster, 'p')).join(), /persistentvolumeclaims "data" not found$/);
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
    await cluster.create(claims, { metadata: { name: 'data' }, spec });
    assert.match(
      (await eventsOf(cluster, 'p')).join(),
      /error processing PVC default\/data: PVC is not bound$/,
    );
    await cluster.merge(`${claims}/data/status`, { status: { phase: 'Bound' } });
    assert.equal(stateOf(await containerOf(cluster, 'p')), 'Running');
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Loose } from '../helpers/api.ts';
import { podsPath, type Stage, stage } from './kit.ts';

const claimsPath = '/api/v1/namespaces/default/persistentvolumeclaims';
const volumesPath = '/api/v1/persistentvolumes';
const classesPath = '/apis/storage.k8s.io/v1/storageclasses';
const all = ['persistentvolume-binder', 'pvc-protection', 'pv-protection', 'ephemeral-volume', 'scheduler'];
const simulated = 'binnacle.dev/simulated';

const claim = (spec: object = {}, name = 'data') => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});
const volume = (name: string, storage = '1Gi', spec: object = {}) => ({
  metadata: { name },
  spec: {
    accessModes: ['ReadWriteOnce'],
    capacity: { storage },
    hostPath: { path: '/x' },
    persistentVolumeReclaimPolicy: 'Retain',
    storageClassName: '',
    ...spec,
  },
});
const phase = async ({ get }: Stage, path: string): Promise<string> => (await get(path)).status.phase;
const reasons = async ({ list }: Stage): Promise<string[]> =>
  (await list('/api/v1/namespaces/default/events')).map(({ reason }) => reason);
const using = (name: string) => ({
  metadata: { name: 'db' },
  spec: {
    containers: [{ name: 'c', image: 'i' }],
    volumes: [{ name: 'v', persistentVolumeClaim: { claimName: name } }],
  },
});
async function addNode(cluster: Stage): Promise<void> {
  await cluster.create('/api/v1/nodes', {
    metadata: { name: 'n1', labels: { 'kubernetes.io/hostname': 'n1' } },
  });
  await cluster.merge('/api/v1/nodes/n1', { spec: { taints: null } });
  await cluster.merge('/api/v1/nodes/n1/status', { status: { allocatable: { cpu: '4', pods: '10' } } });
}

describe('a claim', () => {
  it('gets the smallest volume that has what it asks for', async () => {
    await using cluster = await stage(all);
    await cluster.create(volumesPath, volume('large', '10Gi'));
    await cluster.create(volumesPath, volume('small', '500Mi'));
    await cluster.create(volumesPath, volume('right', '2Gi'));
    assert.equal(await phase(cluster, `${volumesPath}/right`), 'Available');
    await cluster.create(claimsPath, claim({ storageClassName: '' }));
    const bound = await cluster.get(`${claimsPath}/data`);
    assert.equal(bound.spec.volumeName, 'right');
    assert.deepEqual(bound.status, {
      phase: 'Bound',
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '2Gi' },
    });
    assert.deepEqual(bound.metadata.annotations, {
      'pv.kubernetes.io/bind-completed': 'yes',
      'pv.kubernetes.io/bound-by-controller': 'yes',
    });
    const { spec, status } = await cluster.get(`${volumesPath}/right`);
    assert.equal(status.phase, 'Bound');
    assert.equal(spec.claimRef.uid, bound.metadata.uid);
  });

  it('waits for a volume, and gets the first that comes', async () => {
    await using cluster = await stage(all);
    await cluster.create(claimsPath, claim({ storageClassName: '' }));
    assert.equal(await phase(cluster, `${claimsPath}/data`), 'Pending');
    assert.deepEqual(await reasons(cluster), ['FailedBinding']);
    await cluster.create(volumesPath, volume('v1'));
    assert.equal(await phase(cluster, `${claimsPath}/data`), 'Bound');
  });

  it('gets the volume that it names, or that is kept for it', async () => {
    await using cluster = await stage(all);
    await cluster.create(volumesPath, volume('v1'));
    await cluster.create(
      volumesPath,
      volume('v2', '5Gi', { claimRef: { namespace: 'default', name: 'kept' } }),
    );
    await cluster.create(claimsPath, claim({ storageClassName: '', volumeName: 'v1' }, 'named'));
    await cluster.create(claimsPath, claim({ storageClassName: '' }, 'kept'));
    assert.equal((await cluster.get(`${claimsPath}/named`)).status.phase, 'Bound');
    assert.equal((await cluster.get(`${claimsPath}/kept`)).spec.volumeName, 'v2');
  });

  it('gets a new volume from a simulated class, which goes with it', async () => {
    await using cluster = await stage(all);
    await cluster.create(classesPath, { metadata: { name: 'fast' }, provisioner: simulated });
    await cluster.create(claimsPath, claim({ storageClassName: 'fast' }));
    const { metadata, spec, status } = await cluster.get(`${claimsPath}/data`);
    assert.equal(status.phase, 'Bound');
    assert.equal(spec.volumeName, `pvc-${metadata.uid}`);
    assert.deepEqual(await reasons(cluster), ['ProvisioningSucceeded']);
    await cluster.delete(`${claimsPath}/data`);
    assert.deepEqual(await cluster.list(volumesPath), []);
  });

  it('is left to whoever makes volumes of its class', async () => {
    await using cluster = await stage(all);
    await cluster.create(classesPath, { metadata: { name: 'other' }, provisioner: 'example.com/disk' });
    await cluster.create(claimsPath, claim({ storageClassName: 'other' }));
    const { metadata } = await cluster.get(`${claimsPath}/data`);
    assert.equal(metadata.annotations['volume.kubernetes.io/storage-provisioner'], 'example.com/disk');
    assert.deepEqual(await reasons(cluster), ['ExternalProvisioning']);
  });

  it('that waits for its first pod is bound where the pod will be', async () => {
    await using cluster = await stage(all);
    await addNode(cluster);
    await cluster.create(classesPath, {
      metadata: { name: 'late' },
      provisioner: simulated,
      volumeBindingMode: 'WaitForFirstConsumer',
    });
    await cluster.create(claimsPath, claim({ storageClassName: 'late' }));
    assert.equal(await phase(cluster, `${claimsPath}/data`), 'Pending');
    assert.deepEqual(await reasons(cluster), ['WaitForFirstConsumer']);
    await cluster.create(podsPath, using('data'));
    assert.equal(await phase(cluster, `${claimsPath}/data`), 'Bound');
    assert.equal((await cluster.get(`${podsPath}/db`)).spec.nodeName, 'n1');
    const [made] = await cluster.list(volumesPath);
    const [term] = made.spec.nodeAffinity.required.nodeSelectorTerms;
    assert.deepEqual(term.matchExpressions[0].values, ['n1']);
  });

  it('says that it is lost when its volume is', async () => {
    await using cluster = await stage(['persistentvolume-binder']);
    await cluster.create(volumesPath, volume('v1'));
    await cluster.create(claimsPath, claim({ storageClassName: '' }));
    await cluster.delete(`${volumesPath}/v1`);
    assert.equal(await phase(cluster, `${claimsPath}/data`), 'Lost');
    assert.deepEqual(await reasons(cluster), ['ClaimLost']);
  });
});

describe('what is in use', () => {
  it('stays until the last pod has ended', async () => {
    await using cluster = await stage(all);
    await addNode(cluster);
    await cluster.create(volumesPath, volume('v1'));
    await cluster.create(claimsPath, claim({ storageClassName: '' }));
    await cluster.create(podsPath, using('data'));
    await cluster.delete(`${claimsPath}/data`);
    await cluster.delete(`${volumesPath}/v1`);
    assert.ok((await cluster.get(`${claimsPath}/data`)).metadata.deletionTimestamp);
    assert.ok((await cluster.get(`${volumesPath}/v1`)).metadata.deletionTimestamp);
    await cluster.delete(`${podsPath}/db`, { gracePeriodSeconds: 0 });
    assert.deepEqual(await cluster.list(claimsPath), []);
    assert.deepEqual(await cluster.list(volumesPath), []);
  });

  it('a volume that is kept is released with its claim, and not given away again', async () => {
    await using cluster = await stage(all);
    await cluster.create(volumesPath, volume('v1'));
    await cluster.create(claimsPath, claim({ storageClassName: '' }));
    await cluster.delete(`${claimsPath}/data`);
    assert.equal(await phase(cluster, `${volumesPath}/v1`), 'Released');
    await cluster.create(claimsPath, claim({ storageClassName: '' }));
    assert.equal(await phase(cluster, `${claimsPath}/data`), 'Pending');
  });
});

describe('a class of attributes', () => {
  it('stays as long as a claim names it', async () => {
    await using cluster = await stage([...all, 'volumeattributesclass-protection']);
    const path = '/apis/storage.k8s.io/v1/volumeattributesclasses';
    await cluster.create(path, { metadata: { name: 'gold' }, driverName: 'd', parameters: { iops: '9' } });
    await cluster.create(claimsPath, claim({ storageClassName: '', volumeAttributesClassName: 'gold' }));
    await cluster.delete(`${path}/gold`);
    assert.ok((await cluster.get(`${path}/gold`)).metadata.deletionTimestamp);
    await cluster.delete(`${claimsPath}/data`);
    assert.deepEqual(await cluster.list(path), []);
  });
});

describe('a pod with a volume of its own', () => {
  it('gets a claim, which is its own', async () => {
    await using cluster = await stage(all);
    await addNode(cluster);
    await cluster.create(classesPath, { metadata: { name: 'fast' }, provisioner: simulated });
    const template = { spec: claim({ storageClassName: 'fast' }).spec };
    const pod = await cluster.create(podsPath, {
      metadata: { name: 'db' },
      spec: {
        containers: [{ name: 'c', image: 'i' }],
        volumes: [{ name: 'scratch', ephemeral: { volumeClaimTemplate: template } }],
      },
    });
    const made: Loose = await cluster.get(`${claimsPath}/db-scratch`);
    assert.equal(made.metadata.ownerReferences[0].uid, pod.metadata.uid);
    assert.equal(made.status.phase, 'Bound');
    await cluster.cluster.advance(10_000);
    assert.equal((await cluster.get(`${podsPath}/db`)).spec.nodeName, 'n1');
  });
});

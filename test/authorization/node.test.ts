import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { type Api, expectCode, pod } from '../helpers/api.ts';
import { clusterWith, refusal } from './kit.ts';

const space = '/api/v1/namespaces/default';

/** Two nodes; the pod `web` runs on the first and names one of everything. */
async function setUp(t: TestContext) {
  const { api, as } = await clusterWith(t, { modes: ['Node', 'RBAC'] });
  const node = (name: string) => as(`system:node:${name}`, 'system:nodes');
  const make = async (path: string, object: object) => expectCode(await api.post(path, object), 201);
  for (const name of ['n1', 'n2']) await make('/api/v1/nodes', { metadata: { name } });
  for (const name of ['env', 'volume', 'pull', 'late', 'csi', 'other']) {
    await make(`${space}/secrets`, { metadata: { name } });
    await make(`${space}/configmaps`, { metadata: { name } });
  }
  await make(`${space}/serviceaccounts`, { metadata: { name: 'runner' } });
  await make(`${space}/pods`, webPod);
  return { api, make, n1: node('n1'), n2: node('n2'), node };
}

const webPod = pod('web', {
  nodeName: 'n1',
  serviceAccountName: 'runner',
  imagePullSecrets: [{ name: 'pull' }],
  containers: [
    {
      name: 'main',
      image: 'x',
      env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'env', key: 'k' } } }],
      envFrom: [{ configMapRef: { name: 'env' } }],
    },
  ],
  volumes: [
    {
      name: 's',
      projected: { sources: [{ secret: { name: 'volume' } }, { configMap: { name: 'volume' } }] },
    },
    { name: 'c', persistentVolumeClaim: { claimName: 'data' } },
    {
      name: 'e',
      ephemeral: {
        volumeClaimTemplate: {
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      },
    },
  ],
});

const codes = async (client: Api, paths: readonly string[]) =>
  Object.fromEntries(await Promise.all(paths.map(async (path) => [path, (await client.get(path)).status])));

const unrelated = (name: string) => `no relationship found between node '${name}' and this object`;

describe('a kubelet', () => {
  it('reads what the pods of its node name, and no other node does', async (t) => {
    const { n1, n2 } = await setUp(t);
    const needed = [
      'secrets/env',
      'secrets/volume',
      'secrets/pull',
      'configmaps/env',
      'configmaps/volume',
      'serviceaccounts/runner',
      'pods/web',
    ].map((path) => `${space}/${path}`);
    for (const [path, code] of Object.entries(await codes(n1, needed))) assert.equal(code, 200, path);
    for (const [path, code] of Object.entries(await codes(n2, needed))) assert.equal(code, 403, path);
    assert.equal(refusal(await n1.get(`${space}/secrets/other`)), unrelated('n1'));
    assert.equal(refusal(await n2.get(`${space}/secrets/env`)), unrelated('n2'));
  });

  it('reads one object at a time', async (t) => {
    const { n1 } = await setUp(t);
    const watchOne = `${space}/secrets?fieldSelector=metadata.name%3Denv`;
    expectCode(await n1.get(watchOne), 200);
    assert.equal(refusal(await n1.get(`${space}/secrets`)), 'No Object name found');
    assert.equal(refusal(await n1.get('/api/v1/secrets')), 'can only read namespaced object of this type');
    assert.equal(refusal(await n1.delete(`${space}/secrets/env`)), 'can only read resources of this type');
    assert.equal(
      refusal(await n1.get(`${space}/persistentvolumeclaims`)),
      'can only get individual resources of this type',
    );
  });

  it('follows a claim to its volume and to the secrets of that', async (t) => {
    const { make, n1, n2, api } = await setUp(t);
    const claim = `${space}/persistentvolumeclaims/data`;
    const resources = { requests: { storage: '1Gi' } };
    await make(`${space}/persistentvolumeclaims`, {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources },
    });
    expectCode(await n1.get(claim), 200);
    expectCode(await n2.get(claim), 403);
    // The claim of an ephemeral volume has the name of the pod in it.
    expectCode(await n1.get(`${space}/persistentvolumeclaims/web-e`), 404);
    await make('/api/v1/persistentvolumes', {
      metadata: { name: 'pv' },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        csi: {
          driver: 'd.example.com',
          volumeHandle: 'h',
          nodePublishSecretRef: { name: 'csi', namespace: 'default' },
          controllerPublishSecretRef: { name: 'other', namespace: 'default' },
        },
        claimRef: { namespace: 'default', name: 'data' },
      },
    });
    for (const path of ['/api/v1/persistentvolumes/pv', `${space}/secrets/csi`]) {
      expectCode(await n1.get(path), 200);
      expectCode(await n2.get(path), 403);
    }
    expectCode(await n1.get(`${space}/secrets/other`), 403);
    expectCode(await api.delete('/api/v1/persistentvolumes/pv'), 200);
    expectCode(await n1.get(`${space}/secrets/csi`), 403);
  });

  it('loses what it could read when the last pod that needs it goes', async (t) => {
    const { api, make, n1 } = await setUp(t);
    await make(`${space}/pods`, pod('second', { nodeName: 'n1', imagePullSecrets: [{ name: 'pull' }] }));
    const remove = async (name: string) => {
      expectCode(await api.delete(`${space}/pods/${name}`, { gracePeriodSeconds: 0 }), 200);
      return codes(n1, [`${space}/secrets/pull`, `${space}/secrets/env`]);
    };
    assert.deepEqual(Object.values(await remove('web')), [200, 403]);
    assert.deepEqual(Object.values(await remove('second')), [403, 403]);
  });

  it('gains what an ephemeral container names', async (t) => {
    const { api, n1 } = await setUp(t);
    expectCode(await n1.get(`${space}/secrets/late`), 403);
    const ephemeralContainers = [{ name: 'debug', image: 'x', envFrom: [{ secretRef: { name: 'late' } }] }];
    const answer = await api.patch(`${space}/pods/web/ephemeralcontainers`, 'strategic', {
      spec: { ephemeralContainers },
    });
    expectCode(answer, 200);
    expectCode(await n1.get(`${space}/secrets/late`), 200);
  });

  it('cannot open anything with a mirror pod', async (t) => {
    const { make, n2 } = await setUp(t);
    await make(
      `${space}/pods`,
      pod(
        'mirror',
        { nodeName: 'n2', imagePullSecrets: [{ name: 'pull' }] },
        { annotations: { 'kubernetes.io/config.mirror': 'x' } },
      ),
    );
    expectCode(await n2.get(`${space}/pods/mirror`), 200);
    expectCode(await n2.get(`${space}/secrets/pull`), 403);
  });

  it('lists its own pods, and sees its own node', async (t) => {
    const { n1 } = await setUp(t);
    const { items } = expectCode(await n1.get('/api/v1/pods?fieldSelector=spec.nodeName%3Dn1'), 200);
    assert.equal(items.length, 1);
    const refused = 'can only list/watch pods with spec.nodeName field selector';
    for (const selector of ['', '?fieldSelector=spec.nodeName%3Dn2', '?fieldSelector=spec.nodeName!%3Dn1']) {
      assert.equal(refusal(await n1.get(`/api/v1/pods${selector}`)), refused);
    }
    expectCode(await n1.get('/api/v1/nodes/n1'), 200);
    assert.equal(
      refusal(await n1.get('/api/v1/nodes/n2')),
      "node 'n1' cannot read 'n2', only its own Node object",
    );
    assert.equal(
      refusal(await n1.get('/api/v1/nodes')),
      "node 'n1' cannot read all nodes, only its own Node object",
    );
    expectCode(await n1.get('/api/v1/nodes?fieldSelector=metadata.name%3Dn1'), 200);
  });

  it('keeps its own lease and CSINode', async (t) => {
    const { make, n1, n2 } = await setUp(t);
    const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
    const nodes = '/apis/storage.k8s.io/v1/csinodes';
    expectCode(await n1.post(leases, { metadata: { name: 'n1' }, spec: { holderIdentity: 'n1' } }), 201);
    expectCode(await n1.get(`${leases}/n1`), 200);
    assert.equal(
      refusal(await n2.get(`${leases}/n1`)),
      'can only access node lease with the same name as the requesting node',
    );
    assert.equal(
      refusal(await n1.get('/apis/coordination.k8s.io/v1/namespaces/default/leases/n1')),
      'can only access leases in the "kube-node-lease" system namespace',
    );
    assert.equal(
      refusal(await n1.get(leases)),
      'can only get, create, update, patch, or delete a node lease',
    );
    await make(nodes, { metadata: { name: 'n1' }, spec: { drivers: [] } });
    expectCode(await n1.get(`${nodes}/n1`), 200);
    assert.equal(
      refusal(await n2.get(`${nodes}/n1`)),
      'can only access CSINode with the same name as the requesting node',
    );
  });

  it('reads the attachments and slices of its node', async (t) => {
    const { make, n1, n2 } = await setUp(t);
    const attachments = '/apis/storage.k8s.io/v1/volumeattachments';
    const spec = { attacher: 'a', nodeName: 'n1', source: { persistentVolumeName: 'pv' } };
    await make(attachments, { metadata: { name: 'va' }, spec });
    expectCode(await n1.get(`${attachments}/va`), 200);
    assert.equal(refusal(await n2.get(`${attachments}/va`)), unrelated('n2'));
    const slices = '/apis/resource.k8s.io/v1/resourceslices';
    const pool = { name: 'p', generation: 1, resourceSliceCount: 1 };
    await make(slices, {
      metadata: { name: 'slice' },
      spec: { nodeName: 'n1', driver: 'd.example.com', pool, devices: [] },
    });
    expectCode(await n1.get(`${slices}/slice`), 200);
    expectCode(await n1.get(`${slices}?fieldSelector=spec.nodeName%3Dn1`), 200);
    expectCode(await n2.get(`${slices}/slice`), 403);
    assert.equal(
      refusal(await n2.get(`${slices}?fieldSelector=spec.nodeName%3Dn1`)),
      'can only list/watch/deletecollection resourceslices with nodeName field selector',
    );
  });

  it('may ask for tokens of the accounts that its pods run as', async (t) => {
    const { api } = await setUp(t);
    const allowed = async (node: string, resource: object) => {
      const spec = {
        user: `system:node:${node}`,
        groups: ['system:nodes'],
        resourceAttributes: { namespace: 'default', resource: 'serviceaccounts', ...resource },
      };
      const answer = await api.post('/apis/authorization.k8s.io/v1/subjectaccessreviews', { spec });
      return expectCode(answer, 201).status as { allowed: boolean; reason?: string };
    };
    const token = { verb: 'create', subresource: 'token', name: 'runner' };
    assert.deepEqual(await allowed('n1', token), { allowed: true });
    assert.deepEqual(await allowed('n2', token), { allowed: false, reason: unrelated('n2') });
    assert.deepEqual(await allowed('n1', { ...token, verb: 'delete' }), {
      allowed: false,
      reason: 'can only create tokens for individual service accounts',
    });
  });

  it('lists no rules, and says that there are some', async (t) => {
    const { n1 } = await setUp(t);
    const answer = await n1.post('/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
      spec: { namespace: 'default' },
    });
    const { incomplete, evaluationError } = expectCode(answer, 201).status;
    assert.deepEqual(
      [incomplete, evaluationError],
      [true, 'node authorizer does not support user rule resolution'],
    );
  });

  it('is one only with its group', async (t) => {
    const { as } = await clusterWith(t, { modes: ['Node'] });
    // Without groups it would be the node that is meant.
    assert.equal(refusal(await as('system:node:n1', 'team').get('/api/v1/nodes/n1')), '');
  });
});

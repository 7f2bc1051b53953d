import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { apiOver, expectCode, expectFailure, pod as wirePod } from '../helpers/api.ts';
import { requestPem } from '../resources/certificates-fixtures.ts';
import { admissionOver, apply, inNamespace, pod, refused } from './helper.ts';

const user = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };
const node = (name: string, labels: Record<string, string> = {}, spec: object = {}): KubeObject => ({
  ...apply('v1', 'Node', name, { spec }),
  metadata: { name, uid: `uid-${name}`, labels },
});
const owner = { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'uid-n1', controller: true };
const mirror = (spec: object = {}, metadata: object = {}) =>
  pod(
    { nodeName: 'n1', ...spec },
    { annotations: { 'kubernetes.io/config.mirror': 'x' }, ownerReferences: [owner], ...metadata },
  );

async function asNode(...objects: KubeObject[]) {
  const admit = await admissionOver([node('n1'), ...objects], ['NodeRestriction']);
  return (object: KubeObject, extra: Parameters<typeof admit>[1] = {}) => admit(object, { user, ...extra });
}
const onPod = (why: string) => `pods "web" is forbidden: ${why}`;

test('others than nodes are not concerned', async () => {
  const admit = await admissionOver([], ['NodeRestriction']);
  for (const groups of [[], ['system:nodes']]) {
    await admit(node('n2', { 'node-restriction.kubernetes.io/x': 'y' }), { user: { name: 'u', groups } });
  }
  await admit(node('n2'), { user: { name: 'system:node:n1', groups: [] } });
});

test('a node makes mirror pods of its own and no others', async () => {
  const admit = await asNode();
  await admit(mirror({ volumes: [{ name: 'v', hostPath: { path: '/' } }] }));
  const who = 'node "n1"';
  const owned = `${who} can only create pods with an owner reference set to itself`;
  const cases: [KubeObject, string][] = [
    [
      pod({ nodeName: 'n1' }),
      `pod does not have "kubernetes.io/config.mirror" annotation, ${who} can only create mirror pods`,
    ],
    [mirror({ nodeName: 'n2' }), `${who} can only create pods with spec.nodeName set to itself`],
    [mirror({}, { ownerReferences: [] }), owned],
    [mirror({}, { ownerReferences: [{ ...owner, kind: 'Pod' }] }), owned],
    [
      mirror({}, { ownerReferences: [owner, owner] }),
      `${who} can only create pods with a single owner reference set to itself`,
    ],
    [
      mirror({}, { ownerReferences: [{ ...owner, controller: false }] }),
      `${who} can only create pods with a controller owner reference set to itself`,
    ],
    [
      mirror({}, { ownerReferences: [{ ...owner, blockOwnerDeletion: true }] }),
      `${who} must not set blockOwnerDeletion on an owner reference`,
    ],
    [
      mirror({}, { ownerReferences: [{ ...owner, uid: 'other' }] }),
      'node n1 UID mismatch: expected other got uid-n1',
    ],
  ];
  for (const [object, why] of cases) await refused(403, onPod(why), admit(object));
  const stranger = { name: 'system:node:gone', groups: ['system:nodes'] };
  const gone = mirror({ nodeName: 'gone' }, { ownerReferences: [{ ...owner, name: 'gone' }] });
  await refused(404, 'node "gone" not found', admit(gone, { user: stranger }));
});

test('mirror pods need nothing from the API', async () => {
  const admit = await asNode();
  const volume = (source: object) => ({ volumes: [{ name: 'v', ...source }] });
  const projected = (source: object) => volume({ projected: { sources: [source] } });
  const env = (valueFrom: object) => ({ containers: [{ name: 'c', env: [{ name: 'V', valueFrom }] }] });
  const cases: [object, string][] = [
    [{ serviceAccountName: 's' }, 'serviceaccounts'],
    [env({ secretKeyRef: { name: 's' } }), 'secrets'],
    [env({ configMapKeyRef: { name: 's' } }), 'configmaps'],
    [{ resourceClaims: [{ name: 'c' }] }, 'resourceclaims'],
    [volume({ persistentVolumeClaim: { claimName: 'c' } }), 'persistentvolumeclaims'],
    [volume({ ephemeral: {} }), 'persistentvolumeclaims (via ephemeral volumes)'],
    [volume({ csi: { driver: 'd' } }), 'csidrivers (via CSI volumes)'],
    [volume({ glusterfs: { endpoints: 'e' } }), 'endpoints (via glusterFS volumes)'],
    [projected({ serviceAccountToken: { path: 't' } }), 'serviceaccounts (via projected volumes)'],
    [projected({ clusterTrustBundle: {} }), 'clustertrustbundles'],
  ];
  for (const [spec, kind] of cases) {
    await refused(403, onPod(`node "n1" can not create pods that reference ${kind}`), admit(mirror(spec)));
  }
  await admit(mirror(projected({ downwardAPI: {} })));
});

test('a node reports on the pods it runs, and removes them', async () => {
  const admit = await asNode();
  const mine = pod({ nodeName: 'n1' });
  const other = pod({ nodeName: 'n2' });
  const status = (object: KubeObject, oldObject: KubeObject) =>
    admit(object, { oldObject, subresource: 'status' });
  await status({ ...mine, status: { phase: 'Running' } }, mine);
  await refused(
    403,
    onPod('node "n1" can only update pod status for pods with spec.nodeName set to itself'),
    status(other, other),
  );
  await refused(
    403,
    onPod('node "n1" cannot update labels through pod status'),
    status(pod({ nodeName: 'n1' }, { labels: { a: 'b' } }), mine),
  );
  await refused(
    403,
    onPod('node "n1" cannot update resource claim statues'),
    status({ ...mine, status: { resourceClaimStatuses: [{ name: 'c' }] } }, mine),
  );
  await admit(mine, { operation: 'DELETE' });
  await refused(
    403,
    onPod('node "n1" can only delete pods with spec.nodeName set to itself'),
    admit(other, { operation: 'DELETE' }),
  );
  await refused(
    403,
    onPod('unexpected operation "UPDATE", node "n1" can only create and delete mirror pods'),
    admit(mine, { oldObject: mine }),
  );
  await refused(
    403,
    onPod("unexpected pod subresource \"binding\", only 'status' and 'eviction' are allowed"),
    admit(mine, { oldObject: mine, subresource: 'binding' }),
  );
});

/** A server on which nodes may do everything that NodeRestriction lets them do; a pod on `n1` and one on `n2`. */
async function serverForNodes() {
  const cluster = await createCluster({ admission: { enablePlugins: ['NodeRestriction'] } });
  const admin = apiOver(cluster.fetch);
  const uids = new Map<string, string>();
  for (const [name, nodeName] of [
    ['mine', 'n1'],
    ['other', 'n2'],
  ] as const) {
    const running = wirePod(name, { nodeName, serviceAccountName: 'sa', terminationGracePeriodSeconds: 0 });
    uids.set(name, expectCode(await admin.post(podsPath, running), 201).metadata.uid);
  }
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'nodes' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:nodes' }],
  };
  expectCode(await admin.post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', binding), 201);
  return { admin, uids, [Symbol.asyncDispose]: () => cluster.close() };
}

const podsPath = '/api/v1/namespaces/default/pods';
const asN1 = { 'impersonate-user': 'system:node:n1', 'impersonate-group': 'system:nodes' };

test('a node gets tokens for the pods it runs', async () => {
  await using server = await serverForNodes();
  const { admin, uids } = server;
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  expectCode(await admin.post(accounts, apply('v1', 'ServiceAccount', 'sa')), 201);
  const ask = (name: string) =>
    admin.post(
      `${accounts}/sa/token`,
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid: uids.get(name) } },
      },
      asN1,
    );
  assert.equal(
    expectFailure(await ask('other'), 403, 'Forbidden').message,
    'serviceaccounts "sa" is forbidden: node requested token bound to a pod scheduled on a different node',
  );
  // No volume of the pod names an audience; who may do everything may ask for any.
  const granted = expectCode(await ask('mine'), 201);
  assert.equal(granted.spec.boundObjectRef.name, 'mine');
});

test('a node evicts the pods it runs', async () => {
  await using server = await serverForNodes();
  const { admin } = server;
  const evict = (name: string) =>
    admin.post(
      `${podsPath}/${name}/eviction`,
      { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } },
      asN1,
    );
  expectCode(await evict('mine'), 201);
  assert.equal(
    expectFailure(await evict('other'), 403, 'Forbidden').message,
    'pods "other" is forbidden: node n1 can only evict pods with spec.nodeName set to itself',
  );
  expectFailure(await evict('none'), 404, 'NotFound');
  expectCode(await admin.get(`${podsPath}/other`), 200);
  expectFailure(await admin.get(`${podsPath}/mine`), 404, 'NotFound');
});

test('a node writes itself, and no labels that draw work to it', async () => {
  const admit = await asNode();
  const onNode = (why: string) => `nodes "n1" is forbidden: ${why}`;
  const fine = {
    'kubernetes.io/hostname': 'n1',
    'x.node.kubernetes.io/a': 'b',
    'example.com/c': 'd',
    e: 'f',
  };
  await admit(node('n1', fine));
  await refused(
    403,
    'nodes "n2" is forbidden: node "n1" is not allowed to modify node "n2"',
    admit(node('n2')),
  );
  await refused(
    403,
    onNode(
      'node "n1" is not allowed to set the following labels: foo.k8s.io/x, node-restriction.kubernetes.io/y',
    ),
    admit(node('n1', { 'foo.k8s.io/x': 'a', 'node-restriction.kubernetes.io/y': 'b' })),
  );
  const change = (now: KubeObject, before: KubeObject, subresource = '') =>
    admit(now, { oldObject: before, subresource });
  const restricted = { 'node-restriction.kubernetes.io/y': 'b' };
  await change(node('n1', { ...restricted, ...fine }), node('n1', restricted), 'status');
  await refused(
    403,
    onNode('is not allowed to modify labels: node-restriction.kubernetes.io/y'),
    change(node('n1'), node('n1', restricted)),
  );
  const taints = [{ key: 'k', effect: 'NoSchedule' }];
  await refused(
    403,
    onNode('node "n1" is not allowed to modify taints'),
    change(node('n1'), node('n1', {}, { taints })),
  );
  const owned = node('n1');
  owned.metadata.ownerReferences = [owner];
  await refused(403, onNode('node "n1" is not allowed to modify ownerReferences'), change(owned, node('n1')));
  const configSource = { configMap: { name: 'c' } };
  await refused(
    403,
    onNode('node "n1" is not allowed to update configSource to a new non-nil configSource'),
    change(node('n1', {}, { configSource }), node('n1')),
  );
});

test('a node writes its own lease, CSINode, devices and certificates', async () => {
  const admit = await asNode();
  const lease = (namespace: string, name: string) =>
    inNamespace(namespace, apply('coordination.k8s.io/v1', 'Lease', name));
  await refused(
    403,
    'leases.coordination.k8s.io "n1" is forbidden: can only access leases in the "kube-node-lease" system namespace',
    admit(lease('a', 'n1')),
  );
  const csiNode = (name: string) => apply('storage.k8s.io/v1', 'CSINode', name, { spec: { drivers: [] } });
  await admit(csiNode('n1'));
  await refused(
    403,
    'csinodes.storage.k8s.io "n2" is forbidden: can only access CSINode with the same name as the requesting node',
    admit(csiNode('n2')),
  );
  const slice = (nodeName: string) =>
    apply('resource.k8s.io/v1', 'ResourceSlice', 's', { spec: { nodeName } });
  await admit(slice('n1'), { operation: 'DELETE' });
  for (const [operation, verb] of [
    ['CREATE', 'create'],
    ['DELETE', 'delete'],
  ] as const) {
    await refused(
      403,
      `resourceslices.resource.k8s.io "s" is forbidden: can only ${verb} ResourceSlice with the same NodeName as the requesting node`,
      admit(slice('n2'), { operation }),
    );
  }
  const request = Buffer.from(requestPem).toString('base64');
  const signing = (signerName: string) =>
    apply('certificates.k8s.io/v1', 'CertificateSigningRequest', 'c', { spec: { request, signerName } });
  await admit(signing('example.com/other'));
  await refused(
    403,
    'certificatesigningrequests.certificates.k8s.io "c" is forbidden: can only create a node CSR with CN=system:node:n1',
    admit(signing('kubernetes.io/kubelet-serving')),
  );
});

test('a node renews the lease of its name', async () => {
  const admit = await admissionOver(
    [node('n1'), { ...apply('v1', 'Namespace', 'kube-node-lease', { status: { phase: 'Active' } }) }],
    ['NodeRestriction'],
  );
  const lease = (name: string) =>
    inNamespace('kube-node-lease', apply('coordination.k8s.io/v1', 'Lease', name));
  await admit(lease('n1'), { user });
  await refused(
    403,
    'leases.coordination.k8s.io "n2" is forbidden: can only access node lease with the same name as the requesting node',
    admit(lease('n2'), { user }),
  );
});

test('a node reports that a volume has grown, and no more', async () => {
  const admit = await asNode();
  const claim = (status: object, metadata: object = {}): KubeObject => ({
    ...apply('v1', 'PersistentVolumeClaim', 'c', { status }),
    metadata: { name: 'c', namespace: 'a', ...metadata },
  });
  const old = claim({ phase: 'Bound', capacity: { storage: '1Gi' } });
  const change = (now: KubeObject, subresource = 'status') => admit(now, { oldObject: old, subresource });
  await change(claim({ phase: 'Bound', capacity: { storage: '2Gi' }, conditions: [] }));
  const on = 'persistentvolumeclaims "c" is forbidden:';
  await refused(403, `${on} may only update PVC status`, change(old, ''));
  const only = `${on} node "n1" is not allowed to update fields other than status.quantity and status.conditions:`;
  await refused(403, `${only} status`, change(claim({ phase: 'Lost' })));
  await refused(
    403,
    `${only} metadata`,
    change(claim({ phase: 'Bound', capacity: { storage: '1Gi' } }, { labels: { a: 'b' } })),
  );
});

test('a node gets tokens for pods it runs, with audiences that they name', async () => {
  const driver = apply('storage.k8s.io/v1', 'CSIDriver', 'd.example', {
    spec: { tokenRequests: [{ audience: 'vault' }] },
  });
  const running: KubeObject = pod(
    {
      nodeName: 'n1',
      volumes: [
        { name: 't', projected: { sources: [{ serviceAccountToken: { path: 't', audience: 'db' } }] } },
        { name: 'd', csi: { driver: 'd.example' } },
      ],
    },
    { uid: 'u1' },
  );
  const away = pod({ nodeName: 'n2' }, { name: 'away', uid: 'u2' });
  const admit = await admissionOver([driver, running, away], ['NodeRestriction']);
  const ask = (spec: object) =>
    admit(inNamespace('a', apply('v1', 'ServiceAccount', 'sa', { spec })), { user, subresource: 'token' });
  const to = (name: string, uid: string | undefined, ...audiences: string[]) =>
    ask({ audiences, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid } });
  await to('web', 'u1', 'db');
  await to('web', 'u1', 'vault');
  const on = 'serviceaccounts "sa" is forbidden:';
  const cases: [Promise<unknown>, string][] = [
    [ask({}), 'node requested token not bound to a pod'],
    [to('web', undefined, 'db'), 'node requested token with a pod binding without a uid'],
    [
      to('web', 'old', 'db'),
      'the UID in the bound object reference (old) does not match the UID in record. The object might have been deleted and then recreated',
    ],
    [to('away', 'u2', 'db'), 'node requested token bound to a pod scheduled on a different node'],
    [to('web', 'u1', 'db', 'vault'), 'node may only request 0 or 1 audiences'],
    [
      to('web', 'u1', 'else'),
      'audience "else" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience',
    ],
  ];
  for (const [attempt, why] of cases) await refused(403, `${on} ${why}`, attempt);
  await refused(404, 'pod "gone" not found', to('gone', 'u1'));
});

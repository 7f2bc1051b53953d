import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cluster, createCluster } from '../../src/testing/cluster.ts';
import { type Api, apiOver, configMap, expectCode, expectFailure } from '../helpers/api.ts';
import { requestPem } from '../resources/certificates-fixtures.ts';
import { admissionOver, apply, refused } from './helper.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const certificates = '/apis/certificates.k8s.io/v1/certificatesigningrequests';

/** The API as a user who may do what the rules say. */
async function asUser(cluster: Cluster, name: string, rules: readonly object[]): Promise<Api> {
  const admin = apiOver(cluster.fetch);
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const role = { apiVersion, kind: 'ClusterRole', metadata: { name }, rules };
  expectCode(await admin.post(`${rbac}/clusterroles`, role), 201);
  const binding = {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }],
  };
  expectCode(await admin.post(`${rbac}/clusterrolebindings`, binding), 201);
  return apiOver((input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('impersonate-user', name);
    return cluster.fetch(input, { ...init, headers });
  });
}

const signingRequest = (name: string, signerName: string) => ({
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name },
  spec: { request: Buffer.from(requestPem).toString('base64'), signerName, usages: ['client auth'] },
});

const approved = {
  status: { conditions: [{ type: 'Approved', status: 'True', reason: 'r', message: 'm' }] },
};
const failed = { status: { conditions: [{ type: 'Failed', status: 'True', reason: 'r', message: 'm' }] } };

const signerRule = (verb: string, name: string) => ({
  apiGroups: ['certificates.k8s.io'],
  resources: ['signers'],
  resourceNames: [name],
  verbs: [verb],
});
const writeRequests = {
  apiGroups: ['certificates.k8s.io'],
  resources: ['certificatesigningrequests/approval', 'certificatesigningrequests/status'],
  verbs: ['patch', 'update'],
};

test('requests are approved and signed by those who are trusted with the signer', async () => {
  await using cluster = await createCluster();
  const admin = apiOver(cluster.fetch);
  for (const [name, signer] of [
    ['one', 'example.com/one'],
    ['two', 'example.com/two'],
    ['far', 'example.org/far'],
  ] as const) {
    expectCode(await admin.post(certificates, signingRequest(name, signer)), 201);
  }
  const api = await asUser(cluster, 'approver', [
    writeRequests,
    signerRule('approve', 'example.com/one'),
    signerRule('sign', 'example.com/*'),
  ]);
  expectCode(await api.patch(`${certificates}/one/approval`, 'merge', approved), 200);
  const { message } = expectFailure(
    await api.patch(`${certificates}/two/approval`, 'merge', approved),
    403,
    'Forbidden',
  );
  assert.equal(
    message,
    'certificatesigningrequests.certificates.k8s.io "two" is forbidden: user not permitted to approve requests with signerName "example.com/two"',
  );
  expectCode(await api.patch(`${certificates}/two/status`, 'merge', failed), 200);
  const answer = await api.patch(`${certificates}/far/status`, 'merge', failed);
  assert.equal(
    expectFailure(answer, 403, 'Forbidden').message,
    'certificatesigningrequests.certificates.k8s.io "far" is forbidden: user not permitted to sign requests with signerName "example.org/far"',
  );
  const label = { metadata: { labels: { a: 'b' } } };
  expectCode(await api.patch(`${certificates}/far/status`, 'merge', label), 200);
});

test('trust bundles of a signer are published by those who are trusted with it', async () => {
  const admit = await admissionOver([]);
  const bundle = (signerName: string, trustBundle = 'x') =>
    apply('certificates.k8s.io/v1beta1', 'ClusterTrustBundle', 'b', { spec: { signerName, trustBundle } });
  const user = { name: 'u', groups: [] };
  const why =
    'clustertrustbundles.certificates.k8s.io "b" is forbidden: user not permitted to attest for signerName "example.com/one"';
  const present = bundle('example.com/one');
  await admit(present);
  await admit(bundle(''), { user });
  await admit({ ...present, metadata: { name: 'b', finalizers: ['x/y'] } }, { user, oldObject: present });
  await refused(403, why, admit(present, { user }));
  await refused(403, why, admit(bundle('example.com/one', 'y'), { user, oldObject: present }));
});

const blocking = (owner: object, blockOwnerDeletion = true) => ({
  ownerReferences: [{ ...owner, blockOwnerDeletion }],
});

test('owner references ask for delete on what is owned and finalizers on the owner', async () => {
  await using cluster = await createCluster({
    admission: { enablePlugins: ['OwnerReferencesPermissionEnforcement'] },
  });
  const admin = apiOver(cluster.fetch);
  const maps = '/api/v1/namespaces/default/configmaps';
  const { uid } = expectCode(await admin.post(maps, configMap('owner')), 201).metadata;
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid };
  const api = await asUser(cluster, 'editor', [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'patch', 'get'] },
  ]);
  const why = async (answer: ReturnType<Api['get']>) => expectFailure(await answer, 403, 'Forbidden').message;

  expectCode(await api.post(maps, configMap('free', {}, blocking(owner, false))), 201);
  assert.equal(
    await why(api.patch(`${maps}/free`, 'merge', { metadata: { ownerReferences: null } })),
    'configmaps "free" is forbidden: cannot set an ownerRef on a resource you can\'t delete: , <nil>',
  );
  assert.equal(
    await why(api.post(maps, configMap('bound', {}, blocking(owner)))),
    'configmaps "bound" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can\'t set finalizers on: , <nil>',
  );
  assert.equal(
    await why(api.post(maps, configMap('odd', {}, blocking({ ...owner, kind: 'Nothing' })))),
    'configmaps "odd" is forbidden: cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion v1 Kind Nothing: no matches for kind "Nothing" in version "v1"',
  );
  expectCode(await admin.post(maps, configMap('bound', {}, blocking(owner))), 201);

  const trusted = await asUser(cluster, 'finalizer', [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'delete', 'patch'] },
    { apiGroups: [''], resources: ['configmaps/finalizers'], resourceNames: ['owner'], verbs: ['update'] },
  ]);
  expectCode(await trusted.post(maps, configMap('mine', {}, blocking(owner))), 201);
  expectCode(await trusted.patch(`${maps}/mine`, 'merge', { metadata: { ownerReferences: null } }), 200);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMap, expectCode, expectFailure, type Loose } from '../../helpers/api.ts';
import { assertSubset } from '../../helpers/subset.ts';
import { allow, base64, configMaps, deny, type Hooked, hooked, respond, rule } from './kit.ts';
import { bothOf, options, requestOf, userInfo, watched } from './review-kit.ts';

const ofConfigMaps = {
  kind: { group: '', version: 'v1', kind: 'ConfigMap' },
  resource: { group: '', version: 'v1', resource: 'configmaps' },
  requestKind: { group: '', version: 'v1', kind: 'ConfigMap' },
  requestResource: { group: '', version: 'v1', resource: 'configmaps' },
  namespace: 'default',
  userInfo,
};

/** An object as it is stored is what a GET answers. */
const stored = async ({ api }: Hooked, path: string): Promise<Loose> => expectCode(await api.get(path), 200);

const plain = (metadata: object, data: object = { k: 'v' }) => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { namespace: 'default', ...metadata },
  data,
});

test('a create: before its metadata is filled in, and after', async (t) => {
  const use = await watched(t);
  await use.watch();
  const sent = { ...configMap('a', { k: 'v' }), metadata: { name: 'a', uid: 'mine', generation: 7 } };
  const { metadata } = expectCode(await use.api.post(`${configMaps}?fieldManager=me`, sent), 201);
  const [mutating, validating] = bothOf(use);
  const about = {
    ...ofConfigMaps,
    name: 'a',
    operation: 'CREATE',
    oldObject: null,
    dryRun: false,
    options: options('CreateOptions', { fieldManager: 'me' }),
  };
  assert.deepEqual(mutating, { ...about, object: plain({ name: 'a', generation: 7 }) });
  const { uid, creationTimestamp } = metadata;
  assert.deepEqual(validating, {
    ...about,
    object: plain({ name: 'a', generation: 7, uid, creationTimestamp }),
  });
});

test('a create that is refused before or after the mutating webhooks', async (t) => {
  const use = await watched(t);
  await use.watch();
  expectFailure(await use.api.post(configMaps, { data: { k: 1 } }), 400, 'BadRequest');
  assert.deepEqual(use.who(), []);
  expectFailure(await use.api.post(configMaps, configMap('Not_Valid')), 422, 'Invalid');
  assert.deepEqual(use.who(), ['m']);
  expectCode(await use.api.post(configMaps, configMap('a')), 201);
  use.asked();
  expectFailure(await use.api.post(configMaps, configMap('a')), 409, 'AlreadyExists');
  assert.deepEqual(use.who(), ['m', 'v']);
});

test('a create with generateName: the name is made between the two kinds', async (t) => {
  const use = await watched(t);
  await use.watch();
  const { metadata } = expectCode(
    await use.api.post(configMaps, { metadata: { generateName: 'gen-' }, data: { k: 'v' } }),
    201,
  );
  const [mutating, validating] = bothOf(use);
  assert.equal('name' in mutating, false);
  assert.deepEqual(mutating.object, plain({ generateName: 'gen-' }));
  assert.match(metadata.name, /^gen-.{5}$/);
  assert.equal(validating.name, metadata.name);
  assert.equal(validating.object.metadata.name, metadata.name);
});

test('an update: what was sent, and what is there', async (t) => {
  const use = await watched(t);
  const old = expectCode(await use.api.post(configMaps, configMap('a', { k: 'v' })), 201);
  await use.watch();
  const path = `${configMaps}/a?fieldValidation=Warn`;
  expectCode(await use.api.put(path, configMap('a', { k: 'w' })), 200);
  const [mutating, validating] = bothOf(use);
  const about = {
    ...ofConfigMaps,
    name: 'a',
    operation: 'UPDATE',
    oldObject: old,
    dryRun: false,
    options: options('UpdateOptions', { fieldValidation: 'Warn' }),
  };
  assert.deepEqual(mutating, { ...about, object: plain({ name: 'a' }, { k: 'w' }) });
  assert.deepEqual(validating, { ...about, object: { ...old, data: { k: 'w' } } });
  expectCode(await use.api.put(`${configMaps}/a`, configMap('a', { k: 'w' })), 200);
  assert.deepEqual(use.who(), ['m', 'v'], 'also when nothing changes');
  expectFailure(await use.api.put(`${configMaps}/none`, configMap('none')), 404, 'NotFound');
  assert.deepEqual(use.who(), []);
});

test('a patch is an update: the whole object with the change', async (t) => {
  const use = await watched(t);
  let old = expectCode(await use.api.post(configMaps, configMap('a', { k: 'v' })), 201);
  await use.watch();
  const patches = [
    ['merge', { data: { z: '1' } }, { k: 'v', z: '1' }],
    ['json', [{ op: 'remove', path: '/data/k' }], { z: '1' }],
    ['strategic', { data: { y: '2' } }, { y: '2', z: '1' }],
  ] as const;
  for (const [type, body, data] of patches) {
    const changed = expectCode(await use.api.patch(`${configMaps}/a`, type, body), 200);
    const about = { ...ofConfigMaps, name: 'a', operation: 'UPDATE', oldObject: old, dryRun: false };
    const expected = { ...about, object: { ...old, data }, options: options('UpdateOptions') };
    assert.deepEqual(bothOf(use), [expected, expected], type);
    old = changed;
  }
});

const aboutDeletion = { ...ofConfigMaps, name: 'a', operation: 'DELETE', object: null, dryRun: false };

test('a delete: what is there, and the options', async (t) => {
  const use = await watched(t);
  const old = expectCode(await use.api.post(configMaps, configMap('a', { k: 'v' })), 201);
  await use.watch();
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' };
  expectCode(await use.api.delete(`${configMaps}/a`, body), 200);
  const expected = {
    ...aboutDeletion,
    oldObject: old,
    options: options('DeleteOptions', { propagationPolicy: 'Background' }),
  };
  assert.deepEqual(bothOf(use), [expected, expected]);
  expectFailure(await use.api.delete(`${configMaps}/a`), 404, 'NotFound');
  assert.deepEqual(use.who(), []);
});

test('a delete with options in the query', async (t) => {
  const use = await watched(t);
  const old = expectCode(await use.api.post(configMaps, configMap('a', { k: 'v' })), 201);
  await use.watch();
  expectCode(await use.api.delete(`${configMaps}/a?gracePeriodSeconds=5&propagationPolicy=Orphan`), 200);
  const given = { gracePeriodSeconds: 5, propagationPolicy: 'Orphan' };
  const expected = { ...aboutDeletion, oldObject: old, options: options('DeleteOptions', given) };
  assert.deepEqual(bothOf(use), [expected, expected]);
});

test('what finalizers hold: its deletion each time, and the update that lets it go', async (t) => {
  const use = await watched(t);
  const finalizers = ['example.com/x'];
  expectCode(await use.api.post(configMaps, configMap('a', { k: 'v' }, { finalizers })), 201);
  await use.watch();
  for (let times = 0; times < 2; times++) {
    const old = await stored(use, `${configMaps}/a`);
    assert.equal('deletionTimestamp' in old.metadata, times > 0);
    expectCode(await use.api.delete(`${configMaps}/a`), 200);
    const expected = { ...aboutDeletion, oldObject: old, options: options('DeleteOptions') };
    assert.deepEqual(bothOf(use), [expected, expected]);
  }
  expectCode(await use.api.patch(`${configMaps}/a`, 'merge', { metadata: { finalizers: null } }), 200);
  for (const request of bothOf(use)) {
    assertSubset(request, {
      operation: 'UPDATE',
      object: { metadata: { finalizers: undefined } },
      oldObject: { metadata: { finalizers } },
    });
  }
});

test('a deletecollection: one review for each object that is chosen', async (t) => {
  const use = await watched(t);
  const created = [];
  for (const [name, choose] of Object.entries({ a: 'x', b: 'x', c: 'y' })) {
    const body = configMap(name, { k: 'v' }, { labels: { choose } });
    created.push(expectCode(await use.api.post(configMaps, body), 201));
  }
  await use.validating('v', use.hook('v', allow()));
  expectCode(await use.api.delete(`${configMaps}?labelSelector=choose%3Dx`), 200);
  const requests = use.asked().map(requestOf);
  for (const request of requests) {
    assertSubset(request, {
      ...ofConfigMaps,
      operation: 'DELETE',
      object: null,
      dryRun: false,
      options: options('DeleteOptions'),
    });
  }
  const byName = (one: Loose, other: Loose) => (one.metadata.name < other.metadata.name ? -1 : 1);
  assert.deepEqual(requests.map(({ oldObject }) => oldObject).sort(byName), created.slice(0, 2));
  expectCode(await use.api.delete(`${configMaps}?labelSelector=choose%3Dnone`), 200);
  assert.deepEqual(use.who(), []);
  use.behave('v', deny({ message: 'not c' }));
  const answer = expectCode(await use.api.delete(configMaps), 400);
  assert.equal(answer.message, 'admission webhook "v.example.com" denied the request: not c');
  expectCode(await use.api.get(`${configMaps}/c`), 200);
});

test('a dry run says so in the request and in the options', async (t) => {
  const use = await watched(t);
  expectCode(await use.api.post(configMaps, configMap('a', { k: 'v' })), 201);
  await use.watch();
  const expected = (kind: string) => ({ dryRun: true, options: options(kind, { dryRun: ['All'] }) });
  expectCode(await use.api.post(`${configMaps}?dryRun=All`, configMap('b')), 201);
  for (const request of bothOf(use)) assertSubset(request, expected('CreateOptions'));
  expectCode(await use.api.put(`${configMaps}/a?dryRun=All`, configMap('a', { k: 'w' })), 200);
  for (const request of bothOf(use)) assertSubset(request, expected('UpdateOptions'));
  expectCode(await use.api.patch(`${configMaps}/a?dryRun=All`, 'merge', { data: { k: 'w' } }), 200);
  for (const request of bothOf(use)) assertSubset(request, expected('UpdateOptions'));
  expectCode(await use.api.delete(`${configMaps}/a`, { dryRun: ['All'] }), 200);
  for (const request of bothOf(use)) assertSubset(request, expected('DeleteOptions'));
  assert.deepEqual((await stored(use, `${configMaps}/a`)).data, { k: 'v' });
});

test('who asks: the user with uid, groups and extra', async (t) => {
  const use = await watched(t);
  await use.watch();
  const post = (name: string, headers: Loose) => use.api.post(configMaps, configMap(name), headers);
  const jane = {
    'impersonate-user': 'jane',
    'impersonate-uid': 'jane-uid',
    'impersonate-group': ['dev', 'system:masters'],
    'impersonate-extra-scopes': ['view', 'edit'],
    'impersonate-extra-example.com%2Fthing': 'x',
  };
  expectCode(await post('a', jane), 201);
  const [{ userInfo }] = bothOf(use);
  assert.deepEqual(userInfo, {
    username: 'jane',
    uid: 'jane-uid',
    groups: ['dev', 'system:masters', 'system:authenticated'],
    extra: { scopes: ['view', 'edit'], 'example.com/thing': ['x'] },
  });
  expectCode(await post('b', { 'impersonate-user': 'bob', 'impersonate-group': 'system:masters' }), 201);
  const [{ userInfo: bob }] = bothOf(use);
  assert.deepEqual(bob, { username: 'bob', groups: ['system:masters', 'system:authenticated'] });
});

test('a namespace is in itself', async (t) => {
  const use = await watched(t, [rule('*', '', 'v1', ['namespaces', 'namespaces/*'])]);
  await use.watch();
  const path = '/api/v1/namespaces';
  const asked = () => bothOf(use)[1];
  expectCode(await use.api.post(path, { metadata: { name: 'n' } }), 201);
  const created = asked();
  assertSubset(created, { operation: 'CREATE', name: 'n', namespace: 'n' });
  assert.deepEqual(created.object.metadata.labels, { 'kubernetes.io/metadata.name': 'n' });
  expectCode(await use.api.patch(`${path}/n`, 'merge', { metadata: { annotations: { a: 'b' } } }), 200);
  assertSubset(asked(), { operation: 'UPDATE', name: 'n', namespace: 'n' });
  const status = { metadata: { annotations: { a: 'c' } } };
  expectCode(await use.api.patch(`${path}/n/status`, 'merge', status), 200);
  assertSubset(asked(), { operation: 'UPDATE', subResource: 'status', name: 'n', namespace: 'n' });
  expectCode(await use.api.delete(`${path}/n`), 200);
  assertSubset(asked(), { operation: 'DELETE', name: 'n', namespace: 'n', object: null });
});

test('what is of the cluster is in no namespace', async (t) => {
  const use = await watched(t, [rule('*', '*', 'v1', 'clusterroles')]);
  await use.watch();
  const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
  expectCode(await use.api.post(roles, { metadata: { name: 'r' }, rules: [] }), 201);
  for (const request of bothOf(use)) assertSubset(request, { name: 'r', namespace: undefined });
});

test('the request is a POST of JSON, with the seconds it may take', async (t) => {
  const use = await watched(t, undefined, { timeoutSeconds: 7 });
  await use.watch();
  expectCode(await use.api.post(configMaps, configMap('a')), 201);
  for (const { by, url, headers } of use.asked()) {
    assert.equal(url, `/${by}?timeout=7s`);
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers.accept, 'application/json, */*');
    assert.equal(headers.authorization, undefined);
  }
  const before = use.connections();
  for (const name of ['b', 'c', 'd']) expectCode(await use.api.post(configMaps, configMap(name)), 201);
  assert.equal(use.connections(), before, 'connections are kept');
  await use.validating('w', use.hook('w', allow()));
  expectCode(await use.api.post(configMaps, configMap('e')), 201);
  assert.equal(use.asked().at(-1)!.url, '/w?timeout=10s');
});

test('reads are not reviewed', async (t) => {
  const use = await hooked(t);
  expectCode(await use.api.post(configMaps, configMap('a')), 201);
  await use.validating('v', use.hook('v', deny(), { rules: [rule('*', '*', '*', '*/*')] }));
  expectCode(await use.api.get(`${configMaps}/a`), 200);
  expectCode(await use.api.get(configMaps), 200);
  assert.deepEqual(use.who(), []);
  expectCode(await use.api.delete(`${configMaps}/a`), 400);
});

test('v1beta1: the first version that both know, with its laxer answers', async (t) => {
  const use = await hooked(t);
  const versions = (...admissionReviewVersions: string[]) => ({ admissionReviewVersions });
  const says = use.hook('v', deny({ message: 'v1beta1 says no' }), versions('v1beta1'));
  await use.validating('v', says);
  const refused = expectCode(await use.api.post(configMaps, configMap('a')), 400);
  assert.equal(refused.message, 'admission webhook "v.example.com" denied the request: v1beta1 says no');
  assert.equal(use.asked()[0]!.review.apiVersion, 'admission.k8s.io/v1beta1');
  use.behave('v', allow());
  await use.validating(
    'w',
    use.hook('w1', allow(), versions('v2', 'v1')),
    use.hook('w2', allow(), versions('v1beta1', 'v1')),
  );
  expectCode(await use.api.post(configMaps, configMap('b')), 201);
  const chosen = Object.fromEntries(use.asked().map(({ by, review }) => [by, review.apiVersion]));
  assert.deepEqual([chosen.w1, chosen.w2], ['admission.k8s.io/v1', 'admission.k8s.io/v1beta1']);

  const patch = base64([{ op: 'add', path: '/data/p', value: '1' }]);
  const lax = () => ({ response: { allowed: true, patch } });
  await use.mutating('m', use.hook('m', lax, versions('v1beta1')));
  const { data } = expectCode(await use.api.post(configMaps, configMap('c', { k: 'v' })), 201);
  assert.deepEqual(data, { k: 'v', p: '1' });
  use.behave('m', (review, response) =>
    respond({ allowed: true })({ ...review, apiVersion: 'admission.k8s.io/v1' }, response),
  );
  const { message } = expectFailure(await use.api.post(configMaps, configMap('d')), 500, 'InternalError');
  assert.equal(
    message,
    'Internal error occurred: failed calling webhook "m.example.com": failed to call webhook: converting (v1.AdmissionReview) to (v1beta1.AdmissionReview): unknown conversion',
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectCode, expectFailure, pod } from '../../helpers/api.ts';
import { assertSubset } from '../../helpers/subset.ts';
import { allow, change, deny, deployments, pods, rule } from './kit.ts';
import { bothOf, options, userInfo, watched } from './review-kit.ts';

const deployment = {
  metadata: { name: 'd' },
  spec: {
    selector: { matchLabels: { app: 'x' } },
    template: {
      metadata: { labels: { app: 'x' } },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    },
  },
};
const ofDeployments = {
  resource: { group: 'apps', version: 'v1', resource: 'deployments' },
  requestResource: { group: 'apps', version: 'v1', resource: 'deployments' },
  name: 'd',
  namespace: 'default',
  userInfo,
  dryRun: false,
};

test('a status: before and after what is not of the status is put back', async (t) => {
  const use = await watched(t, [rule('*', 'apps', '*', 'deployments/*')]);
  const old = expectCode(await use.api.post(deployments, deployment), 201);
  await use.watch();
  const body = {
    metadata: { labels: { a: 'b' } },
    spec: { replicas: 9 },
    status: { observedGeneration: 5 },
  };
  expectCode(await use.api.patch(`${deployments}/d/status`, 'merge', body), 200);
  const kind = { group: 'apps', version: 'v1', kind: 'Deployment' };
  const about = {
    ...ofDeployments,
    ...{ kind, requestKind: kind, subResource: 'status', requestSubResource: 'status' },
    operation: 'UPDATE',
    oldObject: old,
    options: options('UpdateOptions'),
  };
  const [mutating, validating] = bothOf(use);
  assert.deepEqual(mutating, {
    ...about,
    object: {
      ...old,
      metadata: { ...old.metadata, labels: { a: 'b' } },
      spec: { ...old.spec, replicas: 9 },
      status: { observedGeneration: 5 },
    },
  });
  assert.deepEqual(validating, { ...about, object: { ...old, status: { observedGeneration: 5 } } });
});

test('a scale: of the whole workload, its size', async (t) => {
  const use = await watched(t, [rule('*', 'apps', '*', 'deployments/*')]);
  expectCode(await use.api.post(deployments, deployment), 201);
  const old = expectCode(await use.api.get(`${deployments}/d/scale`), 200);
  await use.watch();
  expectCode(await use.api.put(`${deployments}/d/scale`, { ...old, spec: { replicas: 2 } }), 200);
  const kind = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
  const expected = {
    ...ofDeployments,
    ...{ kind, requestKind: kind, subResource: 'scale', requestSubResource: 'scale' },
    operation: 'UPDATE',
    object: { ...old, spec: { replicas: 2 } },
    oldObject: old,
    options: options('UpdateOptions'),
  };
  assert.deepEqual(bothOf(use), [expected, expected]);
});

const ofPods = (subresource: string, kind: object) => ({
  ...{ kind, requestKind: kind, subResource: subresource, requestSubResource: subresource },
  resource: { group: '', version: 'v1', resource: 'pods' },
  requestResource: { group: '', version: 'v1', resource: 'pods' },
  name: 'p',
  namespace: 'default',
  userInfo,
  oldObject: null,
  dryRun: false,
});

test('a binding, and not the pod', async (t) => {
  const use = await watched(t, [rule('*', '', 'v1', ['pods', 'pods/*'])]);
  expectCode(await use.api.post(pods, pod('p')), 201);
  await use.watch();
  const body = { metadata: { name: 'p', annotations: { a: 'b' } }, target: { kind: 'Node', name: 'n' } };
  expectCode(await use.api.post(`${pods}/p/binding`, body), 201);
  for (const request of bothOf(use)) {
    assertSubset(request, {
      ...ofPods('binding', { group: '', version: 'v1', kind: 'Binding' }),
      operation: 'CREATE',
      object: {
        kind: 'Binding',
        apiVersion: 'v1',
        ...body,
        metadata: { ...body.metadata, namespace: 'default' },
      },
      options: options('CreateOptions'),
    });
  }
});

test('an eviction, and not the deletion of the pod', async (t) => {
  const use = await watched(t, [rule('*', '', 'v1', ['pods', 'pods/*'])]);
  expectCode(await use.api.post(pods, pod('p')), 201);
  await use.watch();
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } };
  expectCode(await use.api.post(`${pods}/p/eviction`, body), 201);
  for (const request of bothOf(use)) {
    assertSubset(request, {
      ...ofPods('eviction', { group: 'policy', version: 'v1', kind: 'Eviction' }),
      operation: 'CREATE',
      object: { ...body, metadata: { name: 'p', namespace: 'default' } },
      options: options('CreateOptions'),
    });
  }
});

test('a token of a service account', async (t) => {
  const use = await watched(t, [rule('*', '', 'v1', 'serviceaccounts/token')]);
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  expectCode(await use.api.post(accounts, { metadata: { name: 'sa' } }), 201);
  await use.watch();
  const spec = { audiences: ['x'], expirationSeconds: 1200 };
  expectCode(await use.api.post(`${accounts}/sa/token`, { spec }), 201);
  const kind = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' };
  for (const request of bothOf(use)) {
    assertSubset(request, {
      ...ofPods('token', kind),
      resource: { group: '', version: 'v1', resource: 'serviceaccounts' },
      requestResource: { group: '', version: 'v1', resource: 'serviceaccounts' },
      name: 'sa',
      operation: 'CREATE',
      object: { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', spec },
      options: options('CreateOptions'),
    });
  }
});

test('a connection: its options, before it is known whether it can be made', async (t) => {
  const use = await watched(t, [rule('CONNECT', '', 'v1', 'pods/*')]);
  expectCode(await use.api.post(pods, pod('p')), 201);
  await use.watch();
  const exec = `${pods}/p/exec?command=ls&command=-l&container=c&stdin=true&stdout=true&tty=1`;
  const refused = await use.api.post(exec, undefined);
  assert.ok(refused.status >= 400, 'nothing runs the pod');
  for (const request of bothOf(use)) {
    assertSubset(request, {
      ...ofPods('exec', { group: '', version: 'v1', kind: 'PodExecOptions' }),
      operation: 'CONNECT',
      object: {
        kind: 'PodExecOptions',
        apiVersion: 'v1',
        metadata: undefined,
        ...{ stdin: true, stdout: true, tty: true, container: 'c', command: ['ls', '-l'] },
      },
      options: null,
    });
  }
  await use.api.post(`${pods}/p/exec`, undefined);
  for (const { object } of bothOf(use)) {
    assert.deepEqual(object, { kind: 'PodExecOptions', apiVersion: 'v1', command: null });
  }
  await use.api.get(`${pods}/p/proxy/some/path`);
  for (const { object } of bothOf(use)) {
    assert.deepEqual(object, { kind: 'PodProxyOptions', apiVersion: 'v1', path: '/some/path' });
  }
  expectFailure(await use.api.post(`${pods}/none/exec?command=ls`, undefined), 404, 'NotFound');
  assert.deepEqual(use.who(), ['m', 'v']);
  use.behave('v', deny({ code: 418, reason: 'Tea', message: 'no connections' }));
  for (const what of ['exec?command=ls&stdout=true', 'attach?stdout=true']) {
    const { message } = expectFailure(await use.api.post(`${pods}/p/${what}`, undefined), 418, 'Tea');
    assert.equal(message, 'admission webhook "v.example.com" denied the request: no connections');
  }
  expectFailure(await use.api.get(`${pods}/p/proxy/`), 418, 'Tea');
});

test('subresources may be refused and changed', async (t) => {
  const rules = [rule('CREATE', '', 'v1', ['pods/eviction', 'pods/binding'])];
  const use = await watched(t, rules);
  for (const name of ['p', 'q']) expectCode(await use.api.post(pods, pod(name)), 201);
  await use.watch();
  use.behave('v', deny({ message: 'stays' }));
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } };
  const { message } = expectCode(await use.api.post(`${pods}/p/eviction`, eviction), 400);
  assert.equal(message, 'admission webhook "v.example.com" denied the request: stays');
  expectCode(await use.api.get(`${pods}/p`), 200);
  const binding = { metadata: { name: 'q' }, target: { kind: 'Node', name: 'n' } };
  expectCode(await use.api.post(`${pods}/q/binding`, binding), 400);
  assert.equal(expectCode(await use.api.get(`${pods}/q`), 200).spec.nodeName, undefined);
  use.behave('v', allow());
  use.behave('m', change([{ op: 'replace', path: '/target/name', value: 'other' }]));
  expectCode(await use.api.post(`${pods}/q/binding`, binding), 201);
  assert.equal(expectCode(await use.api.get(`${pods}/q`), 200).spec.nodeName, 'other');
});

test('options of a connection may be changed, for the webhooks that come after', async (t) => {
  const use = await watched(t, [rule('CONNECT', '', 'v1', 'pods/exec')]);
  expectCode(await use.api.post(pods, pod('p')), 201);
  await use.watch();
  use.behave('m', change([{ op: 'replace', path: '/command/0', value: 'other' }]));
  await use.api.post(`${pods}/p/exec?command=ls&stdout=true`, undefined);
  const [mutating, validating] = bothOf(use);
  assert.deepEqual([mutating.object.command, validating.object.command], [['ls'], ['other']]);
});

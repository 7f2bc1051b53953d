import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podsPath, stage } from './kit.ts';

const accounts = '/api/v1/namespaces/default/serviceaccounts';
const secretsPath = '/api/v1/namespaces/default/secrets';
const ca = '/api/v1/namespaces/default/configmaps/kube-root-ca.crt';
const pod = { metadata: { name: 'web' }, spec: { containers: [{ name: 'c', image: 'i' }] } };

describe('the service account controller', () => {
  it('gives every namespace an account, again when it is deleted', async () => {
    await using cluster = await stage(['serviceaccount']);
    await cluster.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
    for (const name of ['default', 'kube-system', 'shop']) {
      await cluster.get(`/api/v1/namespaces/${name}/serviceaccounts/default`);
    }
    const { metadata } = await cluster.get(`${accounts}/default`);
    await cluster.delete(`${accounts}/default`);
    assert.notEqual((await cluster.get(`${accounts}/default`)).metadata.uid, metadata.uid);
  });

  it('lets a namespace that is deleted be', async () => {
    await using cluster = await stage(['serviceaccount', 'root-ca-cert-publisher', 'namespace']);
    await cluster.create('/api/v1/namespaces', { metadata: { name: 'shop' } });
    await cluster.delete('/api/v1/namespaces/shop');
    assert.equal((await cluster.api.get('/api/v1/namespaces/shop')).status, 404);
  });
});

describe('the root CA publisher', () => {
  it('keeps a ConfigMap in every namespace', async () => {
    await using cluster = await stage(['root-ca-cert-publisher']);
    const { data, metadata } = await cluster.get(ca);
    assert.deepEqual(Object.keys(data), ['ca.crt']);
    assert.match(metadata.annotations['kubernetes.io/description'], /^Contains a CA bundle that can be used/);
    await cluster.merge(ca, { data: { 'ca.crt': 'forged', more: 'x' } });
    assert.deepEqual((await cluster.get(ca)).data, data);
    await cluster.delete(ca);
    assert.deepEqual((await cluster.get(ca)).data, data);
  });
});

describe('pods beside these controllers', () => {
  const both = ['serviceaccount', 'root-ca-cert-publisher'];

  it('run as the account of their namespace, with its token', async () => {
    await using cluster = await stage(both);
    const { spec } = await cluster.create(podsPath, pod);
    assert.equal(spec.serviceAccountName, 'default');
    assert.match(spec.volumes[0].name, /^kube-api-access-\w{5}$/);
  });

  it('may be made right after their namespace', async () => {
    await using cluster = await stage(both);
    await cluster.api.post('/api/v1/namespaces', { metadata: { name: 'shop' } });
    const answer = await cluster.api.post('/api/v1/namespaces/shop/pods', pod);
    assert.equal(answer.status, 201, answer.text);
  });

  it('are taken as they are when the controllers do not run, or the plugin is turned off', async () => {
    for (const [controllers, disablePlugins] of [
      [['serviceaccount'], []],
      [both, ['ServiceAccount']],
    ] as const) {
      await using cluster = await stage(controllers, { admission: { disablePlugins } });
      assert.equal((await cluster.create(podsPath, pod)).spec.serviceAccountName, undefined);
    }
  });
});

describe('the token controller', () => {
  it('takes a token Secret that is gone from the list of its account', async () => {
    await using cluster = await stage(['serviceaccount-token']);
    const secrets = [{ name: 'token' }, { name: 'other' }];
    await cluster.create(accounts, { metadata: { name: 'robot' }, secrets });
    await cluster.create(secretsPath, {
      metadata: { name: 'token', annotations: { 'kubernetes.io/service-account.name': 'robot' } },
      type: 'kubernetes.io/service-account-token',
    });
    assert.deepEqual((await cluster.get(`${accounts}/robot`)).secrets, secrets);
    await cluster.delete(`${secretsPath}/token`);
    assert.deepEqual((await cluster.get(`${accounts}/robot`)).secrets, [{ name: 'other' }]);
  });
});

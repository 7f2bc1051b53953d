import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { connect } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { createCluster } from '../../src/testing/cluster.ts';
import { type Api, apiOver, expectCode, expectFailure } from '../helpers/api.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';

async function letJaneDoAllInDefault(api: Api): Promise<void> {
  const role = {
    metadata: { name: 'all' },
    rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
  };
  const binding = {
    metadata: { name: 'all' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'all' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' }],
  };
  expectCode(await api.post(`${rbac}/namespaces/default/roles`, role), 201);
  expectCode(await api.post(`${rbac}/namespaces/default/rolebindings`, binding), 201);
}

describe('a path of the wrong scope', () => {
  it('leads nowhere, whatever the sender may do in that namespace (CVE-2019-11247)', async () => {
    await using cluster = await createCluster();
    const api = apiOver(cluster.fetch);
    await letJaneDoAllInDefault(api);
    expectCode(await api.post('/api/v1/nodes', { metadata: { name: 'n1' } }), 201);
    const jane = { 'impersonate-user': 'jane' };
    expectCode(await api.get('/api/v1/namespaces/default/pods', jane), 200);
    for (const path of [
      '/api/v1/namespaces/default/nodes',
      '/api/v1/namespaces/default/nodes/n1',
      '/api/v1/namespaces/default/persistentvolumes',
      `${rbac}/namespaces/default/clusterroles/cluster-admin`,
    ]) {
      const answer = await api.get(path, jane);
      assert.equal(answer.status, 404, `${path}: ${answer.text}`);
    }
    const made = await api.post(
      `${rbac}/namespaces/default/clusterrolebindings`,
      { metadata: { name: 'x' } },
      jane,
    );
    assert.equal(made.status, 404);
    for (const path of [
      '/api/v1/nodes',
      '/api/v1/nodes/n1',
      '/api/v1/pods',
      '/api/v1/namespaces/kube-system/pods',
    ]) {
      expectFailure(await api.get(path, jane), 403, 'Forbidden');
    }
  });

  it('a namespace is not reached through another one', async () => {
    await using cluster = await createCluster();
    const api = apiOver(cluster.fetch);
    await letJaneDoAllInDefault(api);
    expectCode(await api.post('/api/v1/namespaces', { metadata: { name: 'victim' } }), 201);
    const headers = { 'impersonate-user': 'jane' };
    for (const below of [
      'namespaces',
      'namespaces/victim',
      'namespaces/victim/status',
      'namespaces/victim/finalize',
      'namespaces/default',
      'namespaces%2Fvictim',
    ]) {
      for (const [path, method] of [
        ['/api/v1/namespaces/default/', 'GET'],
        ['/api/v1/namespaces/default/', 'PUT'],
        ['/api/v1/namespaces/default/', 'DELETE'],
        ['/api/v1/watch/namespaces/default/', 'GET'],
      ] as const) {
        const answer = await api.request(method, `${path}${below}`, { headers });
        assert.equal(answer.status, 404, `${method} ${path}${below}: ${answer.text}`);
      }
    }
    const victim = expectCode(await api.get('/api/v1/namespaces/victim'), 200);
    assert.equal(victim.metadata.deletionTimestamp, undefined);
  });

  it('is judged as it is served: no other spelling gets further', async () => {
    await using cluster = await createCluster();
    const api = apiOver(cluster.fetch);
    const jane = { 'impersonate-user': 'jane' };
    for (const path of [
      '/api/v1/namespaces/default/../kube-system/secrets',
      '/api/v1/namespaces/default/%2e%2e/kube-system/secrets',
      '//api/v1/secrets',
      '/api/v1//secrets',
      '/api/v1/secrets/',
      '/healthz/../api/v1/secrets',
      '/version/..%2fapi/v1/secrets',
      '/API/v1/secrets',
    ]) {
      const { status, text } = await api.get(path, jane);
      assert.notEqual(status, 200, path);
      assert.doesNotMatch(text, /SecretList/, path);
    }
  });
});

describe('a request to upgrade a connection', () => {
  it('that is refused leaves nothing open to whoever asks next on it (CVE-2018-1002105)', async (t) => {
    await using cluster = await createCluster();
    await apiOver(cluster.fetch).post('/api/v1/nodes', { metadata: { name: 'n1' } });
    const { port, kubeconfigPath } = await cluster.listen();
    const config = new KubeConfig();
    config.loadFromString(await readFile(kubeconfigPath, 'utf8'));
    const ca = Buffer.from(config.getCurrentCluster()!.caData!, 'base64');
    for (const path of ['/api/v1/nodes/n1/proxy/run', '/api/v1/namespaces/default/pods/p/exec', '/version']) {
      // Nobody knows who this is: no certificate, no token.
      const socket = connect({ host: '127.0.0.1', port, ca, ALPNProtocols: ['http/1.1'] });
      t.after(() => socket.destroy());
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      await once(socket, 'secureConnect');
      socket.write(
        `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-version: 13\r\n\r\n` +
          'GET /api/v1/namespaces/kube-system/secrets HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      );
      await once(socket, 'close');
      assert.doesNotMatch(text, /^HTTP\/1\.1 101/m, path);
      assert.doesNotMatch(text, /SecretList/, path);
      const codes = [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, code]) => code);
      assert.deepEqual(codes, [path === '/version' ? '200' : '403'], path);
    }
  });
});

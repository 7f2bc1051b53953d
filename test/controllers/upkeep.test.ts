import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { podsPath, stage } from './kit.ts';
import { certificationRequest } from './requests.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const encoded = (fields: Record<string, string>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, base64(value)]));

describe('Jobs that have finished', () => {
  it('go after their time, and only then', async () => {
    await using cluster = await stage(['ttl-after-finished', 'garbagecollector']);
    const jobs = '/apis/batch/v1/namespaces/default/jobs';
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
    const job = await cluster.create(jobs, {
      metadata: { name: 'done' },
      spec: { ttlSecondsAfterFinished: 100, template },
    });
    await cluster.create(podsPath, {
      metadata: {
        name: 'done-1',
        ownerReferences: [
          {
            apiVersion: 'batch/v1',
            kind: 'Job',
            name: 'done',
            uid: job.metadata.uid,
            blockOwnerDeletion: true,
          },
        ],
      },
      ...template,
    });
    await cluster.cluster.advance(1_000_000);
    const now = new Date(cluster.clock.now()).toISOString();
    const conditions = ['FailureTarget', 'Failed'].map((type) => ({
      ...{ type, status: 'True', reason: 'x' },
      ...{ lastTransitionTime: now, lastProbeTime: now },
    }));
    await cluster.merge(`${jobs}/done/status`, { status: { startTime: now, conditions } });
    await cluster.cluster.advance(99_000);
    await cluster.get(`${jobs}/done`);
    await cluster.cluster.advance(1_000);
    assert.deepEqual(await cluster.list(jobs), []);
    assert.deepEqual(await cluster.list(podsPath), []);
  });
});

describe('nodes', () => {
  it('are told how long they may keep what they read', async () => {
    await using cluster = await stage(['ttl']);
    for (let i = 0; i < 101; i++) await cluster.api.post('/api/v1/nodes', { metadata: { name: `n${i}` } });
    await cluster.cluster.settled();
    const ttlOf = async (name: string) =>
      (await cluster.get(`/api/v1/nodes/${name}`)).metadata.annotations['node.alpha.kubernetes.io/ttl'];
    assert.equal(await ttlOf('n0'), '0');
    assert.equal(await ttlOf('n100'), '15');
  });
});

describe('bootstrap tokens', () => {
  const secrets = '/api/v1/namespaces/kube-system/secrets';
  const info = '/api/v1/namespaces/kube-public/configmaps/cluster-info';
  const token = (id: string, more: Record<string, string> = {}) => ({
    metadata: { name: `bootstrap-token-${id}` },
    type: 'bootstrap.kubernetes.io/token',
    data: encoded({
      'token-id': id,
      'token-secret': '0123456789abcdef',
      'usage-bootstrap-signing': 'true',
      ...more,
    }),
  });

  it('are deleted when they expire', async () => {
    await using cluster = await stage(['tokencleaner']);
    const expiration = new Date(cluster.clock.now() + 60_000).toISOString();
    await cluster.create(secrets, token('abcdef', { expiration }));
    await cluster.create(secrets, token('lasts0'));
    await cluster.create(secrets, token('faulty', { expiration: 'tomorrow' }));
    const names = async () => (await cluster.list(secrets)).map(({ metadata }) => metadata.name);
    assert.deepEqual(await names(), ['bootstrap-token-abcdef', 'bootstrap-token-lasts0']);
    assert.deepEqual(await cluster.cluster.runUntilIdle(), { idle: true, nextAt: undefined });
    assert.deepEqual(await names(), ['bootstrap-token-lasts0']);
  });

  it('sign what a cluster says of itself, as long as they are good', async () => {
    await using cluster = await stage(['bootstrapsigner']);
    const kubeconfig = 'apiVersion: v1\nkind: Config\n';
    await cluster.create('/api/v1/namespaces/kube-public/configmaps', {
      metadata: { name: 'cluster-info' },
      data: { kubeconfig },
    });
    const expiration = new Date(cluster.clock.now() + 60_000).toISOString();
    await cluster.create(secrets, token('abcdef', { expiration }));
    await cluster.create(secrets, token('silent', { 'usage-bootstrap-signing': 'false' }));
    const { data } = await cluster.get(info);
    assert.deepEqual(Object.keys(data).sort(), ['jws-kubeconfig-abcdef', 'kubeconfig']);
    const [header, payload, mac] = data['jws-kubeconfig-abcdef'].split('.');
    assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), {
      alg: 'HS256',
      kid: 'abcdef',
    });
    assert.equal(payload, '');
    const signed = `${header}.${Buffer.from(kubeconfig).toString('base64url')}`;
    assert.equal(mac, createHmac('sha256', '0123456789abcdef').update(signed).digest('base64url'));
    await cluster.cluster.runUntilIdle();
    assert.deepEqual(Object.keys((await cluster.get(info)).data), ['kubeconfig']);
  });

  it('are left alone by the controllers that * stands for', async () => {
    await using cluster = await stage(['*', '-scheduler']);
    await cluster.create(secrets, token('faulty', { expiration: 'tomorrow' }));
    await cluster.get(`${secrets}/bootstrap-token-faulty`);
  });
});

describe('tokens that old clusters made for accounts', () => {
  it('are marked when nobody has used them for a year, and go after another', async () => {
    await using cluster = await stage(['legacy-service-account-token-cleaner']);
    const place = '/api/v1/namespaces/default';
    await cluster.create(`${place}/serviceaccounts`, {
      metadata: { name: 'robot' },
      secrets: [{ name: 'old' }, { name: 'mounted' }],
    });
    for (const name of ['old', 'mounted', 'own']) {
      await cluster.create(`${place}/secrets`, {
        metadata: { name, annotations: { 'kubernetes.io/service-account.name': 'robot' } },
        type: 'kubernetes.io/service-account-token',
      });
    }
    await cluster.create(podsPath, {
      metadata: { name: 'web' },
      spec: {
        containers: [{ name: 'c', image: 'i' }],
        volumes: [{ name: 'v', secret: { secretName: 'mounted' } }],
      },
    });
    const labelOf = async (name: string) =>
      (await cluster.get(`${place}/secrets/${name}`)).metadata.labels?.[
        'kubernetes.io/legacy-token-invalid-since'
      ];
    const dayMs = 24 * 3_600_000;
    await cluster.cluster.advance(300 * dayMs);
    assert.equal(await labelOf('old'), undefined);
    await cluster.cluster.advance(100 * dayMs);
    assert.equal(await labelOf('old'), new Date(cluster.clock.now()).toISOString().slice(0, 10));
    assert.equal(await labelOf('mounted'), undefined);
    await cluster.cluster.advance(400 * dayMs);
    const left = (await cluster.list(`${place}/secrets`)).map(({ metadata }) => metadata.name);
    assert.deepEqual(left, ['mounted', 'own']);
  });
});

describe('requests for certificates', () => {
  it('go an hour after they were decided, and after a day when nobody did', async () => {
    await using cluster = await stage(['csrcleaner']);
    const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
    const { pem } = await certificationRequest({ commonName: 'ann' });
    const spec = {
      request: base64(pem),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['client auth'],
    };
    for (const name of ['pending', 'denied', 'unsigned']) {
      await cluster.create(requests, { metadata: { name }, spec });
    }
    const decide = (name: string, type: string) =>
      cluster.merge(`${requests}/${name}/approval`, {
        status: { conditions: [{ type, status: 'True', reason: 'x', message: 'y' }] },
      });
    await decide('denied', 'Denied');
    await decide('unsigned', 'Approved');
    const hourMs = 3_600_000;
    const names = async () => (await cluster.list(requests)).map(({ metadata }) => metadata.name);
    await cluster.cluster.advance(hourMs);
    assert.deepEqual(await names(), ['denied', 'pending', 'unsigned']);
    await cluster.cluster.advance(hourMs);
    assert.deepEqual(await names(), ['pending', 'unsigned']);
    await cluster.cluster.advance(24 * hourMs);
    assert.deepEqual(await names(), []);
  });
});

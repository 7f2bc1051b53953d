import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { passingAuthority } from '../../src/pki/authority.ts';
import type { Loose } from '../helpers/api.ts';
import { makeReady, podsPath } from './kit.ts';
import { certificationRequest } from './requests.ts';
import { endsTheSame, type Play } from './restarts.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const namespacesPath = '/api/v1/namespaces';
const claimsPath = '/api/v1/namespaces/default/persistentvolumeclaims';
const volumesPath = '/api/v1/persistentvolumes';
const requestsPath = '/apis/certificates.k8s.io/v1/certificatesigningrequests';

const names = async ({ list }: Play, path: string): Promise<string[]> =>
  (await list(path)).map(({ metadata }) => metadata.name);
const codeOf = async ({ api }: Play, path: string): Promise<number> => (await api.get(path)).status;
const pod = (name: string, spec: object = {}) => ({
  metadata: { name, labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});

const reference = ({ metadata }: Loose, blocks = true) => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', name: metadata.name, uid: metadata.uid },
  blockOwnerDeletion: blocks,
});
const make = (on: Play, name: string, owners: readonly Loose[] = []) =>
  on.create(maps, { metadata: { name, ownerReferences: owners.map((owner) => reference(owner)) } });

const few = { few: true };

describe('wherever its controller dies', () => {
  it('a namespace goes with all that is in it, and nothing else goes', () =>
    endsTheSame(['namespace'], async (on) => {
      await on.create(namespacesPath, { metadata: { name: 'doomed' } });
      for (let i = 0; i < 3; i++) {
        await on.create(`${namespacesPath}/doomed/configmaps`, { metadata: { name: `m${i}` } });
      }
      await on.create(`${namespacesPath}/doomed/pods`, pod('web', { nodeName: 'n1' }));
      await on.create(`${namespacesPath}/doomed/secrets`, {
        metadata: { name: 'held', finalizers: ['example.com/held'] },
      });
      await make(on, 'other');
      await on.delete(`${namespacesPath}/doomed`);
      await on.idle();
      const { status } = await on.get(`${namespacesPath}/doomed`);
      assert.equal(status.phase, 'Terminating');
      await on.delete(`${namespacesPath}/doomed/pods/web`, { gracePeriodSeconds: 0 });
      await on.merge(`${namespacesPath}/doomed/secrets/held`, { metadata: { finalizers: null } });
      await on.idle();
      assert.equal(await codeOf(on, `${namespacesPath}/doomed`), 404);
      return [await names(on, maps), await names(on, namespacesPath)];
    }));

  for (const propagationPolicy of ['Background', 'Foreground', 'Orphan']) {
    it(`the garbage is collected: ${propagationPolicy}`, () =>
      endsTheSame(
        ['garbagecollector'],
        async (on) => {
          const owner = await make(on, 'owner');
          const other = await make(on, 'other');
          const child = await make(on, 'child', [owner]);
          await make(on, 'shared', [owner, other]);
          const grandchild = await make(on, 'grandchild', [child]);
          await make(on, 'last', [grandchild]);
          await on.delete(`${maps}/owner`, { propagationPolicy });
          await on.idle();
          const left = await on.list(maps);
          const owners = left.map(({ metadata }) => [
            metadata.name,
            (metadata.ownerReferences ?? []).map(({ name }: Loose) => name),
            metadata.finalizers,
          ]);
          assert.equal(left.length, propagationPolicy === 'Orphan' ? 5 : 2);
          return owners;
        },
        few,
      ));
  }

  it('a cycle that was cut off is collected', () =>
    endsTheSame(
      ['garbagecollector'],
      async (on) => {
        const owner = await make(on, 'owner');
        const one = await make(on, 'one', [owner]);
        const two = await make(on, 'two', [one]);
        const three = await make(on, 'three', [two]);
        const ownerReferences = [reference(owner), reference(three)];
        await on.merge(`${maps}/one`, { metadata: { ownerReferences } });
        await on.delete(`${maps}/one`, { propagationPolicy: 'Foreground' });
        await on.idle();
        assert.deepEqual(await names(on, maps), ['owner']);
      },
      few,
    ));

  it('services lead to their pods, by one slice each', () =>
    endsTheSame(['endpoint', 'endpointslice', 'endpointslicemirroring'], async (on) => {
      await on.create('/api/v1/nodes', { metadata: { name: 'n1' } });
      const service = { selector: { app: 'web' }, ports: [{ port: 80 }] };
      await on.create('/api/v1/namespaces/default/services', { metadata: { name: 'web' }, spec: service });
      for (const [i, name] of ['p0', 'p1', 'p2'].entries()) {
        await on.create(podsPath, pod(name, { nodeName: 'n1' }));
        const ip = `10.1.0.${i}`;
        await on.merge(`${podsPath}/${name}/status`, { status: { podIP: ip, podIPs: [{ ip }] } });
        await makeReady(on, name);
      }
      await on.create('/api/v1/namespaces/default/services', {
        metadata: { name: 'kept' },
        spec: { ports: [{ port: 80 }] },
      });
      const subsets = [{ addresses: [{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }], ports: [{ port: 80 }] }];
      await on.create('/api/v1/namespaces/default/endpoints', { metadata: { name: 'kept' }, subsets });
      await on.delete(`${podsPath}/p1`, { gracePeriodSeconds: 0 });
      await on.idle();
      const slices = await on.list('/apis/discovery.k8s.io/v1/namespaces/default/endpointslices');
      const picture = slices
        .filter(({ metadata }) => metadata.name !== 'kubernetes')
        .map(({ metadata, endpoints, ports, addressType }) => [
          metadata.labels['kubernetes.io/service-name'],
          addressType,
          ports.map(({ port }: Loose) => port),
          endpoints.flatMap(({ addresses }: Loose) => addresses).toSorted(),
        ]);
      assert.equal(picture.length, 3, JSON.stringify(picture));
      const endpoints = await on.list('/api/v1/namespaces/default/endpoints');
      return [
        picture.map((one) => JSON.stringify(one)).toSorted(),
        endpoints.map((one) => one.subsets.length),
      ];
    }));

  it('a budget counts the pods that it protects', () =>
    endsTheSame(['disruption', 'replicaset'], async (on) => {
      const budget = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
      const selector = { matchLabels: { app: 'web' } };
      await on.create('/apis/apps/v1/namespaces/default/replicasets', {
        metadata: { name: 'web' },
        spec: {
          ...{ replicas: 3, selector },
          template: { metadata: { labels: { app: 'web' } }, spec: pod('').spec },
        },
      });
      await on.idle();
      for (const name of await names(on, podsPath)) await makeReady(on, name);
      await on.create(budget, { metadata: { name: 'keep' }, spec: { selector, maxUnavailable: 1 } });
      await on.idle();
      const [victim] = await names(on, podsPath);
      const eviction = {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name: victim, namespace: 'default' },
      };
      assert.equal((await on.api.post(`${podsPath}/${victim}/eviction`, eviction)).status, 201);
      await on.settled();
      await on.pass(150_000);
      const { conditions, ...counts } = (await on.get(`${budget}/keep`)).status;
      return [counts, conditions.map(({ type, reason }: Loose) => [type, reason])];
    }));

  it('a quota knows what is used', () =>
    endsTheSame(['resourcequota'], async (on) => {
      const quota = '/api/v1/namespaces/default/resourcequotas';
      await make(on, 'before');
      await on.create(quota, {
        metadata: { name: 'q' },
        spec: { hard: { pods: '3', 'count/configmaps': '9' } },
      });
      await on.create(podsPath, pod('a'));
      await on.create(podsPath, pod('b'));
      await on.delete(`${podsPath}/a`, { gracePeriodSeconds: 0 });
      await make(on, 'after');
      await on.merge(`${quota}/q`, { spec: { hard: { pods: '5' } } });
      await on.idle();
      const { status } = await on.get(`${quota}/q`);
      assert.deepEqual(status.used, { pods: '1', 'count/configmaps': '2' });
      return status;
    }));

  it('every namespace has its account and the root certificate', () =>
    endsTheSame(
      ['serviceaccount', 'root-ca-cert-publisher'],
      async (on) => {
        await on.create(namespacesPath, { metadata: { name: 'shop' } });
        await on.delete(`${namespacesPath}/default/serviceaccounts/default`);
        await on.delete(`${maps}/kube-root-ca.crt`);
        await on.merge(`${namespacesPath}/shop/configmaps/kube-root-ca.crt`, {
          data: { 'ca.crt': 'forged' },
        });
        await on.idle();
        const accounts = await on.list('/api/v1/serviceaccounts');
        const roots = await on.list('/api/v1/configmaps');
        return [
          accounts.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
          roots
            .filter(({ data }) => data?.['ca.crt'] === 'the root')
            .map(({ metadata }) => metadata.namespace),
        ];
      },
      { host: { rootCa: 'the root' } },
    ));

  it('claims and volumes are bound to each other, one to one', () =>
    endsTheSame(
      ['persistentvolume-binder', 'pvc-protection', 'pv-protection', 'ephemeral-volume'],
      async (on) => {
        const accessModes = ['ReadWriteOnce'];
        await on.create('/apis/storage.k8s.io/v1/storageclasses', {
          metadata: { name: 'simulated' },
          provisioner: 'binnacle.dev/simulated',
          volumeBindingMode: 'Immediate',
        });
        for (const name of ['v0', 'v1', 'v2']) {
          await on.create(volumesPath, {
            metadata: { name },
            spec: {
              ...{
                accessModes,
                capacity: { storage: '1Gi' },
                hostPath: { path: '/x' },
                storageClassName: '',
              },
              persistentVolumeReclaimPolicy: 'Retain',
            },
          });
        }
        const resources = { requests: { storage: '1Gi' } };
        const claim = (name: string, storageClassName: string) =>
          on.create(claimsPath, { metadata: { name }, spec: { accessModes, resources, storageClassName } });
        for (const name of ['c0', 'c1']) await claim(name, '');
        await claim('made', 'simulated');
        const template = { spec: { accessModes, resources, storageClassName: 'simulated' } };
        const volumes = [
          { name: 'own', ephemeral: { volumeClaimTemplate: template } },
          { name: 'made', persistentVolumeClaim: { claimName: 'made' } },
        ];
        await on.create(podsPath, pod('db', { nodeName: 'n1', volumes }));
        await on.idle();
        const bound = (await on.list(claimsPath)).map(({ metadata, status }) => [
          ...[metadata.name, status.phase, metadata.finalizers],
        ]);
        const homes = (await on.list(claimsPath)).map(({ spec }) => spec.volumeName);
        assert.equal(new Set(homes).size, 4);
        await on.delete(`${claimsPath}/c0`);
        await on.delete(`${claimsPath}/made`);
        await on.idle();
        assert.deepEqual(await names(on, claimsPath), ['c1', 'db-own', 'made']);
        await on.delete(`${podsPath}/db`, { gracePeriodSeconds: 0 });
        await on.idle();
        const left = (await on.list(volumesPath)).map(({ status }) => status.phase).toSorted();
        return [bound, await names(on, claimsPath), left];
      },
    ));

  it('a certificate is signed', async () => {
    const { pem } = await certificationRequest({ commonName: 'ann' });
    const clock = virtualClock();
    const authority = passingAuthority({ clock, random: seededRandom(3) }).then(({ issuer }) => issuer);
    const kubelet = await certificationRequest({
      commonName: 'system:node:n1',
      organizations: ['system:nodes'],
    });
    await endsTheSame(
      ['csrsigning', 'csrapproving', 'csrcleaner'],
      async (on) => {
        const request = (text: string) => Buffer.from(text).toString('base64');
        const signerName = 'kubernetes.io/kube-apiserver-client';
        const spec = { request: request(pem), signerName, usages: ['client auth'] };
        await on.create(requestsPath, { metadata: { name: 'ann' }, spec });
        const csr = await on.get(`${requestsPath}/ann`);
        csr.status = { conditions: [{ type: 'Approved', status: 'True', reason: 'Test' }] };
        assert.equal((await on.api.put(`${requestsPath}/ann/approval`, csr)).status, 200);
        await on.create(requestsPath, {
          metadata: { name: 'n1' },
          spec: {
            request: request(kubelet.pem),
            signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
            usages: ['client auth', 'digital signature'],
          },
        });
        await on.idle(10_000);
        return (await on.list(requestsPath)).map(({ metadata, status }) => [
          metadata.name,
          status.conditions.map(({ type, reason }: Loose) => [type, reason]),
          status.certificate !== undefined,
        ]);
      },
      { host: { authority: () => authority } },
    );
  });
});

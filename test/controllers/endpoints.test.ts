import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Loose } from '../helpers/api.ts';
import { makeReady, podsPath, type Stage, stage } from './kit.ts';

const servicesPath = '/api/v1/namespaces/default/services';
const endpointsPath = '/api/v1/namespaces/default/endpoints';
const slicesPath = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
const all = ['endpoint', 'endpointslice', 'endpointslicemirroring'];

const service = (spec: object = {}, labels?: object) => ({
  metadata: { name: 'web', labels },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...spec },
});

async function addNode(cluster: Stage, zone = 'a'): Promise<void> {
  await cluster.create('/api/v1/nodes', {
    metadata: { name: 'n1', labels: { 'topology.kubernetes.io/zone': zone } },
  });
}

async function addPod(cluster: Stage, name: string, ip: string, spec: object = {}): Promise<Loose> {
  const pod = await cluster.create(podsPath, {
    metadata: { name, labels: { app: 'web' } },
    spec: {
      nodeName: 'n1',
      containers: [{ name: 'c', image: 'i', ports: [{ name: 'http', containerPort: 8080 }] }],
      ...spec,
    },
  });
  await cluster.merge(`${podsPath}/${name}/status`, { status: { podIP: ip, podIPs: [{ ip }] } });
  return pod;
}

const slices = async ({ list }: Stage, name = 'web'): Promise<Loose[]> =>
  list(`${slicesPath}?labelSelector=kubernetes.io/service-name=${name}`);
const readiness = (slice: Loose) =>
  Object.fromEntries(
    slice.endpoints.map(({ addresses, conditions }: Loose) => [addresses[0], conditions.ready]),
  );

describe('a Service', () => {
  it('leads to its pods, those that are ready apart', async () => {
    await using cluster = await stage(all);
    await addNode(cluster);
    const { metadata } = await cluster.create(servicesPath, service({}, { team: 'x' }));
    const pod = await addPod(cluster, 'p1', '10.1.0.1');
    await addPod(cluster, 'p2', '10.1.0.2');
    await makeReady(cluster, 'p1');
    const [slice, ...others] = await slices(cluster);
    assert.deepEqual(others, []);
    assert.match(slice.metadata.name, /^web-\w{5}$/);
    assert.deepEqual(slice.metadata.labels, {
      team: 'x',
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    });
    assert.equal(slice.metadata.ownerReferences[0].uid, metadata.uid);
    assert.deepEqual(slice.ports, [{ name: 'http', port: 8080, protocol: 'TCP' }]);
    assert.deepEqual(slice.endpoints[0], {
      addresses: ['10.1.0.1'],
      conditions: { ready: true, serving: true, terminating: false },
      targetRef: { kind: 'Pod', namespace: 'default', name: 'p1', uid: pod.metadata.uid },
      nodeName: 'n1',
      zone: 'a',
    });
    assert.deepEqual(readiness(slice), { '10.1.0.1': true, '10.1.0.2': false });
    const { subsets, metadata: old } = await cluster.get(`${endpointsPath}/web`);
    assert.equal(old.labels['endpoints.kubernetes.io/managed-by'], 'endpoint-controller');
    assert.deepEqual(
      subsets.map(({ addresses, notReadyAddresses, ports }: Loose) => [
        addresses.map(({ ip }: Loose) => ip),
        notReadyAddresses.map(({ ip }: Loose) => ip),
        ports,
      ]),
      [[['10.1.0.1'], ['10.1.0.2'], [{ name: 'http', port: 8080, protocol: 'TCP' }]]],
    );
  });

  it('leads nowhere when it has no pods, and says so', async () => {
    await using cluster = await stage(all);
    await cluster.create(servicesPath, service());
    const [slice] = await slices(cluster);
    assert.deepEqual([slice.endpoints ?? [], slice.ports ?? []], [[], []]);
    assert.deepEqual((await cluster.get(`${endpointsPath}/web`)).subsets, undefined);
  });

  it('leads to a pod that is going only as long as it serves', async () => {
    await using cluster = await stage(all);
    await addNode(cluster);
    await cluster.create(servicesPath, service());
    await addPod(cluster, 'p1', '10.1.0.1');
    await makeReady(cluster, 'p1');
    await cluster.delete(`${podsPath}/p1`);
    const [slice] = await slices(cluster);
    assert.deepEqual(slice.endpoints[0].conditions, { ready: false, serving: true, terminating: true });
    assert.equal((await cluster.get(`${endpointsPath}/web`)).subsets, undefined);
    await cluster.delete(`${podsPath}/p1`, { gracePeriodSeconds: 0 });
    assert.deepEqual((await slices(cluster))[0].endpoints ?? [], []);
  });

  it('keeps every endpoint in its slice, and begins another after a hundred', async () => {
    await using cluster = await stage(all);
    await addNode(cluster);
    await cluster.create(servicesPath, service());
    for (let i = 0; i < 101; i++) await addPod(cluster, `p${i}`, `10.1.0.${i}`);
    const sizes = (await slices(cluster)).map(({ endpoints }) => endpoints.length).sort();
    assert.deepEqual(sizes, [1, 100]);
    const before = (await slices(cluster)).find(({ endpoints }) => endpoints.length === 1);
    await cluster.delete(`${podsPath}/p3`, { gracePeriodSeconds: 0 });
    const after = await slices(cluster);
    assert.deepEqual(
      after.map(({ endpoints }) => endpoints.length).sort((a, b) => a - b),
      [1, 99],
    );
    const same = after.find(({ metadata }) => metadata.name === before.metadata.name);
    assert.equal(same.metadata.resourceVersion, before.metadata.resourceVersion);
  });

  it('without a head names its pods, and is marked', async () => {
    await using cluster = await stage(all);
    await addNode(cluster);
    await cluster.create(servicesPath, service({ clusterIP: 'None', publishNotReadyAddresses: true }));
    await addPod(cluster, 'p1', '10.1.0.1', { hostname: 'first', subdomain: 'web' });
    const [slice] = await slices(cluster);
    assert.equal(slice.endpoints[0].hostname, 'first');
    assert.equal(slice.endpoints[0].conditions.ready, true);
    assert.equal(slice.metadata.labels['service.kubernetes.io/headless'], '');
    const { subsets, metadata } = await cluster.get(`${endpointsPath}/web`);
    assert.equal(subsets[0].addresses[0].hostname, 'first');
    assert.equal(metadata.labels['service.kubernetes.io/headless'], '');
  });

  it('that is deleted takes its Endpoints with it', async () => {
    await using cluster = await stage(all);
    await cluster.create(servicesPath, service());
    await cluster.delete(`${servicesPath}/web`);
    assert.deepEqual(
      (await cluster.list(endpointsPath)).map(({ metadata }) => metadata.name),
      ['kubernetes'],
    );
  });
});

describe('Endpoints that somebody keeps', () => {
  const endpoints = (labels?: object) => ({
    metadata: { name: 'web', labels },
    subsets: [
      {
        addresses: [{ ip: '192.0.2.1' }, { ip: '2001:db8::1' }],
        notReadyAddresses: [{ ip: '192.0.2.2' }],
        ports: [{ port: 80 }],
      },
    ],
  });

  it('are mirrored in slices, one for each family', async () => {
    await using cluster = await stage(all);
    await cluster.create(servicesPath, service({ selector: null, ports: [{ port: 80 }] }));
    await cluster.create(endpointsPath, endpoints({ mine: 'yes' }));
    const found = (await slices(cluster)).sort((a, b) => (a.addressType < b.addressType ? -1 : 1));
    assert.deepEqual(
      found.map((slice) => [slice.addressType, readiness(slice)]),
      [
        ['IPv4', { '192.0.2.1': true, '192.0.2.2': false }],
        ['IPv6', { '2001:db8::1': true }],
      ],
    );
    assert.deepEqual(found[0].metadata.labels, {
      mine: 'yes',
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
    });
    await cluster.delete(`${endpointsPath}/web`);
    assert.deepEqual(await slices(cluster), []);
  });

  it('are not when they say so', async () => {
    await using cluster = await stage(all);
    await cluster.create(servicesPath, service({ selector: null, ports: [{ port: 80 }] }));
    await cluster.create(endpointsPath, endpoints({ 'endpointslice.kubernetes.io/skip-mirror': 'true' }));
    assert.deepEqual(await slices(cluster), []);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectCode, type Loose } from '../helpers/api.ts';
import { type Stage, stage } from './kit.ts';
import { diesAfter } from './restarts.ts';

const cidrsPath = '/apis/networking.k8s.io/v1/servicecidrs';
const addressesPath = '/apis/networking.k8s.io/v1/ipaddresses';
const servicesPath = '/api/v1/namespaces/default/services';
const managed = {
  'ipaddress.kubernetes.io/ip-family': 'IPv4',
  'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
};

const open = () => stage(['service-cidr-controller']);
const range = (name: string, ...cidrs: string[]) => ({ metadata: { name }, spec: { cidrs } });
const service = (name: string, clusterIP: string) => ({
  metadata: { name },
  spec: { clusterIP, ports: [{ port: 80 }] },
});
const parentRef = (name: string) => ({ resource: 'services', namespace: 'default', name });

const readyOf = async ({ get }: Stage, name: string): Promise<string> => {
  const { type, status, reason, message } = (await get(`${cidrsPath}/${name}`)).status.conditions[0];
  return `${type} ${status} ${reason} ${message}`;
};
const isThere = async ({ api }: Stage, path: string): Promise<boolean> =>
  (await api.get(path)).status === 200;
const eventsOf = async ({ list }: Stage): Promise<string[]> =>
  (await list('/api/v1/namespaces/default/events')).map(
    ({ involvedObject: { kind, name }, reason, message }: Loose) => `${kind} ${name} ${reason} ${message}`,
  );

describe('a ServiceCIDR', () => {
  it('is ready, and held by a finalizer', async () => {
    await using on = await open();
    await on.create(cidrsPath, range('more', '192.168.7.0/24'));
    const { metadata } = await on.get(`${cidrsPath}/more`);
    assert.deepEqual(metadata.finalizers, ['networking.k8s.io/service-cidr-finalizer']);
    assert.equal(await readyOf(on, 'more'), 'Ready True  Kubernetes Service CIDR is ready');
  });

  it('goes ten seconds after its deletion when nobody has an address of it', async () => {
    await using on = await open();
    await on.create(cidrsPath, range('more', '192.168.7.0/24'));
    await on.delete(`${cidrsPath}/more`);
    await on.cluster.advance(9_000);
    assert.ok(await isThere(on, `${cidrsPath}/more`));
    await on.cluster.advance(1_000);
    assert.ok(!(await isThere(on, `${cidrsPath}/more`)));
  });

  it('stays as long as a Service has an address that only it gives', async () => {
    await using on = await open();
    await on.create(cidrsPath, range('more', '192.168.7.0/24'));
    await on.create(servicesPath, service('web', '192.168.7.9'));
    await on.delete(`${cidrsPath}/more`);
    await on.cluster.advance(60_000);
    assert.equal(
      await readyOf(on, 'more'),
      'Ready False Terminating There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
    );
    await on.delete(`${servicesPath}/web`);
    await on.cluster.runUntilIdle();
    assert.ok(!(await isThere(on, `${cidrsPath}/more`)));
  });

  it('goes when another one gives all its addresses', async () => {
    await using on = await open();
    await on.create(cidrsPath, range('more', '192.168.7.0/24'));
    await on.create(servicesPath, service('web', '192.168.7.9'));
    await on.delete(`${cidrsPath}/more`);
    await on.cluster.advance(60_000);
    assert.ok(await isThere(on, `${cidrsPath}/more`));
    await on.create(cidrsPath, range('all', '192.168.0.0/16'));
    await on.cluster.runUntilIdle();
    assert.ok(!(await isThere(on, `${cidrsPath}/more`)));
  });
});

describe('addresses of Services', () => {
  it('are claimed again when their IPAddress was deleted', async () => {
    await using on = await open();
    const { spec } = await on.create(servicesPath, service('web', ''));
    const before = await on.get(`${addressesPath}/${spec.clusterIP}`);
    await on.delete(`${addressesPath}/${spec.clusterIP}`);
    const after = await on.get(`${addressesPath}/${spec.clusterIP}`);
    assert.notEqual(after.metadata.uid, before.metadata.uid);
    assert.deepEqual([after.metadata.labels, after.spec], [before.metadata.labels, before.spec]);
    assert.deepEqual(await eventsOf(on), [
      `Service web ClusterIPNotAllocated Cluster IP [IPv4]: ${spec.clusterIP} is not allocated; repairing`,
    ]);
    const idle = await on.cluster.runUntilIdle();
    assert.ok(idle.idle);
  });

  it('are given back a minute after they were claimed for a Service that is not there', async () => {
    await using on = await open();
    const address = {
      metadata: { name: '10.0.0.77', labels: managed },
      spec: { parentRef: parentRef('nobody') },
    };
    await on.create(addressesPath, address);
    await on.cluster.advance(59_000);
    assert.ok(await isThere(on, `${addressesPath}/10.0.0.77`));
    await on.cluster.advance(2_000);
    assert.ok(!(await isThere(on, `${addressesPath}/10.0.0.77`)));
    assert.deepEqual(await eventsOf(on), [
      'IPAddress 10.0.0.77 IPAddressNotAllocated IPAddress: 10.0.0.77 for Service default/nobody appears to have leaked: cleaning up',
    ]);
    expectCode(await on.api.post(servicesPath, service('web', '10.0.0.77')), 201);
  });

  it('are left alone when somebody else manages them', async () => {
    await using on = await open();
    await on.create(addressesPath, {
      metadata: { name: '10.0.0.77' },
      spec: { parentRef: { group: 'gateway.networking.k8s.io', resource: 'gateways', name: 'door' } },
    });
    await on.cluster.advance(600_000);
    assert.ok(await isThere(on, `${addressesPath}/10.0.0.77`));
  });

  it('are not what an IPAddress of another Service says', async () => {
    await using on = await open();
    await on.create(servicesPath, service('web', '10.0.0.5'));
    await on.cluster.advance(10_000);
    await on.create(addressesPath, {
      metadata: { name: '10.0.0.78', labels: managed },
      spec: { parentRef: parentRef('web') },
    });
    await on.cluster.advance(10_000);
    assert.ok(!(await isThere(on, `${addressesPath}/10.0.0.78`)));
    assert.deepEqual(await eventsOf(on), [
      'IPAddress 10.0.0.78 IPAddressWrongReference IPAddress: 10.0.0.78 for Service default/web has a wrong reference; cleaning up',
    ]);
  });
});

it('ranges and addresses end in the same state wherever their controller dies', async () => {
  const states = new Set<string>();
  let deaths = 0;
  for (let writes = 1, died = true; died; writes++) {
    await using on = await stage([]);
    const scenario = async (settled: () => Promise<void>) => {
      await on.create(cidrsPath, range('more', '192.168.7.0/24'));
      await on.create(servicesPath, service('web', '192.168.7.9'));
      await settled();
      await on.delete(`${addressesPath}/192.168.7.9`);
      await settled();
      await on.delete(`${servicesPath}/web`);
      await on.delete(`${cidrsPath}/more`);
      await settled();
    };
    died = await diesAfter(on, ['service-cidr-controller'], writes, scenario, async (settled) => {
      await on.cluster.advance(10_000);
      await settled();
    });
    deaths += Number(died);
    const left = [...(await on.list(cidrsPath)), ...(await on.list(addressesPath))];
    states.add(left.map(({ metadata }: Loose) => metadata.name).join());
  }
  assert.ok(deaths > 3);
  // The server's own range, and the address of its own Service.
  assert.deepEqual([...states], ['kubernetes,10.0.0.1']);
});

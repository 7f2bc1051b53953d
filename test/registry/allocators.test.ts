import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidrContains, parseCidr } from '../../src/apimachinery/ip.ts';
import { cloneJson, type KubeObject } from '../../src/apimachinery/object.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { ApiError } from '../../src/apimachinery/status.ts';
import { allocationOrder } from '../../src/registry/allocators/allocation-order.ts';
import { createServiceHook } from '../../src/registry/allocators/index.ts';
import { reservedPorts } from '../../src/registry/allocators/port-range.ts';
import { serviceRange } from '../../src/registry/allocators/service-ranges.ts';
import { settle } from '../../src/registry/write/create.ts';
import { listPrefix, objectKey } from '../../src/storage/keys.ts';
import { definitionOf, openStore } from './kit.ts';

interface Spec {
  type?: string;
  clusterIP?: string;
  clusterIPs?: string[];
  ipFamilies?: string[];
  ipFamilyPolicy?: string;
  ports?: { port: number; nodePort?: number; protocol?: string }[];
  healthCheckNodePort?: number;
  [field: string]: unknown;
}

/** As it comes out of defaulting and the strategy. */
function service(name: string, spec: Spec = {}): KubeObject {
  const pair = spec.clusterIP ? { clusterIPs: spec.clusterIPs ?? [spec.clusterIP] } : {};
  const filled = {
    type: 'ClusterIP',
    ports: [{ port: 80, protocol: 'TCP' }],
    selector: { app: 'x' },
    ...spec,
    ...pair,
  };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'a' }, spec: cloneJson(filled) };
}

const specOf = (object: KubeObject) => object['spec'] as Spec;

/** Services written through the hook, as the write pipeline does it. */
async function cluster(
  cidrs = ['10.0.0.0/24'],
  nodePortRange = { from: 30000, to: 32767 },
  ...objects: KubeObject[]
) {
  const opened = await openStore(...objects);
  const { store, cache, layout, catalog } = opened;
  const options = { ...opened, random: seededRandom(7), serviceCidrs: cidrs, nodePortRange };
  const hook = createServiceHook(options);
  const keyOf = (name: string) => objectKey(layout, definitionOf(service(name)), 'a', name);
  const read = (name: string) => cache.get(keyOf(name))?.decode();
  const claims = () => {
    const prefix = listPrefix(
      layout,
      catalog.definition({ group: 'networking.k8s.io', resource: 'ipaddresses' })!,
      '',
    );
    const found: string[] = [];
    cache
      .snapshot()
      .objects.forEachFrom(
        prefix,
        (key) => key.startsWith(prefix) && found.push(key.slice(prefix.length)) > 0,
      );
    return found;
  };
  return {
    ...opened,
    hook,
    claims,
    read,
    async create(object: KubeObject, dryRun = false): Promise<Spec> {
      const claim = await hook.begin(object, undefined, dryRun);
      if (dryRun) return specOf(object);
      const written = await settle(claim, () => store.create(keyOf(object.metadata.name!), object));
      if ('taken' in written) throw new Error('taken');
      return specOf(object);
    },
    async update(name: string, change: (spec: Spec) => void, fails = false): Promise<Spec> {
      const old = read(name)!;
      const object = cloneJson(old);
      change(specOf(object));
      const claim = await hook.begin(object, old, false);
      if (fails) await claim.revert();
      else {
        await store.update(keyOf(name), () => ({ action: 'put', object }));
        await claim.commit();
      }
      return specOf(object);
    },
    async remove(name: string): Promise<void> {
      const object = read(name)!;
      await store.update(keyOf(name), () => ({ action: 'delete' }));
      await hook.afterDelete(object);
    },
  };
}

async function refused(code: number, message: string, attempt: Promise<unknown>): Promise<void> {
  const error = await attempt.then(
    () => assert.fail(`not refused: ${message}`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ApiError, String(error));
  assert.deepEqual([error.code, error.message], [code, message]);
}

test('the part of a range that is kept for people comes last', () => {
  const ranges: [string, bigint, bigint][] = [
    ['10.0.0.0/30', 2n, 0n],
    ['10.0.0.0/28', 14n, 0n],
    ['10.0.0.0/27', 30n, 16n],
    ['10.0.0.0/24', 254n, 16n],
    ['10.0.0.0/16', 65534n, 256n],
    ['fd00::/120', 255n, 16n],
    ['fd00::/64', 2n ** 64n - 1n, 256n],
  ];
  for (const [text, size, reserved] of ranges) {
    const range = serviceRange(text)!;
    assert.deepEqual([range.size, range.reserved], [size, reserved], text);
  }
  const ports = [10, 16, 17, 100, 2768, 10000].map((count) => reservedPorts({ from: 1, to: count }));
  assert.deepEqual(ports, [0, 0, 16, 16, 86, 128]);
  const order = [...allocationOrder(seededRandom(3), 100n, 16n)];
  assert.equal(new Set(order).size, 100);
  assert.ok(order.slice(0, 84).every((offset) => offset >= 16n));
});

test('a service gets an address, recorded as an IPAddress, and gives it back', async () => {
  const { create, remove, claims, cache, layout, catalog } = await cluster();
  const spec = await create(service('web'));
  assert.ok(cidrContains(parseCidr('10.0.0.0/24')!, spec.clusterIP!));
  assert.deepEqual(spec.clusterIPs, [spec.clusterIP]);
  assert.deepEqual([spec.ipFamilies, spec.ipFamilyPolicy], [['IPv4'], 'SingleStack']);
  assert.deepEqual(claims(), [spec.clusterIP]);
  const addresses = catalog.definition({ group: 'networking.k8s.io', resource: 'ipaddresses' })!;
  const { metadata, ...rest } = cache.get(objectKey(layout, addresses, '', spec.clusterIP!))!.decode();
  assert.deepEqual(rest, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    spec: { parentRef: { resource: 'services', namespace: 'a', name: 'web' } },
  });
  assert.deepEqual(metadata.labels, {
    'ipaddress.kubernetes.io/ip-family': 'IPv4',
    'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
  });
  assert.match(metadata.uid!, /^[0-9a-f-]{36}$/);
  assert.equal(metadata.creationTimestamp, '2026-01-01T00:00:00Z');
  await remove('web');
  assert.deepEqual(claims(), []);
});

test('an address that is asked for is given or refused', async () => {
  const { create, claims } = await cluster();
  await create(service('one', { clusterIP: '10.0.0.5' }));
  const message = (ip: string, why: string) =>
    `Service "two" is invalid: spec.clusterIPs: Invalid value: ["${ip}"]: failed to allocate IP ${ip}: ${why}`;
  const two = (clusterIP: string) => service('two', { clusterIP });
  await refused(422, message('10.0.0.5', 'provided IP is already allocated'), create(two('10.0.0.5')));
  await refused(422, message('10.0.0.5', 'provided IP is already allocated'), create(two('10.0.0.5'), true));
  for (const ip of ['1.2.3.4', '10.0.0.0', '10.0.0.255']) {
    await refused(422, message(ip, 'the provided network does not match the current range'), create(two(ip)));
  }
  await refused(
    422,
    'Service "two" is invalid: spec.clusterIPs[0]: Invalid value: ["fd00::5"]: IPv6 is not configured on this cluster',
    create(two('fd00::5')),
  );
  assert.deepEqual(claims(), ['10.0.0.5']);
});

test('headless services and external names take no address', async () => {
  const { create, claims } = await cluster();
  const headless = await create(service('headless', { clusterIP: 'None' }));
  assert.deepEqual(
    [headless.clusterIPs, headless.ipFamilies, headless.ipFamilyPolicy],
    [['None'], ['IPv4'], 'SingleStack'],
  );
  const { selector: _, ...bare } = specOf(service('bare', { clusterIP: 'None' }));
  const selectorless = await create({ ...service('bare'), spec: bare });
  assert.deepEqual(
    [selectorless.ipFamilies, selectorless.ipFamilyPolicy],
    [['IPv4', 'IPv6'], 'RequireDualStack'],
  );
  const external = await create(service('external', { type: 'ExternalName', externalName: 'example.com' }));
  assert.deepEqual(
    [external.clusterIPs, external.ipFamilies, external.ipFamilyPolicy],
    [undefined, undefined, undefined],
  );
  assert.deepEqual(claims(), []);
});

test('a range of two addresses runs out, and what comes back is given again', async () => {
  const { create, remove, claims } = await cluster(['10.0.0.0/30']);
  const given = [await create(service('one')), await create(service('two'))].map(
    ({ clusterIP }) => clusterIP,
  );
  assert.deepEqual(given.sort(), ['10.0.0.1', '10.0.0.2']);
  const full = 'Internal error occurred: failed to allocate a serviceIP for Service "three": range is full';
  await refused(500, full, create(service('three')));
  await remove('one');
  await create(service('three'));
  assert.deepEqual(claims(), given);
});

test('a ServiceCIDR object adds addresses', async () => {
  const cidr = (status: object) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'ServiceCIDR',
    metadata: { name: 'more' },
    spec: { cidrs: ['10.1.0.0/24'] },
    ...status,
  });
  const { create, put } = await cluster(['10.0.0.0/30'], undefined, cidr({}));
  for (const name of ['one', 'two']) await create(service(name));
  assert.match((await create(service('three'))).clusterIP!, /^10\.1\.0\./);
  await put(cidr({ status: { conditions: [{ type: 'Ready', status: 'False' }] } }));
  await assert.rejects(create(service('four')), /range is full/);
});

test('writers at the same time never share an address or a port', async () => {
  const { create, claims } = await cluster(['10.0.0.0/26'], { from: 30000, to: 30079 });
  const names = Array.from({ length: 62 }, (_, i) => `s${i}`);
  const specs = await Promise.all(names.map((name) => create(service(name, { type: 'NodePort' }))));
  assert.equal(new Set(specs.map(({ clusterIP }) => clusterIP)).size, names.length);
  assert.equal(new Set(specs.map(({ ports }) => ports![0]!.nodePort)).size, names.length);
  assert.equal(claims().length, names.length);
  const same = await Promise.allSettled(
    ['x', 'y', 'z'].map((name) =>
      create(service(name, { type: 'NodePort', clusterIP: 'None', ports: [{ port: 1, nodePort: 30079 }] })),
    ),
  );
  const taken = specs.some(({ ports }) => ports![0]!.nodePort === 30079) ? 0 : 1;
  assert.equal(same.filter(({ status }) => status === 'fulfilled').length, taken);
});

test('a lost race for a name and a dry run keep nothing', async () => {
  const { create, claims, read } = await cluster();
  await create(service('web', { type: 'NodePort', ports: [{ port: 80, nodePort: 30001 }] }));
  const before = claims();
  await assert.rejects(
    create(service('web', { type: 'NodePort', ports: [{ port: 80, nodePort: 30002 }] })),
    /taken/,
  );
  const dry = await create(
    service('dry', { type: 'NodePort', ports: [{ port: 80, nodePort: 30002 }] }),
    true,
  );
  assert.ok(cidrContains(parseCidr('10.0.0.0/24')!, dry.clusterIP!));
  assert.deepEqual(claims(), before);
  assert.ok(read('web'));
  await create(service('other', { type: 'NodePort', ports: [{ port: 80, nodePort: 30002 }] }));
});

const dual = ['10.0.0.0/24', 'fd00::/108'];

test('dual-stack clusters give one address of each family where asked', async () => {
  const { create, claims } = await cluster(dual);
  const plain = await create(service('plain'));
  assert.deepEqual([plain.ipFamilies, plain.clusterIPs!.length], [['IPv4'], 1]);
  const prefer = await create(service('prefer', { ipFamilyPolicy: 'PreferDualStack' }));
  assert.deepEqual(prefer.ipFamilies, ['IPv4', 'IPv6']);
  assert.match(prefer.clusterIPs!.join(' '), /^10\.0\.0\.\d+ fd00::[0-9a-f:]+$/);
  assert.equal(prefer.clusterIP, prefer.clusterIPs![0]);
  const sixFirst = await create(service('six', { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6'] }));
  assert.deepEqual(sixFirst.ipFamilies, ['IPv6', 'IPv4']);
  assert.match(sixFirst.clusterIP!, /^fd00::/);
  const given = await create(
    service('given', {
      ipFamilyPolicy: 'RequireDualStack',
      clusterIP: 'fd00::abc',
      clusterIPs: ['fd00::abc', '10.0.0.9'],
    }),
  );
  assert.deepEqual(
    [given.ipFamilies, given.clusterIPs],
    [
      ['IPv6', 'IPv4'],
      ['fd00::abc', '10.0.0.9'],
    ],
  );
  assert.equal(claims().length, 7);
  assert.ok(claims().includes('fd00::abc'));
});

test('clusters of one family refuse what they do not have', async () => {
  const { create } = await cluster(['fd00::/108']);
  const six = await create(service('six'));
  assert.deepEqual(six.ipFamilies, ['IPv6']);
  const prefer = await create(service('prefer', { ipFamilyPolicy: 'PreferDualStack' }));
  assert.deepEqual(prefer.ipFamilies, ['IPv6']);
  const cases: [Spec, string][] = [
    [
      { ipFamilyPolicy: 'RequireDualStack' },
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ],
    [{ ipFamilies: ['IPv4'] }, 'spec.ipFamilies[0]: Invalid value: "IPv4": not configured on this cluster'],
    [
      { ipFamilies: ['IPv6', 'IPv4'] },
      `spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified`,
    ],
  ];
  for (const [spec, why] of cases) {
    await refused(422, `Service "x" is invalid: ${why}`, create(service('x', spec)));
  }
});

test('a service takes and gives up its second address', async () => {
  const { create, update, claims } = await cluster(dual);
  const first = (await create(service('web'))).clusterIP!;
  const both = await update('web', (spec) => {
    spec.ipFamilyPolicy = 'PreferDualStack';
  });
  assert.deepEqual([both.clusterIP, both.clusterIPs![0], both.ipFamilies], [first, first, ['IPv4', 'IPv6']]);
  assert.equal(claims().length, 2);
  const one = await update('web', (spec) => {
    spec.ipFamilyPolicy = 'SingleStack';
  });
  assert.deepEqual([one.clusterIPs, one.ipFamilies], [[first], ['IPv4']]);
  assert.deepEqual(claims(), [first]);
});

test('what a type needs comes and goes with it', async () => {
  const { create, update, claims } = await cluster();
  await create(service('web'));
  const open = await update('web', (spec) => {
    spec.type = 'NodePort';
  });
  const nodePort = open.ports![0]!.nodePort!;
  assert.ok(nodePort >= 30000 && nodePort <= 32767);
  const ask = () => create(service('other', { type: 'NodePort', ports: [{ port: 1, nodePort }] }));
  await assert.rejects(ask(), /provided port is already allocated/);
  await update('web', (spec) => {
    spec.type = 'ExternalName';
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) delete spec[field];
    for (const port of spec.ports!) delete port.nodePort;
  });
  assert.deepEqual(claims(), []);
  await ask();
  const back = await update('web', (spec) => {
    spec.type = 'ClusterIP';
  });
  assert.equal(claims().length, 2);
  assert.ok(claims().includes(back.clusterIP!));
});

test('an update that fails gives back what it took', async () => {
  const { create, update, claims } = await cluster(dual, { from: 30000, to: 30001 });
  await create(service('web'));
  const before = claims();
  const change = (spec: Spec) => {
    spec.ipFamilyPolicy = 'RequireDualStack';
    spec.type = 'NodePort';
    spec.ports = [{ port: 80 }, { port: 81 }];
  };
  await update('web', change, true);
  assert.deepEqual(claims(), before);
  const open = await update('web', change);
  assert.deepEqual(open.ports!.map(({ nodePort }) => nodePort).sort(), [30000, 30001]);
  await refused(
    500,
    'Internal error occurred: failed to allocate a nodePort: range is full',
    create(service('more', { type: 'NodePort' })),
  );
  assert.equal(claims().length, 2);
});

test('node ports that are asked for', async () => {
  const { create, update } = await cluster();
  const ports = (...list: Spec['ports'] & object) => ({ type: 'NodePort', ports: list });
  await create(
    service('dns', ports({ port: 53, protocol: 'TCP', nodePort: 30053 }, { port: 53, protocol: 'UDP' })),
  );
  const shared = await create(
    service('both', ports({ port: 80, protocol: 'TCP' }, { port: 80, protocol: 'UDP' })),
  );
  assert.equal(shared.ports![0]!.nodePort, shared.ports![1]!.nodePort);
  await refused(
    422,
    'Service "x" is invalid: spec.ports[1].nodePort: Invalid value: 30053: provided port is already allocated',
    create(service('x', ports({ port: 1 }, { port: 2, nodePort: 30053 }))),
  );
  await refused(
    422,
    'Service "x" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    create(service('x', ports({ port: 1, nodePort: 80 }))),
  );
  const moved = await update('dns', (spec) => {
    spec.ports = [
      { port: 53, protocol: 'UDP', nodePort: 30053 },
      { port: 54, protocol: 'TCP', nodePort: 30054 },
    ];
  });
  assert.deepEqual(
    moved.ports!.map(({ nodePort }) => nodePort),
    [30053, 30054],
  );
  await update('dns', (spec) => {
    spec.ports = [{ port: 54, protocol: 'TCP', nodePort: 30054 }];
  });
  await create(service('free', ports({ port: 1, nodePort: 30053 })));
});

test('load balancers', async () => {
  const { create, update, remove } = await cluster();
  const balancer = (name: string, spec: Spec) => service(name, { type: 'LoadBalancer', ...spec });
  const closed = await create(balancer('closed', { allocateLoadBalancerNodePorts: false }));
  assert.equal(closed.ports![0]!.nodePort, undefined);
  const local = await create(
    balancer('local', { allocateLoadBalancerNodePorts: true, externalTrafficPolicy: 'Local' }),
  );
  const numbers = [local.ports![0]!.nodePort, local.healthCheckNodePort];
  assert.equal(new Set(numbers).size, 2);
  const wanted = { externalTrafficPolicy: 'Local', healthCheckNodePort: local.healthCheckNodePort! };
  await refused(
    500,
    `Internal error occurred: failed to allocate requested HealthCheck NodePort ${local.healthCheckNodePort}: provided port is already allocated`,
    create(balancer('second', wanted)),
  );
  await remove('local');
  await create(balancer('second', wanted));
  const spec = await update('closed', (changed) => {
    changed['externalTrafficPolicy'] = 'Local';
  });
  assert.ok(spec.healthCheckNodePort);
});

test('ports of services from before the start are known', async () => {
  const before = service('before', { type: 'NodePort', ports: [{ port: 80, nodePort: 30000 }] });
  const { create } = await cluster(['10.0.0.0/24'], { from: 30000, to: 30001 }, before);
  assert.equal((await create(service('web', { type: 'NodePort' }))).ports![0]!.nodePort, 30001);
});

test('endpoints go with their service', async () => {
  const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web', namespace: 'a' } };
  const { create, remove, reader } = await cluster(undefined, undefined, endpoints);
  await create(service('web'));
  await remove('web');
  assert.equal(reader.get({ group: '', resource: 'endpoints' }, 'a', 'web'), undefined);
});

test('what a crash left between claim and service is put right', async () => {
  const orphan = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IPAddress',
    metadata: {
      name: '10.0.0.9',
      labels: { 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io' },
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: { parentRef: { resource: 'services', namespace: 'a', name: 'never' } },
  };
  const foreign = { ...orphan, metadata: { name: '10.0.0.10', creationTimestamp: '2026-01-01T00:00:00Z' } };
  const unclaimed = service('old', { clusterIP: '10.0.0.3' });
  const { create, claims, clock, hook } = await cluster(undefined, undefined, orphan, foreign, unclaimed);
  const { clusterIP } = await create(service('web'));
  clock.advance(30_000);
  await hook.repair(60_000);
  assert.deepEqual(claims(), ['10.0.0.10', '10.0.0.3', '10.0.0.9', clusterIP].sort());
  await hook.repair(0);
  assert.deepEqual(claims(), ['10.0.0.10', '10.0.0.3', clusterIP].sort());
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Bench, bench } from '../endpoints/kit.ts';
import { expectCode, expectFailure, type Loose, pod } from '../helpers/api.ts';

let use: Bench;
before(async () => {
  use = await bench();
});
after(() => use.cluster.close());

const container = { name: 'main', image: 'busybox:1' };
const labels = { app: 'x' };
const template = { metadata: { labels }, spec: { containers: [container] } };
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'x' },
  spec: { selector: { matchLabels: labels }, template },
};
const core = '/api/v1/namespaces/default';

/** Dotted paths at which two objects differ. */
function differences(a: Loose, b: Loose, path = ''): string[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  const isTree = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isTree(a) || !isTree(b)) return [path];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.flatMap((name) => differences(a[name], b[name], path === '' ? name : `${path}.${name}`));
}

interface Case {
  readonly collection: string;
  readonly object: { readonly metadata: { readonly name?: string } };
  /** Subresource ('' for the object) → a patch that tries to change everything → what changes. */
  readonly tries: readonly (readonly [string, object, readonly string[]])[];
}

const cases: Readonly<Record<string, Case>> = {
  deployments: {
    collection: '/apis/apps/v1/namespaces/default/deployments',
    object: deployment,
    tries: [
      ['', { status: { replicas: 5 } }, []],
      ['', { spec: { paused: true }, status: { replicas: 5 } }, ['spec.paused', 'metadata.generation']],
      ['status', { spec: { paused: false, replicas: 9 }, status: { replicas: 3 } }, ['status.replicas']],
      [
        'scale',
        { metadata: { labels: { a: 'b' } }, spec: { replicas: 4 }, status: { replicas: 77 } },
        ['spec.replicas', 'metadata.generation'],
      ],
    ],
  },
  pods: {
    collection: `${core}/pods`,
    object: pod('x'),
    tries: [
      ['', { status: { message: 'mine' } }, []],
      ['status', { spec: { nodeName: 'n' }, status: { message: 'theirs' } }, ['status.message']],
      [
        'ephemeralcontainers',
        {
          spec: { nodeName: 'n', ephemeralContainers: [{ name: 'debug', image: 'b' }] },
          status: { message: 'no' },
        },
        ['spec.ephemeralContainers', 'metadata.generation'],
      ],
    ],
  },
  services: {
    collection: `${core}/services`,
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'x' },
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    } as Loose,
    tries: [
      ['', { status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } }, []],
      [
        'status',
        { spec: { selector: labels }, status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } },
        ['status.loadBalancer.ingress'],
      ],
    ],
  },
  namespaces: {
    collection: '/api/v1/namespaces',
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } } as Loose,
    tries: [
      ['', { spec: { finalizers: [] }, status: { phase: 'Terminating' } }, []],
      ['status', { spec: { finalizers: [] }, status: { conditions: [] } }, []],
    ],
  },
  nodes: {
    collection: '/api/v1/nodes',
    object: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'x' } } as Loose,
    tries: [
      ['', { status: { phase: 'Running' } }, []],
      ['status', { spec: { unschedulable: true }, status: { phase: 'Running' } }, ['status.phase']],
    ],
  },
};

for (const [kind, { collection, object, tries }] of Object.entries(cases)) {
  test(`R13 ${kind}: every path writes what is its own`, async () => {
    const { api } = use;
    const path = `${collection}/${object.metadata.name}`;
    let now = expectCode(await api.post(collection, object), 201);
    for (const [subresource, patch, expected] of tries) {
      const to = subresource === '' ? path : `${path}/${subresource}`;
      expectCode(await api.patch(to, 'merge', patch), 200);
      const next = expectCode(await api.get(path), 200);
      const found = differences(now, next).filter((field) => field !== 'metadata.resourceVersion');
      assert.deepEqual(found.sort(), [...expected].sort(), `${subresource} ${JSON.stringify(patch)}`);
      assert.equal(
        next.metadata.resourceVersion === now.metadata.resourceVersion,
        expected.length === 0,
        'R9',
      );
      now = next;
    }
  });
}

test('R19 namespaces are held by their own finalizers', async () => {
  const { api } = use;
  const path = '/api/v1/namespaces/held';
  expectCode(
    await api.post('/api/v1/namespaces', { metadata: { name: 'held', finalizers: ['example.com/hold'] } }),
    201,
  );
  const marked = expectCode(await api.delete(path), 200);
  assert.equal(marked.status.phase, 'Terminating');
  assert.ok(marked.metadata.deletionTimestamp);
  assert.equal(marked.metadata.deletionGracePeriodSeconds, undefined);
  assert.deepEqual(expectCode(await api.delete(path), 200), marked, 'said twice, written once');
  // Each kind of finalizer holds while the other is gone.
  expectCode(await api.patch(path, 'merge', { metadata: { finalizers: null } }), 200);
  const held = expectCode(await api.get(path), 200);
  assert.deepEqual(held.spec.finalizers, ['kubernetes']);
  expectCode(await api.put(`${path}/finalize`, { ...held, spec: { finalizers: [] } }), 200);
  expectFailure(await api.get(path), 404, 'NotFound');
});

test('R17 a service whose last finalizer goes through its status gives its address back', async () => {
  const { api } = use;
  const path = `${core}/services/held`;
  const { spec } = expectCode(
    await api.post(`${core}/services`, {
      metadata: { name: 'held', finalizers: ['example.com/hold'] },
      spec: { ports: [{ port: 80 }] },
    }),
    201,
  );
  const address = `/apis/networking.k8s.io/v1/ipaddresses/${spec.clusterIP}`;
  expectCode(await api.delete(path), 200);
  expectCode(await api.get(address), 200);
  expectCode(await api.patch(`${path}/status`, 'merge', { metadata: { finalizers: null } }), 200);
  expectFailure(await api.get(path), 404, 'NotFound');
  expectFailure(await api.get(address), 404, 'NotFound');
});

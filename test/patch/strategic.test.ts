import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRecord, type Json, type JsonObject, jsonEqual } from '../../src/apimachinery/object.ts';
import { type Random, seededRandom } from '../../src/apimachinery/random.ts';
import { applyStrategicMerge } from '../../src/patch/strategic/index.ts';
import { loadSchemas } from '../../src/scheme/schema-set.ts';
import { assertRefused, frozen } from './support.ts';

const schemas = loadSchemas();
const podSpec = 'io.k8s.api.core.v1.PodSpec';
const container = 'io.k8s.api.core.v1.Container';
const service = 'io.k8s.api.core.v1.ServiceSpec';
const serviceStatus = 'io.k8s.api.core.v1.ServiceStatus';
const podStatus = 'io.k8s.api.core.v1.PodStatus';
const deployment = 'io.k8s.api.apps.v1.DeploymentSpec';
const metadata = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const budget = 'io.k8s.api.policy.v1.PodDisruptionBudgetSpec';
const nodeSpec = 'io.k8s.api.core.v1.NodeSpec';
const request = 'io.k8s.api.certificates.v1.CertificateSigningRequestSpec';
const revision = 'io.k8s.api.apps.v1.ControllerRevision';

const run = (schema: string, current: Json, patch: Json) =>
  applyStrategicMerge(schemas, schema, frozen(current), frozen(patch));

const named = (...names: string[]) => names.map((name) => ({ name }));

const applied: [rule: string, schema: string, current: Json, patch: Json, expected: Json][] = [
  ['S1 null patch', podSpec, { nodeName: 'a' }, null, { nodeName: 'a' }],
  [
    'S1 set and remove',
    podSpec,
    { nodeName: 'a', hostname: 'h' },
    { nodeName: 'b', hostname: null, priority: null },
    { nodeName: 'b' },
  ],
  [
    'S2 maps are merged',
    metadata,
    { labels: { a: '1', b: '2' } },
    { labels: { b: null, c: '3' } },
    { labels: { a: '1', c: '3' } },
  ],
  [
    'S2 strategy replace',
    budget,
    { selector: { matchLabels: { a: '1' } } },
    { selector: { matchLabels: { b: '2' } } },
    { selector: { matchLabels: { b: '2' } } },
  ],
  ['S2 another kind of value', service, { clusterIPs: ['a'] }, { clusterIPs: 'b' }, { clusterIPs: 'b' }],
  [
    'S3 new values come without nulls',
    podSpec,
    {},
    { securityContext: { runAsUser: null, seLinuxOptions: { user: 'u', role: null } } },
    { securityContext: { seLinuxOptions: { user: 'u' } } },
  ],
  [
    'S3 new values come without directives',
    podSpec,
    {},
    { containers: [{ name: 'a', $patch: 'delete' }, { name: 'b' }], securityContext: { $patch: 'delete' } },
    { containers: named('b') },
  ],
  [
    'S4 replace a map',
    metadata,
    { labels: { a: '1' } },
    { labels: { $patch: 'replace', b: '2' } },
    { labels: { b: '2' } },
  ],
  [
    'S4 empty a map',
    metadata,
    { labels: { a: '1' } },
    { labels: { $patch: 'delete', b: '2' } },
    { labels: {} },
  ],
  [
    'S4 replace everything',
    metadata,
    { labels: { a: '1' }, name: 'x' },
    { $patch: 'replace', name: 'y' },
    { name: 'y' },
  ],
  [
    'S5 retainKeys',
    deployment,
    { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
    { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
    { strategy: { type: 'Recreate' } },
  ],
  [
    'S5 S12 retainKeys of a volume',
    podSpec,
    {
      volumes: [
        { name: 'v', emptyDir: {} },
        { name: 'w', emptyDir: {} },
      ],
    },
    { volumes: [{ $retainKeys: ['name', 'hostPath'], name: 'v', hostPath: { path: '/x' }, emptyDir: null }] },
    {
      volumes: [
        { name: 'v', hostPath: { path: '/x' } },
        { name: 'w', emptyDir: {} },
      ],
    },
  ],
  [
    'S7 delete from a merged list',
    metadata,
    { finalizers: ['a', 'b', 'c'] },
    { '$deleteFromPrimitiveList/finalizers': ['b', 'x'] },
    { finalizers: ['a', 'c'] },
  ],
  [
    'S7 delete from a replaced list',
    container,
    { args: ['a', 'b'] },
    { '$deleteFromPrimitiveList/args': ['a'] },
    { args: ['b'] },
  ],
  ['S7 delete from nothing', metadata, {}, { '$deleteFromPrimitiveList/finalizers': ['b'] }, {}],
  [
    'S7 delete and add',
    metadata,
    { finalizers: ['a', 'b'] },
    { '$deleteFromPrimitiveList/finalizers': ['a'], finalizers: ['c'] },
    { finalizers: ['c', 'b'] },
  ],
  [
    'S7 null removes the list',
    metadata,
    { finalizers: ['a'] },
    { '$deleteFromPrimitiveList/finalizers': null },
    {},
  ],
  [
    'S10 tolerations are atomic',
    podSpec,
    { tolerations: [{ key: 'a' }, { key: 'b' }] },
    { tolerations: [{ key: 'b', effect: 'NoSchedule' }] },
    { tolerations: [{ key: 'b', effect: 'NoSchedule' }] },
  ],
  ['S10 args are atomic', container, { args: ['a', 'b'] }, { args: ['c'] }, { args: ['c'] }],
  [
    'S11 finalizers are a set',
    metadata,
    { finalizers: ['a', 'b'] },
    { finalizers: ['b', 'c', 'c'] },
    { finalizers: ['a', 'b', 'c'] },
  ],
  [
    'S11 podCIDRs',
    nodeSpec,
    { podCIDRs: ['10.0.0.0/24'] },
    { podCIDRs: ['10.0.0.0/24'] },
    { podCIDRs: ['10.0.0.0/24'] },
  ],
  [
    'S12 containers by name',
    podSpec,
    {
      containers: [
        { name: 'a', image: '1' },
        { name: 'b', image: '1', args: ['x'] },
      ],
    },
    { containers: [{ name: 'b', image: '2' }] },
    {
      containers: [
        { name: 'a', image: '1' },
        { name: 'b', image: '2', args: ['x'] },
      ],
    },
  ],
  [
    'S12 env by name, value removed',
    container,
    { env: [{ name: 'A', value: '1' }] },
    { env: [{ name: 'A', value: null, valueFrom: { fieldRef: { fieldPath: 'x' } } }] },
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'x' } } }] },
  ],
  [
    'S12 container ports by number, the first of two',
    container,
    {
      ports: [
        { containerPort: 53, protocol: 'UDP' },
        { containerPort: 53, protocol: 'TCP' },
      ],
    },
    { ports: [{ containerPort: 53, name: 'dns' }] },
    {
      ports: [
        { containerPort: 53, protocol: 'UDP', name: 'dns' },
        { containerPort: 53, protocol: 'TCP' },
      ],
    },
  ],
  [
    'S12 service ports by port',
    service,
    { ports: [{ port: 80, nodePort: 30001 }] },
    { ports: [{ port: 80, targetPort: 'web' }] },
    { ports: [{ port: 80, nodePort: 30001, targetPort: 'web' }] },
  ],
  [
    'S12 ownerReferences by uid',
    metadata,
    { ownerReferences: [{ uid: 'u', name: 'a' }] },
    { ownerReferences: [{ uid: 'u', controller: true }] },
    { ownerReferences: [{ uid: 'u', name: 'a', controller: true }] },
  ],
  [
    'S12 conditions by type',
    podStatus,
    { conditions: [{ type: 'Ready', status: 'False', reason: 'x' }] },
    { conditions: [{ type: 'Ready', status: 'True' }] },
    { conditions: [{ type: 'Ready', status: 'True', reason: 'x' }] },
  ],
  [
    'S12 service conditions',
    serviceStatus,
    { conditions: [{ type: 'A', status: 'True' }] },
    { conditions: [{ type: 'A', status: 'False' }] },
    { conditions: [{ type: 'A', status: 'False' }] },
  ],
  [
    'S12 hostAliases by ip',
    podSpec,
    { hostAliases: [{ ip: '1', hostnames: ['a'] }] },
    { hostAliases: [{ ip: '1', hostnames: ['b'] }] },
    { hostAliases: [{ ip: '1', hostnames: ['b'] }] },
  ],
  [
    'S12 two items of the patch for one new key',
    podSpec,
    { containers: [] },
    {
      containers: [
        { name: 'a', image: '1' },
        { name: 'a', tty: true },
      ],
    },
    { containers: [{ name: 'a', image: '1', tty: true }] },
  ],
  [
    'S13 delete an item',
    podSpec,
    { containers: named('a', 'b', 'c') },
    { containers: [{ $patch: 'delete', name: 'b' }] },
    { containers: named('a', 'c') },
  ],
  [
    'S13 replace the list',
    podSpec,
    { containers: named('a', 'b') },
    { containers: [{ name: 'c' }, { $patch: 'replace' }] },
    { containers: named('c') },
  ],
  [
    'S13 empty the list',
    podSpec,
    { containers: named('a') },
    { containers: [{ $patch: 'replace' }] },
    { containers: [] },
  ],
  [
    'S13 change one, delete another',
    podSpec,
    { containers: named('a', 'b') },
    {
      containers: [
        { name: 'a', image: '2' },
        { $patch: 'delete', name: 'b' },
      ],
    },
    { containers: [{ name: 'a', image: '2' }] },
  ],
  [
    'S14 new items go first',
    podSpec,
    { containers: named('a', 'b') },
    { containers: named('c') },
    { containers: named('c', 'a', 'b') },
  ],
  [
    'S14 items of the patch keep its order',
    podSpec,
    { containers: named('a', 'b', 'c') },
    { containers: named('c', 'a') },
    { containers: named('b', 'c', 'a') },
  ],
  [
    'S15 reorder',
    podSpec,
    { containers: named('a', 'b', 'c') },
    { '$setElementOrder/containers': named('c', 'b', 'a') },
    { containers: named('c', 'b', 'a') },
  ],
  [
    'S15 add at the end',
    podSpec,
    { containers: named('a', 'b') },
    { '$setElementOrder/containers': named('a', 'b', 'c'), containers: [{ name: 'c', image: '1' }] },
    { containers: [...named('a', 'b'), { name: 'c', image: '1' }] },
  ],
  [
    'S15 unnamed items keep their place',
    podSpec,
    { containers: named('a', 'sidecar', 'b') },
    { '$setElementOrder/containers': named('b', 'c'), containers: named('c') },
    { containers: named('a', 'sidecar', 'b', 'c') },
  ],
  [
    'S15 a new item in the place of a deleted one',
    podSpec,
    { containers: named('a', 'b', 'sidecar') },
    {
      '$setElementOrder/containers': named('b', 'c'),
      containers: [{ name: 'c' }, { $patch: 'delete', name: 'a' }],
    },
    { containers: named('b', 'sidecar', 'c') },
  ],
  [
    'S15 scalars',
    metadata,
    { finalizers: ['a', 'b', 'c'] },
    {
      '$setElementOrder/finalizers': ['d', 'a'],
      '$deleteFromPrimitiveList/finalizers': ['b'],
      finalizers: ['d'],
    },
    { finalizers: ['d', 'a', 'c'] },
  ],
  ['S15 no list anywhere', podSpec, {}, { '$setElementOrder/containers': named('a') }, {}],
  [
    'S15 a new list',
    podSpec,
    {},
    {
      '$setElementOrder/containers': named('b', 'a'),
      containers: [{ name: 'b' }, { name: 'a' }, { name: 'z', $patch: 'delete' }],
    },
    { containers: named('b', 'a') },
  ],
  [
    'S15 an empty list',
    podSpec,
    { containers: [] },
    { '$setElementOrder/containers': named('a') },
    { containers: [] },
  ],
];

for (const [rule, schema, current, patch, expected] of applied) {
  test(rule, () => assert.deepEqual(run(schema, current, patch), expected));
}

const refused: [rule: string, code: number, text: string, schema: string, current: Json, patch: Json][] = [
  [
    'S1 no map',
    400,
    'json: cannot unmarshal array into Go value of type map[string]interface {}',
    podSpec,
    {},
    [],
  ],
  [
    'S4 merge',
    500,
    'unknown patch type: merge in map: map[$patch:merge a:1]',
    metadata,
    { labels: {} },
    { labels: { $patch: 'merge', a: 1 } },
  ],
  [
    'S5 a field that is not listed',
    400,
    'invalid patch format of retainKeys',
    deployment,
    { strategy: {} },
    { strategy: { $retainKeys: ['rollingUpdate'], type: 'Recreate' } },
  ],
  ['S5 no list', 400, 'invalid patch format of retainKeys', deployment, {}, { $retainKeys: 'type' }],
  [
    'S6 unknown field',
    500,
    'unable to find api field in struct PodSpec for the json field "nope"',
    podSpec,
    { nope: {} },
    { nope: {} },
  ],
  [
    'S6 a map with free keys',
    500,
    'merging an object in json but data type is not struct, instead is: map',
    request,
    { extra: { a: ['x'] } },
    { extra: { a: ['y'] } },
  ],
  [
    'S6 any JSON',
    500,
    'unable to find api field in struct RawExtension for the json field "spec"',
    revision,
    { data: { spec: {} } },
    { data: { spec: {} } },
  ],
  [
    'S7 no field',
    400,
    'invalid patch format of primitive list',
    metadata,
    {},
    { $deleteFromPrimitiveList: ['a'] },
  ],
  [
    'S12 no merge key',
    500,
    'map: map[image:x ports:[map[containerPort:80]]] does not contain declared merge key: name',
    podSpec,
    { containers: named('a') },
    { containers: [{ ports: [{ containerPort: 80 }], image: 'x' }] },
  ],
  [
    'S12 different kinds',
    500,
    'list element types are not identical: [[map[name:a]] [x]]',
    podSpec,
    { containers: named('a') },
    { containers: ['x'] },
  ],
  [
    'S12 lists of lists',
    422,
    'lists of lists are not supported',
    podSpec,
    { containers: named('a') },
    { containers: [[]] },
  ],
  [
    'S13 merge',
    500,
    'merging lists cannot yet be specified in the patch',
    podSpec,
    { containers: named('a') },
    { containers: [{ $patch: 'merge', name: 'a' }] },
  ],
  [
    'S13 unknown',
    500,
    'unknown patch type: drop in map: map[$patch:drop name:a]',
    podSpec,
    { containers: named('a') },
    { containers: [{ $patch: 'drop', name: 'a' }] },
  ],
  [
    'S13 delete without key',
    500,
    'does not contain declared merge key: name',
    podSpec,
    { containers: named('a') },
    { containers: [{ $patch: 'delete' }] },
  ],
  [
    'S15 another order',
    500,
    "doesn't match $setElementOrder list:\n[map[name:a] map[name:b]]",
    podSpec,
    { containers: named('a') },
    { '$setElementOrder/containers': named('a', 'b'), containers: named('b', 'a') },
  ],
  [
    'S15 no slash',
    400,
    'invalid patch format of setElementOrder list',
    podSpec,
    {},
    { $setElementOrder: [] },
  ],
  [
    'S15 no list',
    500,
    'expected a []interface {}, but received a map[string]interface {}',
    podSpec,
    {},
    { '$setElementOrder/containers': {} },
  ],
  [
    'S15 unknown field',
    500,
    'unable to find api field in struct PodSpec for the json field "nope"',
    podSpec,
    {},
    { '$setElementOrder/nope': [] },
  ],
];

for (const [rule, code, text, schema, current, patch] of refused) {
  test(`${rule}: ${code}`, () => assertRefused(() => run(schema, current, patch), code, text));
}

test('P2 __proto__ is a field like any other', () => {
  const current = JSON.parse('{"labels":{"__proto__":"a","constructor":"b"}}') as Json;
  const patch = JSON.parse(
    '{"labels":{"__proto__":"c","constructor":null},"annotations":{"__proto__":"d"}}',
  ) as Json;
  assert.equal(
    JSON.stringify(run(metadata, current, patch)),
    '{"labels":{"__proto__":"c"},"annotations":{"__proto__":"d"}}',
  );
  assertRefused(
    () => run(podSpec, JSON.parse('{"__proto__":{}}') as Json, JSON.parse('{"__proto__":{}}') as Json),
    500,
    '"__proto__"',
  );
});

test('S12 long lists merge quickly', () => {
  const env = (value: string) => Array.from({ length: 50_000 }, (_, index) => ({ name: `E${index}`, value }));
  assert.deepEqual(run(container, { env: env('a') }, { env: env('b').reverse() }), {
    env: env('b').reverse(),
  });
});

test('a whole Deployment as kubectl apply patches it', () => {
  const current = {
    metadata: { name: 'web', annotations: { kept: 'yes' }, finalizers: ['keep'] },
    spec: {
      replicas: 3,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } },
      template: {
        spec: {
          containers: [
            { name: 'web', image: 'web:1', env: [{ name: 'A', value: '1' }] },
            { name: 'injected', image: 'proxy' },
          ],
        },
      },
    },
  };
  const patch = {
    metadata: { annotations: { added: 'yes' } },
    spec: {
      replicas: null,
      strategy: { $retainKeys: ['type'], rollingUpdate: null, type: 'Recreate' },
      template: {
        spec: {
          '$setElementOrder/containers': [{ name: 'web' }, { name: 'log' }],
          containers: [
            {
              name: 'web',
              image: 'web:2',
              '$setElementOrder/env': [{ name: 'B' }],
              env: [
                { name: 'B', value: '2' },
                { $patch: 'delete', name: 'A' },
              ],
            },
            { name: 'log', image: 'log:1' },
          ],
        },
      },
    },
  };
  assert.deepEqual(run('io.k8s.api.apps.v1.Deployment', current, patch), {
    metadata: { name: 'web', annotations: { kept: 'yes', added: 'yes' }, finalizers: ['keep'] },
    spec: {
      strategy: { type: 'Recreate' },
      template: {
        spec: {
          containers: [
            { name: 'web', image: 'web:2', env: [{ name: 'B', value: '2' }] },
            { name: 'log', image: 'log:1' },
            { name: 'injected', image: 'proxy' },
          ],
        },
      },
    },
  });
});

function randomPodSpec(random: Random, withNulls: boolean): Json {
  const maybe = (make: () => Json): Json | undefined =>
    random.int(2) === 0 ? undefined : withNulls && random.int(4) === 0 ? null : make();
  const some = (make: (name: string) => JsonObject): Json[] =>
    ['a', 'b', 'c', 'd'].filter(() => random.int(2) === 0).map(make);
  const word = () => ['x', 'y', 'z'][random.int(3)]!;
  const spec = {
    nodeName: maybe(word),
    nodeSelector: maybe(() => ({ a: word(), [word()]: word() })),
    tolerations: maybe(() => some((key) => ({ key, value: word() }))),
    containers: maybe(() =>
      some((name) => ({
        name,
        image: maybe(word),
        args: maybe(() => [word()]),
        env: maybe(() => some((env) => ({ name: env, value: word() }))),
      })),
    ),
    volumes: maybe(() => some((name) => ({ name, emptyDir: maybe(() => ({ medium: word() })) }))),
  };
  return JSON.parse(JSON.stringify(spec)) as Json;
}

test('P1 S1 S12 S14 without directives, applying twice is applying once (seeds 1 to 300)', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seededRandom(seed);
    const current = randomPodSpec(random, false);
    const patch = randomPodSpec(random, true);
    const once = run(podSpec, current, patch);
    assert.deepEqual(run(podSpec, once, patch), withoutNulls(once), `seed ${seed}`);
  }
});

/** Items that a patch adds keep their null fields until they are merged once more; null and absent are the same. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(kept.map(([key, field]) => [key, withoutNulls(field as Json)]));
}

test('S12 S15 the order and the items that were asked for (seeds 1 to 300)', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seededRandom(seed);
    const subset = () => ['a', 'b', 'c', 'd', 'e', 'f'].filter(() => random.int(2) === 0);
    const [live, wanted] = [subset(), subset().reverse()];
    const changed = wanted.filter((name) => !live.includes(name) || random.int(2) === 0);
    const deleted = live.filter((name) => !wanted.includes(name) && random.int(2) === 0);
    const patch = {
      '$setElementOrder/containers': named(...wanted),
      containers: [...named(...changed), ...deleted.map((name) => ({ $patch: 'delete', name }))],
    };
    const patched = run(podSpec, { containers: named(...live) }, patch) as { containers: { name: string }[] };
    const names = patched.containers.map((item) => item.name);
    const others = live.filter((name) => !wanted.includes(name) && !deleted.includes(name));
    assert.ok(
      jsonEqual(
        names.filter((name) => wanted.includes(name)),
        wanted,
      ),
      `seed ${seed}`,
    );
    assert.ok(
      jsonEqual(
        names.filter((name) => !wanted.includes(name)),
        others,
      ),
      `seed ${seed}`,
    );
  }
});

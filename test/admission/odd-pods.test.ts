import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtinPlugins } from '../../src/admission/plugins.ts';
import { type Random, seededRandom } from '../../src/apimachinery/random.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { apiOver, expectCode } from '../helpers/api.ts';

const rounds = 400;

const oddName = (random: Random): string => pick(random, ['__proto__', 'constructor', 'a', 'b', 'toString']);
const pick = <T>(random: Random, values: readonly T[]): T => values[random.int(values.length)]!;
const oddMap = (random: Random): Record<string, string> =>
  JSON.parse(`{${JSON.stringify(oddName(random))}: "x", "example.com/${random.int(3)}": "y"}`);

/** Fields of a pod's spec that plugins look at, each with values that are fine, odd or wrong. */
const fields: Readonly<Record<string, (random: Random) => unknown>> = {
  hostPID: () => true,
  hostUsers: (random) => pick(random, [true, false, null]),
  os: (random) => pick(random, [{ name: 'windows' }, { name: 'linux' }, {}]),
  nodeName: (random) => pick(random, ['n1', '', null]),
  nodeSelector: oddMap,
  overhead: () => ({ cpu: '1' }),
  priorityClassName: (random) => pick(random, ['system-node-critical', 'none', '']),
  runtimeClassName: oddName,
  serviceAccountName: (random) => pick(random, ['sa', oddName(random)]),
  automountServiceAccountToken: (random) => pick(random, [true, false]),
  activeDeadlineSeconds: (random) => pick(random, [0, -1, 5]),
  resources: (random) => pick(random, [{}, { limits: { cpu: '1' } }, { requests: null }, null]),
  securityContext: (random) =>
    pick(random, [
      {},
      null,
      { sysctls: [{ name: oddName(random), value: '1' }] },
      { runAsUser: 0, seLinuxOptions: {} },
    ]),
  tolerations: (random) =>
    pick(random, [[], null, [{}], [{ operator: 'Exists' }], [{ key: oddName(random), value: 'x' }]]),
  imagePullSecrets: (random) => pick(random, [[{}], [{ name: 's' }], null]),
  affinity: (random) =>
    pick(random, [
      {},
      null,
      { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone' }] } },
      {
        podAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, podAffinityTerm: { topologyKey: 'a' } },
          ],
        },
      },
    ]),
  volumes: (random) => [
    pick(random, [
      { name: 'v' },
      { name: 'v', projected: {} },
      { name: 'v', projected: { sources: [{}] } },
      { name: 'v', secret: {} },
      { name: 'v', image: {} },
      { name: 'v', hostPath: { path: '/' } },
      { name: 'v', ephemeral: {} },
      {},
    ]),
  ],
  initContainers: (random) => [oddContainer(random)],
};

function oddContainer(random: Random): object {
  const all: Readonly<Record<string, unknown>> = {
    image: pick(random, ['i', '', null]),
    restartPolicy: pick(random, ['Always', null]),
    resources: pick(random, [
      null,
      { requests: null },
      { requests: oddMap(random) },
      { requests: { cpu: '1', 'example.com/gpu': '1' }, limits: { cpu: '2', 'example.com/gpu': '1' } },
    ]),
    env: pick(random, [
      null,
      [{ name: 'V', valueFrom: {} }],
      [{ name: 'V', valueFrom: { secretKeyRef: {} } }],
    ]),
    envFrom: pick(random, [null, [{}], [{ secretRef: {} }]]),
    ports: pick(random, [null, [{ containerPort: 1, hostPort: 1 }], [{}]]),
    livenessProbe: pick(random, [null, {}, { httpGet: { port: 1 } }]),
    lifecycle: pick(random, [null, {}, { preStop: {} }]),
    securityContext: pick(random, [
      null,
      {},
      { capabilities: {} },
      { capabilities: { add: null } },
      { privileged: true },
    ]),
    volumeMounts: pick(random, [null, [{}], [{ name: 'v', mountPath: '/x' }]]),
  };
  const chosen = Object.entries(all).filter(() => random.int(8) === 0);
  return { name: pick(random, ['c', 'd', 'e', '']), image: 'i', ...Object.fromEntries(chosen) };
}

function oddPod(random: Random): object {
  const chosen = Object.entries(fields).filter(() => random.int(10) === 0);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'odd',
      ...(random.int(4) === 0 ? { annotations: { 'kubernetes.io/config.mirror': 'x' } } : {}),
      ...(random.int(4) === 0 ? { labels: oddMap(random) } : {}),
    },
    spec: {
      containers: [oddContainer(random), ...(random.int(2) === 0 ? [oddContainer(random)] : [])],
      ...Object.fromEntries(chosen.map(([name, make]) => [name, make(random)])),
    },
  };
}

const asNode: Readonly<Record<string, string>> = {
  'impersonate-user': 'system:node:n1',
  'impersonate-group': 'system:nodes',
};

/** Plugins that need a configuration, or refuse everything. */
const leftOut = ['AlwaysDeny', 'EventRateLimit', 'ImagePolicyWebhook'];

test('whatever a pod is like, the plugins let it in or say why not', async () => {
  const enablePlugins = builtinPlugins.map(({ name }) => name).filter((name) => !leftOut.includes(name));
  await using cluster = await createCluster({ random: seededRandom(1), admission: { enablePlugins } });
  const api = apiOver(cluster.fetch);
  const home = '/api/v1/namespaces/default';
  for (const name of ['default', 'sa']) {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } };
    expectCode(await api.post(`${home}/serviceaccounts`, account), 201);
  }
  const labels = {
    'pod-security.kubernetes.io/warn': 'restricted',
    'pod-security.kubernetes.io/audit': 'restricted',
  };
  expectCode(await api.patch('/api/v1/namespaces/default', 'merge', { metadata: { labels } }), 200);
  const quota = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'q' },
    spec: { hard: { pods: '9' } },
  };
  expectCode(await api.post(`${home}/resourcequotas`, quota), 201);
  const status = { hard: { pods: '9' }, used: { pods: '0' } };
  expectCode(await api.patch(`${home}/resourcequotas/q/status`, 'merge', { status }), 200);

  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'nodes' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:nodes' }],
  };
  expectCode(await api.post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', binding), 201);

  const random = seededRandom(20);
  const codes = new Map<number, number>();
  for (let round = 0; round < rounds; round++) {
    const pod = oddPod(random);
    const answer = await api.post(`${home}/pods?dryRun=All`, pod, round % 4 === 0 ? asNode : {});
    codes.set(answer.status, (codes.get(answer.status) ?? 0) + 1);
    assert.ok([201, 400, 403, 422].includes(answer.status), `${JSON.stringify(pod)}\n${answer.text}`);
  }
  for (const code of [201, 403, 422]) assert.ok((codes.get(code) ?? 0) > 0, `no ${code}`);
});

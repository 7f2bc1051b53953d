import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { type ClusterOptions, createCluster } from '../../src/testing/cluster.ts';
import { memoryKv, replicaOn } from '../endpoints/kit.ts';
import { type Answer, type Api, apiOver, configMap, expectCode, expectFailure, pod } from '../helpers/api.ts';
import { admissionOver, apply, inNamespace, refused } from './helper.ts';

type Amounts = Readonly<Record<string, string>>;
const home = '/api/v1/namespaces/default';

/** A server whose namespace `default` has a quota: its status is written as the controller of quotas would. */
async function limited(
  hard: Amounts,
  rest: { spec?: object; used?: Amounts; options?: ClusterOptions } = {},
) {
  const cluster = await createCluster(rest.options);
  const api = apiOver(cluster.fetch);
  await addQuota(api, 'q', hard, rest);
  const used = async () => expectCode(await api.get(`${home}/resourcequotas/q`), 200).status.used as Amounts;
  return { api, used, [Symbol.asyncDispose]: () => cluster.close() };
}

async function addQuota(
  api: Api,
  name: string,
  hard: Amounts,
  { spec = {}, used }: { spec?: object; used?: Amounts } = {},
) {
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec: { hard, ...spec } };
  expectCode(await api.post(`${home}/resourcequotas`, quota), 201);
  const nothing = Object.fromEntries(Object.keys(hard).map((resource) => [resource, '0']));
  const status = { hard, used: { ...nothing, ...used } };
  expectCode(await api.patch(`${home}/resourcequotas/${name}/status`, 'merge', { status }), 200);
}

const refusedWith = (answer: Answer, message: string) =>
  assert.equal(expectFailure(answer, 403, 'Forbidden').message, message);

const asking = (requests: Amounts, limits: Amounts = {}) => ({
  containers: [{ name: 'c', image: 'i', resources: { requests, limits } }],
});

test('of fifty creates at once as many succeed as the quota allows', async () => {
  await using server = await limited({ pods: '10', 'count/pods': '11' });
  const { api, used } = server;
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => api.post(`${home}/pods`, pod(`p${i}`))),
  );
  const created = answers.filter(({ status }) => status === 201);
  assert.equal(created.length, 10);
  const { items } = expectCode(await api.get(`${home}/pods`), 200);
  assert.equal(items.length, 10);
  assert.deepEqual(await used(), { pods: '10', 'count/pods': '10' });
  for (const answer of answers.filter(({ status }) => status !== 201)) {
    assert.match(
      expectFailure(answer, 403, 'Forbidden').message ?? '',
      /^pods "p\d+" is forbidden: exceeded quota: q, requested: pods=1, used: pods=10, limited: pods=10$/,
    );
  }
});

test('servers that share a store do not exceed a quota together', async (context) => {
  const kv = memoryKv();
  const servers = [await replicaOn(kv), await replicaOn(kv)];
  for (const { close } of servers) context.after(close);
  const apis = servers.map(({ api }) => api);
  await addQuota(apis[0]!, 'q', { pods: '10' });
  // A read has seen all that was written, so the other server knows of the quota now.
  const seen = expectCode(await apis[1]!.get(`${home}/resourcequotas/q`), 200);
  assert.deepEqual(seen.status.used, { pods: '0' });
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => apis[i % 2]!.post(`${home}/pods`, pod(`p${i}`))),
  );
  assert.equal(answers.filter(({ status }) => status === 201).length, 10);
  for (const api of apis) assert.equal(expectCode(await api.get(`${home}/pods`), 200).items.length, 10);
  const { status } = expectCode(await apis[0]!.get(`${home}/resourcequotas/q`), 200);
  assert.deepEqual(status.used, { pods: '10' });
});

test('several quotas are charged together or not at all', async () => {
  await using server = await limited({ pods: '30' });
  const { api, used } = server;
  await addQuota(api, 'z', { 'requests.cpu': '5' });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => api.post(`${home}/pods`, pod(`p${i}`, asking({ cpu: '1' })))),
  );
  assert.equal(answers.filter(({ status }) => status === 201).length, 5);
  assert.deepEqual(await used(), { pods: '5' });
  const z = expectCode(await api.get(`${home}/resourcequotas/z`), 200);
  assert.deepEqual(z.status.used, { 'requests.cpu': '5' });
});

test('what a pod asks for counts, and must be said', async () => {
  const hard = {
    cpu: '1',
    'limits.memory': '1Gi',
    'requests.example.com/gpu': '2',
    'hugepages-2Mi': '4Mi',
    'requests.ephemeral-storage': '1Gi',
  };
  await using server = await limited(hard);
  const { api, used } = server;
  refusedWith(
    await api.post(`${home}/pods`, pod('a')),
    'pods "a" is forbidden: failed quota: q: must specify cpu for: main; limits.memory for: main',
  );
  const requests = {
    cpu: '300m',
    'example.com/gpu': '1',
    'hugepages-2Mi': '2Mi',
    'ephemeral-storage': '1Mi',
  };
  const limits = { ...requests, memory: '256Mi' };
  expectCode(await api.post(`${home}/pods`, pod('a', asking(requests, limits))), 201);
  assert.deepEqual(await used(), {
    cpu: '300m',
    'limits.memory': '256Mi',
    'requests.example.com/gpu': '1',
    'hugepages-2Mi': '2Mi',
    'requests.ephemeral-storage': '1Mi',
  });
  refusedWith(
    await api.post(`${home}/pods`, pod('b', asking({ cpu: '800m', memory: '1Mi' }, { memory: '1Gi' }))),
    'pods "b" is forbidden: exceeded quota: q, requested: cpu=800m,limits.memory=1Gi, used: cpu=300m,limits.memory=256Mi, limited: cpu=1,limits.memory=1Gi',
  );
});

test('what was taken for a write that does not happen is given back', async () => {
  await using server = await limited({ configmaps: '2', 'count/configmaps': '5' });
  const { api, used } = server;
  const maps = `${home}/configmaps`;
  expectCode(await api.post(maps, configMap('a')), 201);
  expectFailure(await api.post(maps, configMap('a')), 409, 'AlreadyExists');
  expectCode(await api.post(`${maps}?dryRun=All`, configMap('b')), 201);
  assert.deepEqual(await used(), { configmaps: '1', 'count/configmaps': '1' });
  expectCode(await api.post(maps, configMap('b')), 201);
  refusedWith(
    await api.post(`${maps}?dryRun=All`, configMap('c')),
    'configmaps "c" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=2, limited: configmaps=2',
  );
});

test('a node port that is taken takes no room in the quota', async () => {
  await using server = await limited({ services: '9', 'services.nodeports': '9' });
  const { api, used } = server;
  const service = (name: string, nodePort?: number) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: {
      type: nodePort ? 'NodePort' : 'ClusterIP',
      ports: [{ port: 80, ...(nodePort ? { nodePort } : {}) }],
    },
  });
  expectCode(await api.post(`${home}/services`, service('a', 30_100)), 201);
  expectCode(await api.post(`${home}/services`, service('b')), 201);
  expectFailure(await api.post(`${home}/services`, service('c', 30_100)), 422, 'Invalid');
  const { spec } = service('b', 30_100);
  expectFailure(await api.patch(`${home}/services/b`, 'merge', { spec }), 422, 'Invalid');
  assert.deepEqual(await used(), { services: '2', 'services.nodeports': '1' });
});

test('every resource can be counted', async () => {
  await using server = await limited({
    'count/deployments.apps': '0',
    'count/leases.coordination.k8s.io': '1',
  });
  const { api } = server;
  const lease = (name: string) => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name },
  });
  const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
  expectCode(await api.post(leases, lease('a')), 201);
  refusedWith(
    await api.post(leases, lease('b')),
    'leases.coordination.k8s.io "b" is forbidden: exceeded quota: q, requested: count/leases.coordination.k8s.io=1, used: count/leases.coordination.k8s.io=1, limited: count/leases.coordination.k8s.io=1',
  );
  const labels = { app: 'd' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { selector: { matchLabels: labels }, template },
  };
  refusedWith(
    await api.post('/apis/apps/v1/namespaces/default/deployments', deployment),
    'deployments.apps "d" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used: count/deployments.apps=0, limited: count/deployments.apps=0',
  );
});

test('an update is charged for what it adds', async () => {
  await using server = await limited({
    services: '5',
    'services.nodeports': '2',
    'services.loadbalancers': '1',
  });
  const { api, used } = server;
  const services = `${home}/services`;
  const ports = [{ port: 80 }, { port: 81, name: 'b' }].map((port, i) => ({ name: `p${i}`, ...port }));
  const service = (name: string, spec: object) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { ports, ...spec },
  });
  expectCode(await api.post(services, service('a', { type: 'ClusterIP' })), 201);
  assert.deepEqual(await used(), {
    services: '1',
    'services.nodeports': '0',
    'services.loadbalancers': '0',
  });
  expectCode(await api.patch(`${services}/a`, 'merge', { spec: { type: 'NodePort' } }), 200);
  expectCode(await api.patch(`${services}/a`, 'merge', { metadata: { labels: { x: 'y' } } }), 200);
  assert.deepEqual(await used(), {
    services: '1',
    'services.nodeports': '2',
    'services.loadbalancers': '0',
  });
  refusedWith(
    await api.post(services, service('b', { type: 'LoadBalancer' })),
    'services "b" is forbidden: exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=2, limited: services.nodeports=2',
  );
  const without = { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false };
  expectCode(await api.post(services, service('b', without)), 201);
  assert.equal((await used())['services.loadbalancers'], '1');
});

test('claims count by size and by class, and may grow as far as the quota goes', async () => {
  const gold = 'gold.storageclass.storage.k8s.io/requests.storage';
  await using server = await limited({
    [gold]: '10Gi',
    'requests.storage': '100Gi',
    persistentvolumeclaims: '9',
  });
  const { api, used } = server;
  const claims = `${home}/persistentvolumeclaims`;
  const claim = (name: string, storageClassName: string, storage: string) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage } } },
  });
  expectCode(await api.post(claims, claim('a', 'gold', '8Gi')), 201);
  expectCode(await api.post(claims, claim('b', 'lead', '8Gi')), 201);
  assert.deepEqual(await used(), { [gold]: '8Gi', 'requests.storage': '16Gi', persistentvolumeclaims: '2' });
  refusedWith(
    await api.post(claims, claim('c', 'gold', '3Gi')),
    `persistentvolumeclaims "c" is forbidden: exceeded quota: q, requested: ${gold}=3Gi, used: ${gold}=8Gi, limited: ${gold}=10Gi`,
  );
});

test('a quota is about the objects in its scopes', async () => {
  await using server = await limited({ pods: '1' }, { spec: { scopes: ['BestEffort', 'NotTerminating'] } });
  const { api } = server;
  const post = async (name: string, spec: object = {}) => api.post(`${home}/pods`, pod(name, spec));
  expectCode(await post('a'), 201);
  expectCode(await post('b', asking({ cpu: '1' })), 201);
  expectCode(await post('c', { activeDeadlineSeconds: 60 }), 201);
  expectFailure(await post('d'), 403, 'Forbidden');
});

test('a quota for priority classes', async () => {
  const scopeSelector = {
    matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }],
  };
  await using server = await limited({ pods: '0' }, { spec: { scopeSelector } });
  const { api } = server;
  const priorityClass = (name: string) => apply('scheduling.k8s.io/v1', 'PriorityClass', name, { value: 1 });
  for (const name of ['high', 'low']) {
    expectCode(await api.post('/apis/scheduling.k8s.io/v1/priorityclasses', priorityClass(name)), 201);
  }
  const post = (name: string, priorityClassName: string) =>
    api.post(`${home}/pods`, pod(name, { priorityClassName }));
  expectCode(await post('a', 'low'), 201);
  expectFailure(await post('b', 'high'), 403, 'Forbidden');
});

test('a quota is in force as far as its status says', async () => {
  await using server = await limited({ pods: '1' });
  const { api } = server;
  const quota = apply('v1', 'ResourceQuota', 'new', { spec: { hard: { pods: '0' } } });
  expectCode(await api.post(`${home}/resourcequotas`, quota), 201);
  expectCode(await api.post(`${home}/pods`, pod('a')), 201);
  const unknown = { status: { hard: { pods: '7', services: '7' }, used: { services: '0' } } };
  expectCode(await api.patch(`${home}/resourcequotas/new/status`, 'merge', unknown), 200);
  refusedWith(
    await api.post(`${home}/pods`, pod('b')),
    'pods "b" is forbidden: status unknown for quota: new, resources: pods',
  );
});

const claimOf = (storageClassName: string): KubeObject =>
  inNamespace(
    'a',
    apply('v1', 'PersistentVolumeClaim', 'c', {
      spec: { storageClassName, resources: { requests: { storage: '1Gi' } } },
    }),
  );
const podOf = (priorityClassName: string): KubeObject =>
  inNamespace('a', apply('v1', 'Pod', 'web', { spec: { containers: [], priorityClassName } }));

test('the operator may let nothing be used without a quota', async () => {
  const high = { scopeName: 'PriorityClass', operator: 'In', values: ['high', 'top'] };
  const limitedResources = [
    { resource: 'persistentvolumeclaims', matchContains: ['.storageclass.storage.k8s.io/requests.storage'] },
    { resource: 'pods', matchScopes: [high] },
  ];
  const configurations = { ResourceQuota: { limitedResources } };
  const classes = ['high', 'low'].map((name) =>
    apply('scheduling.k8s.io/v1', 'PriorityClass', name, { value: 1, preemptionPolicy: 'Never' }),
  );
  const admit = await admissionOver(classes, [], { configurations });
  await refused(
    403,
    'persistentvolumeclaims "c" is forbidden: insufficient quota to consume: gold.storageclass.storage.k8s.io/requests.storage',
    admit(claimOf('gold')),
  );
  await admit(claimOf(''));
  await refused(
    500,
    'insufficient quota to match these scopes: [{PriorityClass In [high top]}]',
    admit(podOf('high')),
  );
  await admit(podOf('low'));
  const covering: KubeObject = inNamespace(
    'a',
    apply('v1', 'ResourceQuota', 'q', {
      spec: { scopeSelector: { matchExpressions: [high] } },
      status: { hard: { pods: '5' }, used: { pods: '0' } },
    }),
  );
  const covered = await admissionOver([...classes, covering], [], { configurations });
  await covered(podOf('high'), { dryRun: true });
});

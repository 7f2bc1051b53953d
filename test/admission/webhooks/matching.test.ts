import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, configMap, expectCode, expectFailure, type Loose, pod } from '../../helpers/api.ts';
import {
  allow,
  change,
  configMaps,
  configurations,
  deny,
  deployments,
  type Hooked,
  hooked,
  mutatingPath,
  pods,
  rule,
  validatingPath,
} from './kit.ts';
import { asks, choosing } from './matching-kit.ts';

const everyConfigMap = [rule('*', '', 'v1', 'configmaps')];

/** By name the rules of a webhook, alone or as a list. */
const byRules = (table: Readonly<Record<string, Loose>>, more: object = {}) =>
  Object.fromEntries(
    Object.entries(table).map(([name, rules]) => [name, { rules: [rules].flat(), ...more }]),
  );

test('operations', async (t) => {
  const on = (...operations: string[]) => rule(operations, '', 'v1', 'configmaps');
  const use = await choosing(
    t,
    byRules({
      create: on('CREATE'),
      update: on('UPDATE'),
      delete: on('DELETE'),
      connect: on('CONNECT'),
      star: on('*'),
      both: on('CREATE', 'UPDATE'),
      two: [on('CREATE'), on('CREATE', 'DELETE')],
      none: [],
    }),
  );
  const { api } = use;
  await asks(use, api.post(configMaps, configMap('a')), 201, 'both create star two');
  await asks(use, api.put(`${configMaps}/a`, configMap('a', { k: 'w' })), 200, 'both star update');
  await asks(use, api.patch(`${configMaps}/a`, 'merge', { data: { k: 'x' } }), 200, 'both star update');
  await asks(use, api.get(`${configMaps}/a`), 200, '');
  await asks(use, api.delete(`${configMaps}/a`), 200, 'delete star two');
  await asks(use, api.post(configMaps, configMap('a')), 201, 'both create star two');
  await asks(use, api.delete(configMaps), 200, 'delete star two');
});

const deployment = (name: string) => ({
  metadata: { name },
  spec: {
    selector: { matchLabels: { a: 'b' } },
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  },
});

test('groups and versions', async (t) => {
  const use = await choosing(
    t,
    byRules(
      {
        star: rule('*', '*', '*', '*'),
        core: rule('*', '', '*', '*'),
        apps: rule('*', 'apps', '*', '*'),
        both: rule('*', ['', 'apps'], 'v1', '*'),
        beta: rule('*', '*', 'v1beta1', '*'),
        versions: rule('*', '*', ['v1beta1', 'v1'], '*'),
        unknown: rule('*', 'nonsense.example.com', '*', '*'),
        upper: rule('*', 'APPS', '*', '*'),
      },
      { matchPolicy: 'Exact' },
    ),
  );
  await asks(use, use.api.post(configMaps, configMap('a')), 201, 'both core star versions');
  await asks(use, use.api.post(deployments, deployment('d')), 201, 'apps both star versions');
});

test('resources and subresources', async (t) => {
  const table = {
    pods: 'pods',
    'pods-all': 'pods/*',
    'pods-proxy': 'pods/proxy',
    'pods-status': 'pods/status',
    star: '*',
    'star-scale': '*/scale',
    'star-star': '*/*',
    'star-status': '*/status',
    'd-scale': 'deployments/scale',
    'd-status': ['deployments', 'deployments/status'],
  };
  const use = await choosing(
    t,
    byRules(Object.fromEntries(Object.entries(table).map(([name, of]) => [name, rule('*', '*', '*', of)]))),
  );
  const { api } = use;
  const labels = { metadata: { labels: { a: 'b' } } };
  const status = (more: object) => ({ status: more });
  await asks(use, api.post(pods, pod('p')), 201, 'pods pods-all star star-star');
  await asks(use, api.patch(`${pods}/p`, 'merge', labels), 200, 'pods pods-all star star-star');
  const message = status({ message: 'm' });
  const ofStatus = 'pods-all pods-status star-star star-status';
  await asks(use, api.patch(`${pods}/p/status`, 'merge', message), 200, ofStatus);
  await asks(use, api.get(`${pods}/p/proxy/`), 400, 'pods-all pods-proxy star-star');
  await asks(use, api.delete(`${pods}/p?gracePeriodSeconds=0`), 200, 'pods pods-all star star-star');
  await asks(use, api.post(deployments, deployment('d')), 201, 'd-status star star-star');
  const scale = { spec: { replicas: 3 } };
  await asks(use, api.patch(`${deployments}/d/scale`, 'merge', scale), 200, 'd-scale star-scale star-star');
  const observed = status({ observedGeneration: 1 });
  const ofObserved = 'd-status star-star star-status';
  await asks(use, api.patch(`${deployments}/d/status`, 'merge', observed), 200, ofObserved);
});

test('scope: a namespace is of the cluster', async (t) => {
  const resources = ['configmaps', 'namespaces', 'namespaces/*', 'clusterroles', 'roles'];
  const within = (scope?: string) => rule('*', '*', '*', resources, scope);
  const use = await choosing(
    t,
    byRules({
      absent: within(),
      star: within('*'),
      cluster: within('Cluster'),
      namespaced: within('Namespaced'),
    }),
  );
  const { api } = use;
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  const role = { metadata: { name: 'r' }, rules: [] };
  const namespace = '/api/v1/namespaces/n';
  const label = { metadata: { labels: { a: 'b' } } };
  const note = { metadata: { annotations: { a: 'b' } } };
  await asks(use, api.post(configMaps, configMap('a')), 201, 'absent namespaced star');
  await asks(use, api.post(`${rbac}/namespaces/default/roles`, role), 201, 'absent namespaced star');
  await asks(use, api.post(`${rbac}/clusterroles`, role), 201, 'absent cluster star');
  await asks(use, api.post('/api/v1/namespaces', { metadata: { name: 'n' } }), 201, 'absent cluster star');
  await asks(use, api.patch(namespace, 'merge', label), 200, 'absent cluster star');
  await asks(use, api.patch(`${namespace}/status`, 'merge', note), 200, 'absent cluster star');
  await asks(use, api.delete(namespace), 200, 'absent cluster star');
});

const autoscalers = (version: string) =>
  `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`;
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };

test('matchPolicy: other versions of the resource, in the version of the rule', async (t) => {
  const on = (versions: string[], matchPolicy?: string) => ({
    rules: [
      rule('*', 'autoscaling', versions, ['horizontalpodautoscalers', 'horizontalpodautoscalers/status']),
    ],
    ...(matchPolicy === undefined ? {} : { matchPolicy }),
  });
  const use = await choosing(t, {
    e1: on(['v1'], 'Exact'),
    q1: on(['v1'], 'Equivalent'),
    e2: on(['v2'], 'Exact'),
    q2: on(['v2'], 'Equivalent'),
    q12: on(['v1', 'v2'], 'Equivalent'),
    beta: on(['v2beta2'], 'Equivalent'),
    absent: on(['v1']),
    star: on(['*'], 'Equivalent'),
  });
  const asked = async (request: Promise<Answer>) => {
    const { status, text } = await request;
    assert.ok(status < 300, text);
    const all = use.asked().map(({ by, review: { request } }) => {
      const version = request.kind.version;
      assert.equal((request.object ?? request.oldObject).apiVersion, `autoscaling/${version}`);
      assert.equal(request.resource.version, version);
      return `${by}:${version}:${request.requestKind.version}`;
    });
    return all.sort().join(' ');
  };
  const h = (version: string, name: string) =>
    use.api.post(autoscalers(version), { metadata: { name }, spec: { maxReplicas: 3, scaleTargetRef } });
  const inV1 = 'absent:v1:v1 e1:v1:v1 q12:v1:v1 q1:v1:v1 q2:v2:v1 star:v1:v1';
  const inV2 = 'absent:v1:v2 e2:v2:v2 q12:v2:v2 q1:v1:v2 q2:v2:v2 star:v2:v2';
  assert.equal(await asked(h('v1', 'h1')), inV1);
  assert.equal(await asked(h('v2', 'h2')), inV2);
  const status = { status: { currentReplicas: 1 } };
  assert.equal(await asked(use.api.patch(`${autoscalers('v1')}/h1/status`, 'merge', status)), inV1);
  const spec = { spec: { maxReplicas: 5 } };
  assert.equal(await asked(use.api.patch(`${autoscalers('v2')}/h1`, 'merge', spec)), inV2);
  assert.equal(await asked(use.api.delete(`${autoscalers('v1')}/h1`)), inV1);
});

test('events: one resource in two groups', async (t) => {
  const on = (group: string) => ({ rules: [rule('*', group, 'v1', 'events')] });
  const use = await choosing(t, {
    core: on(''),
    new: on('events.k8s.io'),
    'core-exact': { ...on(''), matchPolicy: 'Exact' },
    'new-exact': { ...on('events.k8s.io'), matchPolicy: 'Exact' },
  });
  const involvedObject = { kind: 'Pod', name: 'p', namespace: 'default' };
  const event = { metadata: { name: 'e' }, involvedObject, reason: 'R', message: 'm', type: 'Normal' };
  expectCode(await use.api.post('/api/v1/namespaces/default/events', event), 201);
  const asked = use.asked().map(({ by, review: { request } }) => [by, request.object]);
  const { core, new: renamed, ...others } = Object.fromEntries(asked);
  assert.deepEqual(Object.keys(others), ['core-exact']);
  assert.deepEqual([core.apiVersion, core.message], ['v1', 'm']);
  assert.deepEqual([renamed.apiVersion, renamed.note], ['events.k8s.io/v1', 'm']);
});

const selectors = (key: string) => ({
  any: {},
  has: { matchExpressions: [{ key, operator: 'Exists' }] },
  hasnot: { matchExpressions: [{ key, operator: 'DoesNotExist' }] },
  not: { matchExpressions: [{ key, operator: 'NotIn', values: ['prod'] }] },
  prod: { matchLabels: { [key]: 'prod' } },
});

/** Webhooks for each selector of a label that is `prod` or not. */
const bySelector = (field: string, key: string, rules: Loose[], more: object = {}) =>
  Object.fromEntries(
    Object.entries(selectors(key)).map(([name, selector]) => [name, { rules, [field]: selector, ...more }]),
  );

test('namespaceSelector: the labels of the namespace as they are now', async (t) => {
  const use = await choosing(t, bySelector('namespaceSelector', 'env', everyConfigMap));
  const { api } = use;
  const namespace = { metadata: { name: 'n', labels: { env: 'prod' } } };
  expectCode(await api.post('/api/v1/namespaces', namespace), 201);
  const path = '/api/v1/namespaces/n/configmaps';
  await asks(use, api.post(configMaps, configMap('a')), 201, 'any hasnot not');
  await asks(use, api.post(path, configMap('a')), 201, 'any has prod');
  expectCode(await api.patch('/api/v1/namespaces/n', 'merge', { metadata: { labels: { env: 'dev' } } }), 200);
  await asks(use, api.patch(`${path}/a`, 'merge', { data: { k: 'w' } }), 200, 'any has not');
  await asks(use, api.delete(`${path}/a`), 200, 'any has not');
  const none = expectFailure(
    await api.post('/api/v1/namespaces/none/configmaps', configMap('a')),
    404,
    'NotFound',
  );
  assert.equal(none.message, 'namespaces "none" not found');
  assert.deepEqual(use.who(), []);
});

test('namespaceSelector and a namespace itself: the labels that it is to have', async (t) => {
  const rules = [rule('*', '', 'v1', ['namespaces', 'namespaces/*'])];
  // Others that the server itself makes may come at any time.
  const mine = { matchConditions: [{ name: 'mine', expression: 'request.name == "mine"' }] };
  const use = await choosing(t, bySelector('namespaceSelector', 'env', rules, mine));
  const { api } = use;
  const path = '/api/v1/namespaces/mine';
  const label = (env: string | null) => api.patch(path, 'merge', { metadata: { labels: { env } } });
  const created = { metadata: { name: 'mine', labels: { env: 'prod' } } };
  await asks(use, api.post('/api/v1/namespaces', created), 201, 'any has prod');
  await asks(use, label('dev'), 200, 'any has not');
  await asks(use, label('prod'), 200, 'any has prod');
  const note = { metadata: { annotations: { a: 'b' } } };
  await asks(use, api.patch(`${path}/status`, 'merge', note), 200, 'any has prod');
  await asks(use, label(null), 200, 'any hasnot not');
  await asks(use, label('dev'), 200, 'any has not');
  await asks(use, api.delete(path), 200, 'any has not');
});

test('namespaceSelector and what is in no namespace: always', async (t) => {
  const rules = [rule('*', '*', '*', 'clusterroles')];
  const use = await choosing(t, bySelector('namespaceSelector', 'env', rules));
  const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
  const all = 'any has hasnot not prod';
  await asks(use, use.api.post(roles, { metadata: { name: 'r' }, rules: [] }), 201, all);
  await asks(use, use.api.delete(`${roles}/r`), 200, all);
});

test('objectSelector: what the object is to be, or was', async (t) => {
  const use = await choosing(t, bySelector('objectSelector', 'app', everyConfigMap));
  const { api } = use;
  const label = (app: string | null) =>
    api.patch(`${configMaps}/a`, 'merge', { metadata: { labels: { app } } });
  const labelled = configMap('a', {}, { labels: { app: 'prod' } });
  await asks(use, api.post(configMaps, labelled), 201, 'any has prod');
  await asks(use, api.post(configMaps, configMap('n')), 201, 'any hasnot not');
  await asks(use, label('b'), 200, 'any has not prod');
  await asks(use, label('c'), 200, 'any has not');
  await asks(use, label(null), 200, 'any has hasnot not');
  await asks(use, label('prod'), 200, 'any has hasnot not prod');
  await asks(use, api.patch(`${configMaps}/a`, 'merge', { data: { x: 'y' } }), 200, 'any has prod');
  await asks(use, api.delete(`${configMaps}/a`), 200, 'any has prod');
  await asks(use, api.delete(`${configMaps}/n`), 200, 'any hasnot not');
});

test('objectSelector: as earlier webhooks have left the object', async (t) => {
  const use = await hooked(t);
  const labels = change([{ op: 'add', path: '/metadata/labels', value: { app: 'a' } }]);
  const selecting = (app: string) => ({ objectSelector: { matchLabels: { app } } });
  await use.mutating(
    'm',
    use.hook('m1', labels),
    use.hook('m2-a', allow(), selecting('a')),
    use.hook('m2-b', allow(), selecting('b')),
  );
  await use.validating('v', use.hook('va', allow(), selecting('a')), use.hook('vb', allow(), selecting('b')));
  const sent = configMap('x', {}, { labels: { app: 'b' } });
  await asks(use, use.api.post(configMaps, sent), 201, 'm1 m2-a va');
});

test('what configures admission is exempt', async (t) => {
  const use = await hooked(t);
  const all = [rule('*', '*', '*', '*/*')];
  await use.mutating('m', use.hook('m', deny(), { rules: all }));
  await use.validating('v', use.hook('v', deny(), { rules: all }));
  expectCode(await use.api.post(configMaps, configMap('a')), 400);
  assert.deepEqual(use.who(), ['m']);
  const kinds = [
    ['validatingwebhookconfigurations', { webhooks: [] }],
    ['mutatingwebhookconfigurations', { webhooks: [] }],
  ] as const;
  for (const [resource, body] of kinds) {
    const path = `${configurations}/${resource}`;
    expectCode(await use.api.post(path, { metadata: { name: 'x' }, ...body }), 201);
    expectCode(await use.api.patch(`${path}/x`, 'merge', { metadata: { labels: { a: 'b' } } }), 200);
    expectCode(await use.api.delete(`${path}/x`), 200);
  }
  assert.deepEqual(use.who(), []);
});

for (const [kind, path] of [
  ['validating', validatingPath],
  ['mutating', mutatingPath],
] as const) {
  test(`a ${kind} configuration holds from the next request on`, async (t) => {
    const use = await hooked(t);
    const post = (code: number, by: string) =>
      asks(use, use.api.post(`${configMaps}?dryRun=All`, configMap('a')), code, by);
    for (let round = 0; round < 5; round++) {
      const { metadata } = await use[kind]('x', use.hook('one', deny()));
      await post(400, 'one');
      const webhooks = [use.hook('two', allow())];
      expectCode(await use.api.put(`${path}/x`, { metadata, webhooks }), 200);
      await post(201, 'two');
      const rules = [rule('DELETE', '', 'v1', 'configmaps')];
      const changed = { webhooks: [use.hook('three', deny(), { rules })] };
      expectCode(await use.api.patch(`${path}/x`, 'merge', changed), 200);
      await post(201, '');
      expectCode(await use.api.patch(`${path}/x`, 'merge', webhooksOf(use)), 200);
      await post(400, 'four');
      expectCode(await use.api.delete(`${path}/x`), 200);
      await post(201, '');
    }
  });
}

const webhooksOf = ({ hook }: Hooked) => ({ webhooks: [hook('four', deny())] });

test('configurations go by their names, whatever the order in which they were made', async (t) => {
  const use = await hooked(t);
  const order = async () => {
    expectCode(await use.api.post(`${configMaps}?dryRun=All`, configMap('a')), 201);
    return use
      .asked()
      .map(({ by }) => by)
      .join(' ');
  };
  for (const name of ['b', 'a', 'c', 'x-9', 'x-10']) {
    await use.mutating(name, use.hook(`m-${name}`, allow()));
  }
  assert.equal(await order(), 'm-a m-b m-c m-x-10 m-x-9');
  const webhooks = ['z', 'y'].map((name) => use.hook(name, allow()));
  expectCode(await use.api.patch(`${mutatingPath}/b`, 'merge', { webhooks }), 200);
  assert.equal(await order(), 'm-a z y m-c m-x-10 m-x-9');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMap, expectCode, expectFailure } from '../../helpers/api.ts';
import { allow, configMaps, deny, hooked, mutatingPath, set, validatingPath } from './kit.ts';
import { asks, choosing } from './matching-kit.ts';

const condition = (...expressions: string[]) => ({
  matchConditions: expressions.map((expression, at) => ({ name: `c${at}`, expression })),
});

test('matchConditions: all must hold', async (t) => {
  const use = await choosing(t, {
    empty: condition(),
    f: condition('false'),
    ft: condition('false', 'true'),
    t: condition('true'),
    tf: condition('true', 'false'),
    tt: condition('true', 'true'),
    create: condition('request.operation == "CREATE" && oldObject == null'),
    update: condition('request.operation == "UPDATE" && oldObject.data.k != object.data.k'),
    delete: condition('request.operation == "DELETE" && object == null'),
    user: condition('request.userInfo.username == "binnacle-admin"'),
    name: condition('has(request.name) && request.name == "other"'),
  });
  const { api } = use;
  await asks(use, api.post(configMaps, configMap('a', { k: 'v' })), 201, 'create empty t tt user');
  await asks(use, api.put(`${configMaps}/a`, configMap('a', { k: 'w' })), 200, 'empty t tt update user');
  await asks(use, api.put(`${configMaps}/a`, configMap('a', { k: 'w' })), 200, 'empty t tt user');
  await asks(use, api.delete(`${configMaps}/a`), 200, 'delete empty t tt user');
});

const noKey = "object.data.nosuch == 'x'";
const noOther = "object.data.other == 'y'";
const because = (expression: string, key: string) =>
  `expression '${expression}' resulted in error: no such key: ${key}`;

/** Conditions that cannot be told: what is said when the policy is to fail, or that the webhook is not asked. */
const untold: Readonly<Record<string, readonly [expressions: string[], why: string | undefined]>> = {
  'an error': [[noKey], because(noKey, 'nosuch')],
  'an error, then true': [[noKey, 'true'], because(noKey, 'nosuch')],
  'true, then an error': [['true', noKey], because(noKey, 'nosuch')],
  'an error, then false': [[noKey, 'false'], undefined],
  'false, then an error': [['false', noKey], undefined],
  'two errors': [[noKey, noOther], `[${because(noKey, 'nosuch')}, ${because(noOther, 'other')}]`],
  'a division': [
    ['1 / int(object.data.zero) == 1'],
    "expression '1 / int(object.data.zero) == 1' resulted in error: division by zero",
  ],
};

for (const kind of ['validating', 'mutating'] as const) {
  test(`matchConditions of ${kind} webhooks that cannot be told`, async (t) => {
    const use = await hooked(t);
    const path = kind === 'validating' ? validatingPath : mutatingPath;
    for (const [what, [expressions, why]] of Object.entries(untold)) {
      for (const failurePolicy of ['Fail', 'Ignore']) {
        await use[kind]('x', use.hook('x', deny(), { failurePolicy, ...condition(...expressions) }));
        const answer = await use.api.post(`${configMaps}?dryRun=All`, configMap('a', { zero: '0' }));
        if (why === undefined || failurePolicy === 'Ignore') expectCode(answer, 201);
        else {
          const { message, details } = expectFailure(answer, 403, 'Forbidden');
          assert.equal(message, `configmaps "a" is forbidden: ${why}`, what);
          assert.deepEqual(details, { name: 'a', kind: 'configmaps' });
        }
        assert.deepEqual(use.who(), [], what);
        expectCode(await use.api.delete(`${path}/x`), 200);
      }
    }
  });
}

test('matchConditions come last, and see what earlier webhooks have left', async (t) => {
  const use = await hooked(t);
  await use.mutating(
    'm',
    use.hook('m1', set('p')),
    use.hook('m2', allow(), condition('object.data.p == "1"')),
    use.hook('m3', allow(), condition('!has(object.data.p)')),
  );
  await use.validating(
    'v',
    use.hook('v', allow(), condition('object.data.p == "1"')),
    use.hook('w', allow(), { objectSelector: { matchLabels: { no: 'no' } }, ...condition(noKey) }),
  );
  await asks(use, use.api.post(configMaps, configMap('a', { k: 'v' })), 201, 'm1 m2 v');
});

test('matchConditions ask what the user may do', async (t) => {
  const use = await hooked(t, { authorization: { modes: ['RBAC'] } });
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
  const rules = [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create'] },
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['allowed'], verbs: ['get'] },
  ];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' };
  const subjects = [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' }];
  expectCode(await use.api.post(`${rbac}/roles`, { metadata: { name: 'r' }, rules }), 201);
  expectCode(await use.api.post(`${rbac}/rolebindings`, { metadata: { name: 'b' }, roleRef, subjects }), 201);
  const secrets = 'authorizer.group("").resource("secrets").namespace("default")';
  const named = 'authorizer.group("").resource("configmaps").namespace("default").name("allowed")';
  const table = {
    itself: 'authorizer.requestResource.check("create").allowed()',
    denied: '!authorizer.requestResource.check("deletecollection").allowed()',
    secret: `${secrets}.check("get").allowed()`,
    named: `${named}.check("get").allowed()`,
    path: 'authorizer.path("/metrics").check("get").allowed()',
  };
  await use.validating(
    'v',
    ...Object.entries(table).map(([name, one]) => use.hook(name, allow(), condition(one))),
  );
  await asks(use, use.api.post(configMaps, configMap('a')), 201, 'itself named path secret');
  const jane = { 'impersonate-user': 'jane' };
  await asks(use, use.api.post(configMaps, configMap('b'), jane), 201, 'denied itself named');
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { AuthorizationV1Api, RbacAuthorizationV1Api, type V1ResourceQuota } from '@kubernetes/client-node';
import type { StartedBinnacle } from '../cli/start-binnacle.ts';
import { startReplicas } from './start-replicas.ts';

const statusOf = (error: unknown): number => (error as { code: number }).code;

async function pair(t: TestContext): Promise<readonly [StartedBinnacle, StartedBinnacle]> {
  const { servers } = await startReplicas(t, 2);
  return servers as [StartedBinnacle, StartedBinnacle];
}

/** Far longer than an event of etcd's watch takes. */
const boundMs = 5_000;

async function within<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<void> {
  const start = performance.now();
  while (!holds(await ask())) {
    assert.ok(performance.now() - start < boundMs, 'the other server does not know');
  }
}

test('a namespace that one server made is there for every other at once', async (t) => {
  const [one, two] = await pair(t);
  for (let i = 0; i < 40; i++) {
    const namespace = `team-${i}`;
    const [maker, user] = i % 2 === 0 ? [one, two] : [two, one];
    await maker.api.createNamespace({ body: { metadata: { name: namespace } } });
    await user.api.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'first' } } });
  }
});

test('what one server was told about permissions decides on the other', async (t) => {
  const [one, two] = await pair(t);
  const rbac = one.config.makeApiClient(RbacAuthorizationV1Api);
  const reviews = two.config.makeApiClient(AuthorizationV1Api);
  const mayList = async () => {
    const spec = {
      user: 'ann',
      resourceAttributes: { namespace: 'default', verb: 'list', resource: 'pods' },
    };
    return (await reviews.createSubjectAccessReview({ body: { spec } })).status!.allowed;
  };
  assert.equal(await mayList(), false);
  await rbac.createNamespacedRole({
    namespace: 'default',
    body: {
      metadata: { name: 'reader' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
    },
  });
  await rbac.createNamespacedRoleBinding({
    namespace: 'default',
    body: {
      metadata: { name: 'ann-reads' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'User', name: 'ann', apiGroup: 'rbac.authorization.k8s.io' }],
    },
  });
  await within(mayList, (allowed) => allowed);
  await rbac.deleteNamespacedRoleBinding({ namespace: 'default', name: 'ann-reads' });
  await within(mayList, (allowed) => !allowed);
});

test('servers that create at the same time keep within a quota together', async (t) => {
  const { servers } = await startReplicas(t, 3);
  const namespace = 'tight';
  const hard = { 'count/secrets': '20' };
  const [{ api }] = servers as [StartedBinnacle];
  await api.createNamespace({ body: { metadata: { name: namespace } } });
  const quota: V1ResourceQuota = { metadata: { name: 'few' }, spec: { hard } };
  await api.createNamespacedResourceQuota({ namespace, body: quota });
  await within(
    () => api.readNamespacedResourceQuota({ namespace, name: 'few' }),
    ({ status }) => status?.used?.['count/secrets'] !== undefined,
  );
  // Every server has the quota before anybody creates: a list shows what was answered before it.
  for (const server of servers) await server.api.listNamespacedResourceQuota({ namespace });

  const attempts = await Promise.allSettled(
    Array.from({ length: 90 }, (_, i) =>
      servers[i % 3]!.api.createNamespacedSecret({ namespace, body: { metadata: { name: `c-${i}` } } }),
    ),
  );
  const refused = attempts.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  for (const error of refused) {
    assert.equal(statusOf(error), 403);
    assert.match(String(error), /exceeded quota: few, requested: count\/secrets=1, used: count\/secrets=20/);
  }
  assert.equal(attempts.length - refused.length, 20);
  const { items } = await servers[1]!.api.listNamespacedSecret({ namespace });
  assert.equal(items.length, 20);
  const after = await servers[2]!.api.readNamespacedResourceQuota({ namespace, name: 'few' });
  assert.deepEqual(after.status!.used, { 'count/secrets': '20' });
});

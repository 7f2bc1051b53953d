import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { createCluster } from '../../src/testing/cluster.ts';
import { apiOver, expectCode } from '../helpers/api.ts';

const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
const rule = (resource: string, ...verbs: string[]) => ({
  apiGroups: ['x.io'],
  resources: [resource],
  verbs,
});

async function setUp(t: TestContext, controllers: readonly string[] = ['clusterrole-aggregation']) {
  const cluster = await createCluster({ controllers, authorization: { modes: ['RBAC'] } });
  t.after(() => cluster.close());
  const api = apiOver(cluster.fetch);
  const rulesOf = async (name: string) => expectCode(await api.get(`${roles}/${name}`), 200).rules ?? [];
  const becomes = async (name: string, rules: readonly object[]) => {
    await cluster.settled();
    assert.deepEqual(await rulesOf(name), rules);
  };
  const make = async (name: string, more: object, labels: object = {}) =>
    expectCode(await api.post(roles, { metadata: { name, labels }, ...more }), 201);
  return { api, rulesOf, becomes, make };
}

const collecting = (label: string) => ({
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [label]: 'true' } }] },
});

describe('a ClusterRole with an aggregationRule', () => {
  it('has the rules of what it selects, whatever happens to those', async (t) => {
    const { api, becomes, make } = await setUp(t);
    await make('b', { rules: [rule('widgets', 'get')] }, { collect: 'true' });
    await make('all', { ...collecting('collect'), rules: [rule('mine', 'get')] });
    await becomes('all', [rule('widgets', 'get')]);
    await make('a', { rules: [rule('gadgets', 'get'), rule('widgets', 'get')] }, { collect: 'true' });
    await becomes('all', [rule('gadgets', 'get'), rule('widgets', 'get')]);
    expectCode(await api.patch(`${roles}/a`, 'merge', { rules: [rule('gadgets', 'list')] }), 200);
    await becomes('all', [rule('gadgets', 'list'), rule('widgets', 'get')]);
    expectCode(await api.patch(`${roles}/b`, 'merge', { metadata: { labels: { collect: 'no' } } }), 200);
    await becomes('all', [rule('gadgets', 'list')]);
    expectCode(await api.delete(`${roles}/a`), 200);
    await becomes('all', []);
  });

  it('may collect roles that collect, even each other', async (t) => {
    const { becomes, make } = await setUp(t);
    await make('top', collecting('one'));
    await make('middle', collecting('two'), { one: 'true' });
    await make('leaf', { rules: [rule('widgets', 'get')] }, { two: 'true' });
    await becomes('top', [rule('widgets', 'get')]);
    await make('x', collecting('y'), { x: 'true', y: 'true' });
    await make('y', collecting('x'), { y: 'true' });
    await make('z', { rules: [rule('gadgets', 'get')] }, { x: 'true' });
    await becomes('y', [rule('gadgets', 'get')]);
    await becomes('x', [rule('gadgets', 'get')]);
  });

  it('view, edit and admin are filled when the server is ready, without any controller', async (t) => {
    const { rulesOf } = await setUp(t, []);
    const [view, edit, admin] = await Promise.all(['view', 'edit', 'admin'].map(rulesOf));
    assert.ok(view.length > 5 && edit.length > view.length && admin.length > edit.length);
  });
});

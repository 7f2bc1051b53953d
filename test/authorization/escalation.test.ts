import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rbacAuthorizer } from '../../src/authorization/rbac/authorizer.ts';
import { escalationCheck } from '../../src/authorization/rbac/escalation.ts';
import { guardEscalation } from '../../src/authorization/rbac/escalation-guard.ts';
import { rbacResolver } from '../../src/authorization/rbac/resolver.ts';
import type { PolicyRule } from '../../src/authorization/types.ts';
import { uncovered } from '../../src/resources/rbac/covers.ts';
import { binding, readerOf, role, user } from './helper.ts';

const on = (verbs: string, resources: string, ...resourceNames: string[]): PolicyRule => ({
  verbs: verbs.split(','),
  apiGroups: [''],
  resources: resources.split(','),
  ...(resourceNames.length > 0 ? { resourceNames } : {}),
});
const url = (...nonResourceURLs: string[]): PolicyRule => ({ verbs: ['get'], nonResourceURLs });

describe('covers', () => {
  const table: [string, PolicyRule[], PolicyRule[], number][] = [
    ['same', [on('get', 'pods')], [on('get', 'pods')], 0],
    ['split over rules', [on('get', 'pods'), on('list', 'pods')], [on('get,list', 'pods')], 0],
    ['one verb missing', [on('get', 'pods')], [on('get,list', 'pods')], 1],
    ['star verb', [on('*', 'pods')], [on('get,list', 'pods')], 0],
    ['star is not listed verbs', [on('get,list', 'pods')], [on('*', 'pods')], 1],
    ['subresource by star', [on('get', '*/scale')], [on('get', 'deployments/scale')], 0],
    ['star subresource is no resource', [on('get', '*/scale')], [on('get', 'deployments')], 1],
    ['all names cover one', [on('get', 'pods')], [on('get', 'pods', 'web')], 0],
    ['one name does not cover all', [on('get', 'pods', 'web')], [on('get', 'pods')], 1],
    ['url below', [url('/apis/*')], [url('/apis/apps', '/healthz')], 1],
    ['url rule covers no resource', [url('*')], [on('get', 'pods')], 1],
  ];
  for (const [name, owned, wanted, missing] of table) {
    test(name, () => assert.equal(uncovered(owned, wanted).length, missing));
  }
});

test('the message lists what is missing, folded and sorted', () => {
  const held = { rules: [on('get', 'pods')], incomplete: false };
  assert.equal(
    escalationCheck(user('ann', 'a', 'b'), held, [on('get,list,watch', 'pods'), on('get', 'nodes', 'n1')]),
    'user "ann" (groups=["a" "b"]) is attempting to grant RBAC permissions not currently held:\n' +
      '{APIGroups:[""], Resources:["nodes"], ResourceNames:["n1"], Verbs:["get"]}\n' +
      '{APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}',
  );
});

describe('writing RBAC objects', () => {
  const objects = [
    role('view', '', on('get', 'pods')),
    role('all', '', on('*', '*')),
    role('escalator', '', {
      verbs: ['escalate', 'bind'],
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['clusterroles'],
    }),
    binding('ann', '', 'ClusterRole/view', 'User:ann', 'User:eve'),
    binding('eve', '', 'ClusterRole/escalator', 'User:eve'),
    role('escalator-of-x', '', {
      verbs: ['escalate'],
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['clusterroles'],
      resourceNames: ['x'],
    }),
    binding('joe', '', 'ClusterRole/escalator-of-x', 'User:joe'),
  ];
  const resolver = rbacResolver(readerOf(objects));
  const guard = (who: ReturnType<typeof user>, resource: string, object: (typeof objects)[number]) =>
    guardEscalation(rbacAuthorizer(resolver), resolver, { user: who, namespace: '', resource, object });
  const aggregated = { ...role('x', ''), aggregationRule: { clusterRoleSelectors: [{}] } };

  const table: [string, string, (typeof objects)[number], string | undefined][] = [
    ['ann', 'clusterroles', role('x', '', on('get', 'pods')), undefined],
    ['ann', 'clusterroles', role('x', '', on('get', 'nodes')), 'not currently held'],
    ['eve', 'clusterroles', role('x', '', on('get', 'nodes')), undefined],
    // Who may escalate one role must have it there already.
    ['joe', 'clusterroles', role('x', '', on('get', 'nodes')), 'not currently held'],
    ['ann', 'clusterroles', aggregated, 'must have cluster-admin privileges to use the aggregationRule'],
    ['ann', 'clusterrolebindings', binding('x', '', 'ClusterRole/view', 'User:bob'), undefined],
    ['ann', 'clusterrolebindings', binding('x', '', 'ClusterRole/all', 'User:bob'), 'not currently held'],
    ['eve', 'clusterrolebindings', binding('x', '', 'ClusterRole/all', 'User:bob'), undefined],
    [
      'ann',
      'clusterrolebindings',
      binding('x', '', 'ClusterRole/gone', 'User:bob'),
      'clusterrolebindings.rbac.authorization.k8s.io "gone" not found',
    ],
    [
      'ann',
      'clusterrolebindings',
      binding('x', '', 'Role/reader', 'User:bob'),
      'Namespace parameter required.',
    ],
  ];
  for (const [who, resource, object, expected] of table) {
    test(`${who} writes ${resource} ${JSON.stringify(object['rules'] ?? object['roleRef'])}`, async () => {
      const error = await guard(user(who), resource, object);
      if (expected === undefined) assert.equal(error, undefined);
      else assert.ok(error?.message.includes(expected), error?.message);
    });
  }

  test('who may escalate a role may change it', async () => {
    const object = role('x', '', on('get', 'nodes'));
    const change = { user: user('joe'), namespace: '', resource: 'clusterroles', object, old: role('x', '') };
    assert.equal(await guardEscalation(rbacAuthorizer(resolver), resolver, change), undefined);
  });

  test('members of system:masters may grant anything', async () => {
    assert.equal(await guard(user('root', 'system:masters'), 'clusterroles', aggregated), undefined);
  });
});

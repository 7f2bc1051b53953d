import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { ruleAllows } from '../../src/authorization/policy-rules.ts';
import { rbacAuthorizer } from '../../src/authorization/rbac/authorizer.ts';
import { rbacResolver } from '../../src/authorization/rbac/resolver.ts';
import type { PolicyRule } from '../../src/authorization/types.ts';
import { binding, readerOf, request, role, user } from './helper.ts';

const alice = user('alice', 'devs');

describe('a rule', () => {
  const pods: PolicyRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] };
  const scale: PolicyRule = { verbs: ['*'], apiGroups: ['*'], resources: ['*/scale'] };
  const named: PolicyRule = {
    verbs: ['get'],
    apiGroups: [''],
    resources: ['secrets'],
    resourceNames: ['tls'],
  };
  const urls: PolicyRule = { verbs: ['get'], nonResourceURLs: ['/healthz', '/apis/*'] };
  const table: [PolicyRule, string, boolean][] = [
    [pods, 'list pods', true],
    [pods, 'get pods/log', true],
    [pods, 'get pods/exec', false],
    [pods, 'delete pods', false],
    [pods, 'get pods.metrics.k8s.io', false],
    [pods, 'get /api', false],
    [scale, 'update deployments.apps/scale', true],
    [scale, 'update deployments.apps', false],
    [scale, 'update scale', false],
    [named, 'get secrets named tls', true],
    [named, 'get secrets named other', false],
    [named, 'get secrets', false],
    [urls, 'get /healthz', true],
    [urls, 'get /healthz/etcd', false],
    [urls, 'get /apis/apps', true],
    [urls, 'post /apis/apps', false],
    [{ verbs: ['*'], nonResourceURLs: ['*'] }, 'get /anything', true],
    [{ verbs: ['*'], nonResourceURLs: ['*'] }, 'get pods', false],
  ];
  for (const [rule, text, expected] of table) {
    test(`${JSON.stringify(rule)} ${expected ? 'allows' : 'does not allow'} ${text}`, () => {
      assert.equal(ruleAllows(request(alice, text), rule), expected);
    });
  }
});

describe('RBAC', () => {
  const view: PolicyRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] };
  const objects: KubeObject[] = [
    role('view', '', view),
    role('admin', '', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }),
    role('local', 'default', view),
    binding('admins', '', 'ClusterRole/admin', 'Group:ops'),
    binding('devs', 'default', 'ClusterRole/view', 'User:bob', 'Group:devs'),
    binding('ci', 'default', 'Role/local', 'ServiceAccount:/runner', 'ServiceAccount:tools/runner'),
    binding('broken', '', 'ClusterRole/gone', 'User:carol'),
  ];
  const reader = readerOf(objects);
  const resolver = rbacResolver(reader);
  const authorizer = rbacAuthorizer(resolver);

  const table: [ReturnType<typeof user>, string, string, string][] = [
    [
      user('root', 'ops'),
      'delete nodes',
      'allow',
      'RBAC: allowed by ClusterRoleBinding "admins" of ClusterRole "admin" to Group "ops"',
    ],
    [
      alice,
      'list pods in default',
      'allow',
      'RBAC: allowed by RoleBinding "devs/default" of ClusterRole "view" to Group "devs"',
    ],
    [alice, 'list pods', 'noOpinion', ''],
    [alice, 'list pods in kube-system', 'noOpinion', ''],
    [
      user('system:serviceaccount:default:runner'),
      'get pods in default named a',
      'allow',
      'RBAC: allowed by RoleBinding "ci/default" of Role "local" to ServiceAccount "runner/default"',
    ],
    [
      user('system:serviceaccount:tools:runner'),
      'get pods in default',
      'allow',
      'RBAC: allowed by RoleBinding "ci/default" of Role "local" to ServiceAccount "runner/tools"',
    ],
    [user('carol'), 'get pods', 'noOpinion', 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found'],
    [user('__proto__'), 'get pods', 'noOpinion', ''],
  ];
  for (const [who, text, decision, reason] of table) {
    test(`${who.name}: ${text} → ${decision}`, async () => {
      assert.deepEqual(authorizer.authorize(request(who, text)), { decision, reason });
    });
  }

  test('changes of bindings and roles count at once', async () => {
    const allows = async (name: string) =>
      (await authorizer.authorize(request(user(name), 'list pods in default'))).decision === 'allow';
    const bound = (...subjects: string[]) => binding('late', 'default', 'Role/late', ...subjects);
    const is = async (dave: boolean, eve: boolean) =>
      assert.deepEqual([await allows('dave'), await allows('eve')], [dave, eve]);
    await is(false, false);
    reader.put(bound('User:dave'));
    await is(false, false);
    reader.put(role('late', 'default', view));
    await is(true, false);
    reader.put(bound('User:dave', 'User:eve', 'User:eve'));
    await is(true, true);
    reader.put(bound('User:eve'));
    await is(false, true);
    reader.put(role('late', 'default'));
    await is(false, false);
    reader.put(role('late', 'default', view));
    reader.remove(bound('User:eve'));
    await is(false, false);
  });

  test('rules of a user name each binding once', () => {
    const { rules, error } = resolver.rulesFor(user('bob', 'devs'), 'default');
    assert.deepEqual(rules, [view]);
    assert.equal(error, undefined);
  });
});

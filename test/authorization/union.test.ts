import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemPrivilegedGroup } from '../../src/apimachinery/user.ts';
import { alwaysAllow } from '../../src/authorization/always-allow/authorizer.ts';
import { forbidden } from '../../src/authorization/forbidden.ts';
import { privilegedGroups } from '../../src/authorization/privileged-group/authorizer.ts';
import {
  selfSubjectAccessReview,
  selfSubjectReview,
  selfSubjectRulesReview,
  subjectAccessReview,
} from '../../src/authorization/reviews.ts';
import type { Authorizer, Verdict } from '../../src/authorization/types.ts';
import { unionAuthorizer, unionRuleResolver } from '../../src/authorization/union.ts';
import { request, user } from './helper.ts';

const answering = (verdict: Verdict): Authorizer => ({ authorize: () => verdict });
const silent = answering({ decision: 'noOpinion', reason: '' });
const complaining = answering({ decision: 'noOpinion', reason: 'RBAC: broken', error: 'broken' });
const denying = answering({ decision: 'deny', reason: 'no' });

describe('a union', () => {
  const asked = request(user('ann'), 'get pods');
  const table: [string, Authorizer[], Verdict][] = [
    ['first decision counts', [silent, denying, alwaysAllow], { decision: 'deny', reason: 'no' }],
    ['allow ends it', [complaining, alwaysAllow, denying], { decision: 'allow', reason: '' }],
    [
      'reasons and errors add up',
      [complaining, silent, complaining],
      { decision: 'noOpinion', reason: 'RBAC: broken\nRBAC: broken', error: 'broken' },
    ],
    ['nobody asked', [], { decision: 'noOpinion', reason: '' }],
  ];
  for (const [name, authorizers, expected] of table) {
    test(name, async () => {
      assert.deepEqual(await unionAuthorizer(authorizers).authorize(asked), expected);
    });
  }

  test('rules of all resolvers', () => {
    const { rules } = unionRuleResolver([alwaysAllow, alwaysAllow]).rulesFor(user('ann'), 'default');
    assert.equal(rules.length, 4);
  });
});

test('only members of the privileged group pass', async () => {
  const authorizer = privilegedGroups(systemPrivilegedGroup);
  const verdictOf = async (...groups: string[]) =>
    (await authorizer.authorize(request(user('u', ...groups), 'get pods'))).decision;
  assert.equal(await verdictOf('system:masters'), 'allow');
  assert.equal(await verdictOf('system:authenticated'), 'noOpinion');
});

describe('a refusal', () => {
  const table: [string, string, string][] = [
    [
      'list pods in default',
      '',
      'pods is forbidden: User "u" cannot list resource "pods" in API group "" in the namespace "default"',
    ],
    [
      'update deployments.apps/scale in a named web',
      'RBAC: because',
      'deployments.apps "web" is forbidden: User "u" cannot update resource "deployments/scale" in API group "apps" in the namespace "a": RBAC: because',
    ],
    [
      'get nodes named <n>',
      '',
      'nodes "<n>" is forbidden: User "u" cannot get resource "nodes" in API group "" at the cluster scope',
    ],
    ['get /x?<script>', '', 'forbidden: User "u" cannot get path "/x?&lt;script&gt;"'],
  ];
  for (const [text, reason, expected] of table) {
    test(text, () => assert.equal(forbidden(request(user('u'), text), reason).message, expected));
  }
});

describe('reviews', () => {
  test('of oneself', async () => {
    const spec = { resourceAttributes: { verb: 'get', resource: 'pods' } };
    assert.deepEqual(await selfSubjectAccessReview(alwaysAllow, user('u'), spec), { allowed: true });
    assert.deepEqual(await selfSubjectAccessReview(complaining, user('u'), spec), {
      allowed: false,
      reason: 'RBAC: broken',
      evaluationError: 'broken',
    });
  });

  test('of another user', async () => {
    const spec = { user: 'bob', groups: ['g'], nonResourceAttributes: { verb: 'get', path: '/x' } };
    let seen = '';
    const spy: Authorizer = {
      authorize: ({ user: who, verb, path, resourceRequest }) => {
        seen = `${who.name} ${who.groups} ${verb} ${path} ${resourceRequest}`;
        return { decision: 'deny', reason: 'no' };
      },
    };
    assert.deepEqual(await subjectAccessReview(spy, spec), { allowed: false, denied: true, reason: 'no' });
    assert.equal(seen, 'bob g get /x false');
  });

  test('of rules', () => {
    assert.deepEqual(selfSubjectRulesReview(alwaysAllow, user('u'), 'default'), {
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      incomplete: false,
    });
  });

  test('of who one is', () => {
    assert.deepEqual(selfSubjectReview({ name: 'u', uid: '1', groups: ['g'], extra: { a: ['b'] } }), {
      userInfo: { username: 'u', uid: '1', groups: ['g'], extra: { a: ['b'] } },
    });
  });
});

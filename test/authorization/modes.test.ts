import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AuthorizationOptions } from '../../src/authorization/options.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { expectCode } from '../helpers/api.ts';
import { clusterWith, filesFor, refusal } from './kit.ts';

const pods = '/api/v1/namespaces/default/pods';
const rulesReviews = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
const accessReviews = '/apis/authorization.k8s.io/v1/subjectaccessreviews';

describe('modes', () => {
  it('AlwaysAllow lets everybody do everything, and says so', async (t) => {
    const { as } = await clusterWith(t, { modes: ['AlwaysAllow'] });
    expectCode(await as('jane').get('/api/v1/secrets'), 200);
    const { status } = expectCode(
      await as('jane').post(rulesReviews, { spec: { namespace: 'default' } }),
      201,
    );
    assert.deepEqual(status.resourceRules, [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]);
    assert.equal(status.incomplete, false);
  });

  it('AlwaysDeny refuses everybody but system:masters', async (t) => {
    const { as, api } = await clusterWith(t, { modes: ['AlwaysDeny'] });
    assert.equal(refusal(await as('jane').get(pods)), 'Everything is forbidden.');
    expectCode(await api.get(pods), 200);
  });

  it('are asked in order, and their reasons are all told', async (t) => {
    const { as } = await clusterWith(t, { modes: ['AlwaysDeny', 'Node', 'RBAC'] });
    const node = as('system:node:', 'system:nodes');
    assert.equal(
      refusal(await node.get(pods)),
      'Everything is forbidden.\nunknown node for user "system:node:"',
    );
    // A refusal is no denial: what comes after may allow.
    expectCode(await as('jane').get('/version'), 200);
  });

  it('an access review says what they say', async (t) => {
    const { api } = await clusterWith(t, { modes: ['AlwaysDeny'] });
    const spec = { user: 'jane', resourceAttributes: { verb: 'get', resource: 'pods' } };
    const { status } = expectCode(await api.post(accessReviews, { spec }), 201);
    assert.deepEqual(status, { allowed: false, reason: 'Everything is forbidden.' });
  });
});

describe('ABAC', () => {
  const line = (spec: object) =>
    JSON.stringify({ apiVersion: 'abac.authorization.kubernetes.io/v1beta1', kind: 'Policy', spec });
  const policy = [
    '# who may do what',
    '',
    line({ user: 'alice', namespace: '*', resource: '*', apiGroup: '*' }),
    line({ user: 'bob', namespace: 'a', resource: 'pods', readonly: true }),
    line({ group: 'ops', nonResourcePath: '/metrics' }),
    line({ user: 'carol', group: 'ops', namespace: '*', resource: 'configmaps' }),
    line({ user: '*', nonResourcePath: '/version*' }),
  ].join('\n');

  it('allows what a line of the policy file says', async (t) => {
    const files = await filesFor(t, { policy });
    const { as, api } = await clusterWith(t, { modes: ['ABAC'], policyFile: files.path('policy') });
    expectCode(await api.post('/api/v1/namespaces', { metadata: { name: 'a' } }), 201);
    const table: [code: number, who: string[], method: string, path: string][] = [
      [200, ['alice'], 'GET', '/apis/apps/v1/deployments'],
      [200, ['alice'], 'DELETE', '/api/v1/namespaces/a/pods'],
      [403, ['alice'], 'GET', '/metrics'],
      [200, ['bob'], 'GET', '/api/v1/namespaces/a/pods'],
      [403, ['bob'], 'DELETE', '/api/v1/namespaces/a/pods'],
      [403, ['bob'], 'GET', '/api/v1/namespaces/default/pods'],
      [403, ['bob'], 'GET', '/api/v1/pods'],
      [403, ['bob'], 'GET', '/api/v1/namespaces/a/secrets'],
      [200, ['dave', 'ops'], 'GET', '/metrics'],
      [403, ['dave'], 'GET', '/metrics'],
      [200, ['carol', 'ops'], 'GET', '/api/v1/configmaps'],
      [403, ['carol'], 'GET', '/api/v1/configmaps'],
      [403, ['dave', 'ops'], 'GET', '/api/v1/configmaps'],
      // A star is everybody who is known.
      [200, ['dave'], 'GET', '/version'],
      [403, ['system:anonymous'], 'GET', '/version'],
    ];
    for (const [code, [name = '', ...groups], method, path] of table) {
      const answer = await as(name, ...groups).request(method, path);
      assert.equal(answer.status, code, `${name} ${groups} ${method} ${path}: ${answer.text}`);
    }
    assert.equal(refusal(await as('bob').get('/api/v1/pods')), 'No policy matched.');
  });

  it('lists the rules of a user', async (t) => {
    const files = await filesFor(t, { policy });
    const { as } = await clusterWith(t, { modes: ['ABAC'], policyFile: files.path('policy') });
    const { status } = expectCode(await as('bob').post(rulesReviews, { spec: { namespace: 'a' } }), 403);
    assert.equal(status, 'Failure');
    const answer = await as('alice').post(rulesReviews, { spec: { namespace: 'a' } });
    assert.deepEqual(expectCode(answer, 201).status.resourceRules, [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    ]);
  });

  const broken: [what: string, text: string, message: RegExp][] = [
    ['no JSON', `\n\n{"a"`, /policy:3: is not a JSON object$/],
    [
      'another version',
      '{"apiVersion":"v1","kind":"Policy","spec":{}}',
      /policy:1: apiVersion: must be abac/,
    ],
    ['a misspelt field', line({ usr: 'x' }), /policy:1: spec\.usr: unknown field$/],
    ['a wrong type', line({ readonly: 'yes' }), /policy:1: spec\.readonly: must be boolean$/],
  ];
  for (const [what, text, message] of broken) {
    it(`a file with ${what} keeps the server from starting`, async (t) => {
      const files = await filesFor(t, { policy: text });
      await assert.rejects(
        createCluster({ authorization: { modes: ['ABAC'], policyFile: files.path('policy') } }),
        { name: 'ConfigError', message },
      );
    });
  }
});

describe('options that contradict each other', () => {
  const wrong: [Partial<AuthorizationOptions>, string][] = [
    [{ modes: ['ABAC'] }, "authorization-mode ABAC's authorization policy file not passed"],
    [{ modes: ['Webhook'] }, "authorization-mode Webhook's authorization config file not passed"],
    [{ policyFile: '/x' }, 'cannot specify --authorization-policy-file without mode ABAC'],
    [
      { modes: ['RBAC'], webhookConfigFile: '/x' },
      'cannot specify --authorization-webhook-config-file without mode Webhook',
    ],
    [{ modes: ['RBAC', 'RBAC'] }, 'authorization-mode "RBAC,RBAC" has mode specified more than once'],
    [
      { modes: ['RBAC'], configFile: '/x' },
      '--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined',
    ],
  ];
  for (const [authorization, message] of wrong) {
    it(message, () => assert.rejects(createCluster({ authorization }), { name: 'ConfigError', message }));
  }
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { policyEvaluator } from '../../src/audit/policy.ts';
import { parsePolicy } from '../../src/audit/policy-config.ts';
import type { AuditedRequest, Level } from '../../src/audit/types.ts';

const head = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';

const request = (given: Partial<AuditedRequest>): AuditedRequest => ({
  user: { name: 'jane', groups: ['team', 'system:authenticated'] },
  verb: 'get',
  group: '',
  version: 'v1',
  resource: 'pods',
  subresource: '',
  namespace: 'shop',
  name: 'web',
  resourceRequest: true,
  path: '/api/v1/namespaces/shop/pods/web',
  ...given,
});
const path = (text: string) =>
  request({ resourceRequest: false, resource: '', namespace: '', name: '', path: text });

describe('the first rule of an audit policy that matches decides', () => {
  const cases: readonly [rules: string, request: AuditedRequest, level: Level][] = [
    ['{level: Metadata}', request({}), 'Metadata'],
    ['{level: None, users: [jane]}, {level: Metadata}', request({}), 'None'],
    ['{level: None, users: [joe]}, {level: Metadata}', request({}), 'Metadata'],
    ['{level: Request, userGroups: [other, team]}', request({}), 'Request'],
    ['{level: Request, userGroups: [other]}', request({}), 'None'],
    ['{level: Request, users: [jane]}', request({ user: undefined }), 'None'],
    ['{level: Request, userGroups: [team]}', request({ user: undefined }), 'None'],
    ['{level: Request, verbs: [list, get]}', request({}), 'Request'],
    ['{level: Request, verbs: [list]}', request({}), 'None'],
    ['{level: Request, namespaces: [shop]}', request({}), 'Request'],
    ['{level: Request, namespaces: [""]}', request({}), 'None'],
    ['{level: Request, namespaces: [""]}', request({ namespace: '' }), 'Request'],
    ['{level: Request, namespaces: [""]}', path('/healthz'), 'None'],
    ['{level: Request, resources: [{resources: [pods]}]}', request({}), 'Request'],
    ['{level: Request, resources: [{resources: [pods]}]}', request({ subresource: 'log' }), 'None'],
    ['{level: Request, resources: [{resources: [pods/log]}]}', request({ subresource: 'log' }), 'Request'],
    ['{level: Request, resources: [{resources: ["pods/*"]}]}', request({ subresource: 'log' }), 'Request'],
    ['{level: Request, resources: [{resources: ["pods/*"]}]}', request({}), 'Request'],
    ['{level: Request, resources: [{resources: ["*/log"]}]}', request({ subresource: 'log' }), 'Request'],
    ['{level: Request, resources: [{resources: ["*/log"]}]}', request({}), 'None'],
    ['{level: Request, resources: [{resources: ["*"]}]}', request({ subresource: 'log' }), 'Request'],
    ['{level: Request, resources: [{group: apps}]}', request({}), 'None'],
    ['{level: Request, resources: [{group: apps}]}', request({ group: 'apps' }), 'Request'],
    ['{level: Request, resources: [{group: "*"}]}', request({ group: 'apps' }), 'Request'],
    ['{level: Request, resources: [{resources: [pods], resourceNames: [web]}]}', request({}), 'Request'],
    ['{level: Request, resources: [{resources: [pods], resourceNames: [db]}]}', request({}), 'None'],
    ['{level: Request, nonResourceURLs: ["/healthz*"]}', path('/healthz/etcd'), 'Request'],
    ['{level: Request, nonResourceURLs: ["/healthz"]}', path('/healthz/etcd'), 'None'],
    ['{level: Request, nonResourceURLs: ["*"]}', path('/version'), 'Request'],
    ['{level: Request, nonResourceURLs: ["*"]}', request({}), 'None'],
  ];
  for (const [rules, asked, level] of cases) {
    const what = asked.resourceRequest
      ? `${asked.verb} ${asked.resource}/${asked.subresource} in ${asked.namespace} by ${asked.user?.name}`
      : asked.path;
    it(`${rules}: ${what} is ${level}`, () => {
      const decide = policyEvaluator(parsePolicy('policy.yaml', `${head}rules: [${rules}]\n`));
      assert.equal(decide(asked).level, level);
    });
  }

  it('stages that the policy leaves out are left out by every rule', () => {
    const decide = policyEvaluator(
      parsePolicy(
        'policy.yaml',
        `${head}omitStages: [RequestReceived]\nomitManagedFields: true\nrules:\n- level: Metadata\n  omitStages: [ResponseStarted]\n  omitManagedFields: false\n`,
      ),
    );
    const { omitStages, omitManagedFields } = decide(request({}));
    assert.deepEqual([...omitStages], ['RequestReceived', 'ResponseStarted']);
    assert.equal(omitManagedFields, false);
  });
});

describe('a policy file is refused, with line and field', () => {
  const cases: readonly [string, string][] = [
    ['rules: []', 'p:3: rules: at least one rule is needed'],
    ['rules:\n- users: [a]', 'p:4: rules[0].level: must be one of None, Metadata, Request, RequestResponse'],
    [
      'rules:\n- level: Metadata\n  omitStages: [Later]',
      'p:5: rules[0].omitStages[0]: allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic',
    ],
    [
      'rules:\n- level: Metadata\n  nonResourceURLs: [healthz]',
      "p:5: rules[0].nonResourceURLs[0]: non-resource URL rules must begin with a '/' character",
    ],
    [
      'rules:\n- level: Metadata\n  nonResourceURLs: ["/a*b"]',
      "p:5: rules[0].nonResourceURLs[0]: non-resource URL wildcards '*' must be the final character of the rule",
    ],
    [
      'rules:\n- level: Metadata\n  nonResourceURLs: ["/a"]\n  namespaces: [b]',
      'p:5: rules[0].nonResourceURLs: rules cannot apply to both regular resources and non-resource URLs',
    ],
    [
      'rules:\n- level: Metadata\n  resources:\n  - group: apps/v1',
      'p:6: rules[0].resources[0].group: must be the name of an API group, without its version',
    ],
    [
      'rules:\n- level: Metadata\n  resources:\n  - resourceNames: [a]',
      'p:6: rules[0].resources[0].resourceNames: using resourceNames requires at least one resource',
    ],
    ['rules:\n- level: Metadata\n  user: [a]', 'p:5: rules[0].user: unknown field'],
  ];
  for (const [text, message] of cases) {
    it(message, () => {
      assert.throws(() => parsePolicy('p', `${head}${text}\n`), { name: 'ConfigError', message });
    });
  }
});

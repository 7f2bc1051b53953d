import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { Explanation } from '../../src/authorization/explanation.ts';
import { main } from '../../src/cli/main.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { apiOver, expectCode, expectFailure, type Loose } from '../helpers/api.ts';
import { clusterWith } from './kit.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const group = 'rbac.authorization.k8s.io';

const objects: [path: string, object: object][] = [
  [
    `${rbac}/namespaces/default/roles`,
    {
      metadata: { name: 'reader' },
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
        { apiGroups: [''], resources: ['secrets'], resourceNames: ['open'], verbs: ['get'] },
      ],
    },
  ],
  [
    `${rbac}/namespaces/default/rolebindings`,
    {
      metadata: { name: 'readers' },
      roleRef: { apiGroup: group, kind: 'Role', name: 'reader' },
      subjects: [{ kind: 'User', name: 'jane', apiGroup: group }],
    },
  ],
];

async function setUp(t: TestContext) {
  const { api, as } = await clusterWith(t, { modes: ['Node', 'RBAC'] });
  for (const [path, object] of objects) expectCode(await api.post(path, object), 201);
  const why = async (query: string): Promise<Explanation> =>
    expectCode(await api.get(`/debug/why?${query}`), 200);
  return { api, as, why };
}

const via = 'RoleBinding "readers/default" of Role "reader" to User "jane"';
const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] };

describe('/debug/why', () => {
  it('tells who allows', async (t) => {
    const { why } = await setUp(t);
    const { allowed, reason, steps, remedy } = await why('verb=get&resource=po&namespace=default&as=jane');
    assert.deepEqual([allowed, reason, remedy], [true, `RBAC: allowed by ${via}`, []]);
    assert.deepEqual(
      steps.map(({ authorizer, decision }) => [authorizer, decision]),
      [
        ['system:masters', 'noOpinion'],
        ['Node', 'noOpinion'],
        ['RBAC', 'allow'],
      ],
    );
  });

  const misses: [question: string, nearest: object][] = [
    ['verb=delete&resource=pods&namespace=default', { via, rule: pods, differs: ['verb'] }],
    ['verb=get&resource=pods&namespace=other', { via, rule: pods, differs: ['namespace'] }],
    ['verb=get&resource=pods', { via, rule: pods, differs: ['namespace'] }],
    [
      'verb=get&resource=secrets&namespace=default&name=closed',
      {
        via,
        rule: { apiGroups: [''], resources: ['secrets'], resourceNames: ['open'], verbs: ['get'] },
        differs: ['name'],
      },
    ],
    ['verb=get&resource=configmaps&namespace=default', { via, rule: pods, differs: ['resource'] }],
  ];
  for (const [question, nearest] of misses) {
    it(`finds the nearest miss of ${question}`, async (t) => {
      const { why } = await setUp(t);
      const { allowed, steps } = await why(`${question}&as=jane`);
      assert.equal(allowed, false);
      assert.deepEqual(steps.at(-1)!.nearest[0], nearest);
      assert.ok(steps.at(-1)!.rules >= 2);
    });
  }

  it('has the smallest role, which then allows it', async (t) => {
    const { api, why } = await setUp(t);
    const questions = [
      'verb=delete&resource=pods&namespace=default&name=web&as=jane',
      'verb=create&resource=deploy&namespace=default&as=system:serviceaccount:ci:runner',
      'verb=get&resource=pods/log&namespace=default&name=web&as=jane',
      'verb=list&resource=nodes&as=jane',
      'verb=get&path=/metrics&as=jane&as-group=ops',
    ];
    for (const question of questions) {
      const { allowed, remedy } = await why(question);
      assert.equal(allowed, false, question);
      for (const object of remedy) {
        const scope = object.metadata.namespace ? `/namespaces/${object.metadata.namespace}` : '';
        expectCode(await api.post(`${rbac}${scope}/${object.kind.toLowerCase()}s`, object), 201);
      }
      assert.equal((await why(question)).allowed, true, question);
    }
    assert.equal((await why('verb=delete&resource=pods&namespace=default&name=db&as=jane')).allowed, false);
  });

  it('offers no role where none would help', async (t) => {
    const { api } = await clusterWith(t, { modes: ['AlwaysDeny'] });
    const { allowed, reason, remedy } = expectCode(
      await api.get('/debug/why?verb=get&resource=pods&as=jane'),
      200,
    );
    assert.deepEqual([allowed, reason, remedy], [false, 'Everything is forbidden.', []]);
  });

  it('is for those who may ask', async (t) => {
    const { as, api } = await setUp(t);
    expectFailure(await as('jane').get('/debug/why?verb=get&resource=pods'), 403, 'Forbidden');
    expectFailure(await api.get('/debug/why?resource=pods'), 400, 'BadRequest');
    expectFailure(await api.get('/debug/why?verb=get&resource=pods&path=/x'), 400, 'BadRequest');
  });
});

describe('the audit log', () => {
  it('has the nearest miss of a refusal', async (t) => {
    const events: Loose[] = [];
    const audit = {
      policy: { rules: [{ level: 'Metadata' as const }] },
      onEvent: (json: string) => void events.push(JSON.parse(json)),
    };
    const { api, as } = await clusterWith(t, {}, { audit });
    for (const [path, object] of objects) expectCode(await api.post(path, object), 201);
    const annotationsOf = async (user: string) => {
      expectCode(await as(user).delete('/api/v1/namespaces/default/pods/web'), 403);
      return events.at(-1).annotations as Record<string, string>;
    };
    assert.deepEqual(await annotationsOf('jane'), {
      'authorization.k8s.io/decision': 'forbid',
      'authorization.k8s.io/reason': '',
      'binnacle.dev/why': `${via} differs in verb: {APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`,
    });
    assert.equal((await annotationsOf('bob'))['binnacle.dev/why'], undefined);
  });
});

describe('binnacle why', () => {
  it('asks a running server, and prints YAML to apply', async (t) => {
    const cluster = await createCluster();
    t.after(() => cluster.close());
    const api = apiOver(cluster.fetch);
    for (const [path, object] of objects) expectCode(await api.post(path, object), 201);
    const { kubeconfigPath } = await cluster.listen();
    const run = async (...args: string[]) => {
      let text = '';
      const write = (part: string) => {
        text += part;
      };
      const code = await main(['why', ...args, `--kubeconfig=${kubeconfigPath}`], { out: write, err: write });
      return { code, text };
    };
    const yes = await run('get', 'pods/web', '--as=jane');
    assert.deepEqual([yes.code, yes.text.split('\n')[0]], [0, `yes: RBAC: allowed by ${via}`]);
    const no = await run('delete', 'pods/web', '--as', 'jane', '-n', 'default');
    assert.equal(no.code, 1);
    assert.match(
      no.text,
      /^no\n\nsystem:masters: no opinion\nNode: no opinion\nRBAC: no opinion, \d+ rules that name the user\n/,
    );
    assert.match(no.text, /near miss: RoleBinding "readers\/default" .*\n {4}differs in verb: /);
    const [, yaml = ''] = no.text.split(/^# .*\n/m);
    const documents = parseAllDocuments(yaml);
    assert.deepEqual(Array.isArray(documents) && documents.map((document) => document.toJS().kind), [
      'Role',
      'RoleBinding',
    ]);
    assert.equal((await run('get', 'pods/web')).code, 0);
    const wrong = await run('get');
    assert.equal(wrong.code, 1);
    assert.match(wrong.text, /^binnacle: why takes a verb and a resource/);
    assert.match((await run('get', 'pods', '--bogus')).text, /^binnacle: Unknown option '--bogus'/);
  });
});

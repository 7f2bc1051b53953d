import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Answer, expectCode } from '../helpers/api.ts';
import { type Bench, bench, group, schemaFor } from './kit.ts';

let use: Bench;
before(async () => {
  use = await bench();
});
after(() => use.cluster.close());

/** Names of the schema and level whose uids an answer carries. */
async function classifiedAs({ headers }: Answer): Promise<string> {
  const nameOf = async (resource: string, header: string) => {
    const { items } = expectCode(await use.api.get(`${group}/${resource}`), 200);
    const uid = headers.get(header);
    return items.find(({ metadata }: { metadata: { uid: string } }) => metadata.uid === uid)?.metadata.name;
  };
  const schema = await nameOf('flowschemas', 'x-kubernetes-pf-flowschema-uid');
  const level = await nameOf('prioritylevelconfigurations', 'x-kubernetes-pf-prioritylevel-uid');
  return `${schema} ${level}`;
}

const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
const pods = '/api/v1/namespaces/default/pods';

describe('the objects of a fresh server classify', () => {
  const cases: [who: string, groups: string, method: string, path: string, expected: string][] = [
    ['root', 'system:masters', 'GET', pods, 'exempt exempt'],
    ['jane', 'devs', 'GET', '/readyz', 'probes exempt'],
    ['jane', 'devs', 'GET', pods, 'global-default global-default'],
    ['jane', 'devs', 'GET', '/version', 'global-default global-default'],
    ['system:node:a', 'system:nodes', 'GET', '/api/v1/nodes/a', 'system-node-high node-high'],
    ['system:node:a', 'system:nodes', 'PATCH', '/api/v1/nodes/a/status', 'system-node-high node-high'],
    ['system:node:a', 'system:nodes', 'GET', pods, 'system-nodes system'],
    ['system:kube-scheduler', 'x', 'GET', `${leases}/s`, 'system-leader-election leader-election'],
    ['system:kube-scheduler', 'x', 'GET', leases, 'kube-scheduler workload-high'],
    ['system:kube-controller-manager', 'x', 'GET', pods, 'kube-controller-manager workload-high'],
    [
      'system:serviceaccount:kube-system:gc',
      'system:serviceaccounts',
      'GET',
      pods,
      'kube-system-service-accounts workload-high',
    ],
    [
      'system:serviceaccount:default:bot',
      'system:serviceaccounts',
      'GET',
      pods,
      'service-accounts workload-low',
    ],
  ];
  for (const [who, groups, method, path, expected] of cases) {
    it(`${method} ${path} by ${who} as ${expected}`, async () => {
      const headers = { 'impersonate-user': who, 'impersonate-group': groups };
      const answer = await use.api.request(method, path, { headers });
      assert.equal(await classifiedAs(answer), expected);
    });
  }
});

describe('a FlowSchema of the administrator', () => {
  const ask = (path: string, user = 'sue') =>
    use.api.get(path, { 'impersonate-user': user, 'impersonate-group': 'devs' });
  const create = async (name: string, precedence: number, rule: object) => {
    const schema = schemaFor(name, 'sue', 'workload-low', precedence);
    Object.assign(schema.spec.rules[0]!, rule);
    expectCode(await use.api.post(`${group}/flowschemas`, schema), 201);
  };
  const remove = async (name: string) =>
    expectCode(await use.api.delete(`${group}/flowschemas/${name}`), 200);

  it('counts from the next request on, and no longer once it is gone', async () => {
    assert.equal(await classifiedAs(await ask(pods)), 'global-default global-default');
    await create('mine', 50, {});
    assert.equal(await classifiedAs(await ask(pods)), 'mine workload-low');
    assert.equal(await classifiedAs(await ask(pods, 'tom')), 'global-default global-default');
    await remove('mine');
    assert.equal(await classifiedAs(await ask(pods)), 'global-default global-default');
  });

  it('comes before others of a higher matchingPrecedence, then by name', async () => {
    await create('later', 60, {});
    await create('b', 55, {});
    await create('a', 55, {});
    assert.equal(await classifiedAs(await ask(pods)), 'a workload-low');
    for (const name of ['a', 'b', 'later']) await remove(name);
  });

  it('may be about some verbs, resources, namespaces or paths only', async () => {
    const rule = { verbs: ['list'], apiGroups: [''], resources: ['pods'], namespaces: ['default'] };
    await create('narrow', 50, {
      resourceRules: [rule],
      nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/openapi/*'] }],
    });
    const mine = ['narrow workload-low'];
    const other = ['global-default global-default'];
    const expected: [path: string, as: string[]][] = [
      [pods, mine],
      [`${pods}/one`, other],
      ['/api/v1/namespaces/default/services', other],
      ['/api/v1/namespaces/kube-system/pods', other],
      ['/api/v1/pods', other],
      ['/openapi/v2', mine],
      ['/version', other],
    ];
    for (const [path, [as]] of expected) assert.equal(await classifiedAs(await ask(path)), as, path);
    await remove('narrow');
  });

  it('does not count while its level is missing', async () => {
    const schema = schemaFor('lost', 'sue', 'no-such-level', 50);
    expectCode(await use.api.post(`${group}/flowschemas`, schema), 201);
    assert.equal(await classifiedAs(await ask(pods)), 'global-default global-default');
    await remove('lost');
  });
});

it('every answer says how it was classified, errors too', async () => {
  for (const path of ['/nowhere', '/api/v1/namespaces/none', `${pods}?limit=x`]) {
    const answer = await use.api.get(path);
    assert.ok(answer.status >= 400);
    assert.ok(answer.headers.get('x-kubernetes-pf-flowschema-uid'), path);
  }
});

it('the seats of a server are divided by shares, and lent while nobody asks for them', async () => {
  const { text } = await use.api.get('/metrics');
  const seats = (name: string) =>
    Object.fromEntries(
      [...text.matchAll(new RegExp(`_${name}_limit_seats\\{priority_level="(.*)"\\} (\\d+)`, 'g'))].map(
        ([, level, value]) => [level, Number(value)],
      ),
    );
  // 600 seats among 245 shares, each rounded up.
  assert.deepEqual(seats('nominal'), {
    'catch-all': 13,
    exempt: 0,
    'global-default': 49,
    'leader-election': 25,
    'node-high': 98,
    system: 74,
    'workload-high': 98,
    'workload-low': 245,
  });
  // What an idle kube-apiserver says.
  const { exempt, ...limited } = seats('current');
  assert.ok(exempt! <= 1);
  assert.deepEqual(limited, {
    'catch-all': 30,
    'global-default': 56,
    'leader-election': 58,
    'node-high': 170,
    system: 117,
    'workload-high': 114,
    'workload-low': 56,
  });
});

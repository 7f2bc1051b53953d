import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Api, type Asked, expectCode, expectFailure } from '../helpers/api.ts';
import { assertSubset } from '../helpers/subset.ts';
import { type Bench, bench } from './kit.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const pods = '/api/v1/namespaces/default/pods';

let use: Bench;
let api: Api;
before(async () => {
  use = await bench();
  api = use.api;
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' };
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }];
  expectCode(
    await api.post(`${rbac}/namespaces/default/roles`, { metadata: { name: 'reader' }, rules }),
    201,
  );
  const subjects = [
    { kind: 'User', name: 'jane', apiGroup: 'rbac.authorization.k8s.io' },
    { kind: 'Group', name: 'team:blue', apiGroup: 'rbac.authorization.k8s.io' },
    { kind: 'ServiceAccount', name: 'robot', namespace: 'default' },
  ];
  expectCode(
    await api.post(`${rbac}/namespaces/default/rolebindings`, {
      metadata: { name: 'readers' },
      roleRef,
      subjects,
    }),
    201,
  );
  const impersonator = [
    { apiGroups: [''], resources: ['users'], verbs: ['impersonate'], resourceNames: ['jane'] },
  ];
  expectCode(
    await api.post(`${rbac}/clusterroles`, { metadata: { name: 'as-jane' }, rules: impersonator }),
    201,
  );
  const clusterRoleRef = { ...roleRef, kind: 'ClusterRole', name: 'as-jane' };
  expectCode(
    await api.post(`${rbac}/clusterrolebindings`, {
      metadata: { name: 'as-jane' },
      roleRef: clusterRoleRef,
      subjects: subjects.slice(0, 1),
    }),
    201,
  );
});
after(() => use.cluster.close());

const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

describe('impersonation', () => {
  const users: [what: string, headers: Asked['headers'], userInfo: object][] = [
    ['a user', { 'impersonate-user': 'jane' }, { username: 'jane', groups: ['system:authenticated'] }],
    [
      'with groups, uid and extra',
      {
        'impersonate-user': 'jane',
        'impersonate-group': ['a', 'b'],
        'impersonate-uid': '7',
        'impersonate-extra-acme.com%2fscope': ['x', 'y'],
      },
      {
        username: 'jane',
        groups: ['a', 'b', 'system:authenticated'],
        uid: '7',
        extra: { 'acme.com/scope': ['x', 'y'] },
      },
    ],
    [
      'a group without a name and an extra without a value',
      { 'impersonate-user': 'jane', 'impersonate-group': '', 'impersonate-extra-x': '' },
      { groups: ['', 'system:authenticated'], extra: { x: [''] } },
    ],
    [
      'a service account',
      { 'impersonate-user': 'system:serviceaccount:default:robot' },
      { groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'] },
    ],
  ];
  for (const [what, headers, userInfo] of users) {
    it(`of ${what}`, async () => {
      const answer = expectCode(await api.post(whoAmI, {}, headers), 201);
      assertSubset(answer.status.userInfo, userInfo);
    });
  }

  it('gives the rights of the other, and no more', async () => {
    const others: Record<string, string>[] = [
      { 'impersonate-user': 'jane' },
      { 'impersonate-user': 'x', 'impersonate-group': 'team:blue' },
      { 'impersonate-user': 'system:serviceaccount:default:robot' },
    ];
    for (const headers of others) {
      expectCode(await api.get(pods, headers), 200);
      const status = expectFailure(
        await api.post(pods, { metadata: { name: 'x' } }, headers),
        403,
        'Forbidden',
      );
      assert.equal(
        status.message,
        `pods is forbidden: User ${JSON.stringify(headers['impersonate-user'])} cannot create resource "pods" in API group "" in the namespace "default"`,
      );
      expectFailure(await api.get('/api/v1/nodes', headers), 403, 'Forbidden');
    }
  });

  it('needs to be allowed, and groups without a user are none', async () => {
    // A request that is somebody else already cannot be tried over headers again: the check is seen through a review.
    const review = {
      spec: { user: 'jane', resourceAttributes: { verb: 'impersonate', resource: 'users', name: 'jane' } },
    };
    const reviews = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
    assert.equal(expectCode(await api.post(reviews, review), 201).status.allowed, true);
    assert.equal(
      expectCode(await api.post(reviews, { spec: { ...review.spec, user: 'bob' } }), 201).status.allowed,
      false,
    );
    const status = expectFailure(
      await api.get(pods, { 'impersonate-group': 'system:masters', 'impersonate-extra-a': 'x' }),
      400,
      'BadRequest',
    );
    assert.equal(
      status.message,
      'requested &user.DefaultInfo{Name:"", UID:"", Groups:[]string{"system:masters"}, ' +
        'Extra:map[string][]string{"a":[]string{"x"}}} without impersonating a user name',
    );
  });
});

it('an answer about oneself has nothing of the metadata that was sent', async () => {
  const metadata = { name: 'x', namespace: 'default', labels: { a: 'b' } };
  const answer = expectCode(await api.post(whoAmI, { metadata }), 201);
  assert.deepEqual(Object.keys(answer.metadata), ['creationTimestamp']);
});

it('a review that belongs to no namespace loses the one that was sent', async () => {
  const body = { metadata: { name: 'x', namespace: 'default' }, spec: { token: 'nonsense' } };
  const answer = await api.post('/apis/authentication.k8s.io/v1/tokenreviews', body);
  assert.deepEqual(expectCode(answer, 201).metadata, { name: 'x' });
});

describe('nobody', () => {
  const headers = { 'impersonate-user': 'system:anonymous' };

  for (const path of ['/healthz', '/livez', '/readyz', '/version']) {
    it(`may look at ${path}`, async () => assert.equal((await api.get(path, headers)).status, 200));
  }

  it('may do nothing else', async () => {
    const status = expectFailure(await api.get('/metrics', headers), 403, 'Forbidden');
    assert.equal(status.message, 'forbidden: User "system:anonymous" cannot get path "/metrics"');
    assert.deepEqual(status.details, {});
    const pod = expectFailure(await api.get(`${pods}/x`, headers), 403, 'Forbidden');
    assert.equal(
      pod.message,
      'pods "x" is forbidden: User "system:anonymous" cannot get resource "pods" in API group "" in the namespace "default"',
    );
    assert.deepEqual(pod.details, { name: 'x', kind: 'pods' });
    const group = expectFailure(await api.get('/apis/apps/v1/deployments', headers), 403, 'Forbidden');
    assert.equal(
      group.message,
      'deployments.apps is forbidden: User "system:anonymous" cannot list resource "deployments" in API group "apps" at the cluster scope',
    );
  });
});

it('a path that names a verb is refused as that verb, whatever the method', async () => {
  const headers = { 'impersonate-user': 'system:anonymous' };
  const refused = async (method: string, path: string) => {
    const answer = await api.request(method, path, { headers, ...(method === 'GET' ? {} : { body: {} }) });
    return expectFailure(answer, 403, 'Forbidden').message;
  };
  assert.equal(
    await refused('PUT', '/apis/apps/v1/watch/namespaces/default/deployments/x'),
    'deployments.apps "x" is forbidden: User "system:anonymous" cannot watch resource "deployments" in API group "apps" in the namespace "default"',
  );
  assert.equal(
    await refused('GET', '/api/v1/proxy/nodes/x'),
    'nodes "x" is forbidden: User "system:anonymous" cannot proxy resource "nodes" in API group "" at the cluster scope',
  );
  expectFailure(await api.request('PUT', '/api/v1/watch/pods', { body: {} }), 405, 'MethodNotAllowed');
  expectFailure(await api.get('/api/v1/proxy/nodes/x'), 404, 'NotFound');
});

it('a token that nobody knows is a 401', async () => {
  const status = expectFailure(
    await api.get(pods, { authorization: 'Bearer nonsense' }),
    401,
    'Unauthorized',
  );
  assert.equal(status.message, 'Unauthorized');
});

it('rights beyond ones own cannot be given away', async () => {
  const headers = { 'impersonate-user': 'jane' };
  const grant = [
    { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['get', 'create', 'update'] },
  ];
  expectCode(
    await api.post(`${rbac}/namespaces/default/roles`, { metadata: { name: 'role-editor' }, rules: grant }),
    201,
  );
  const binding = {
    metadata: { name: 'role-editors' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'role-editor' },
    subjects: [{ kind: 'User', name: 'jane', apiGroup: 'rbac.authorization.k8s.io' }],
  };
  expectCode(await api.post(`${rbac}/namespaces/default/rolebindings`, binding), 201);
  const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
  const status = expectFailure(
    await api.post(`${rbac}/namespaces/default/roles`, { metadata: { name: 'greedy' }, rules }, headers),
    403,
    'Forbidden',
  );
  assert.match(
    status.message ?? '',
    /^roles\.rbac\.authorization\.k8s\.io "greedy" is forbidden: user "jane" \(groups=\["system:authenticated"\]\) is attempting to grant RBAC permissions not currently held:\n\{APIGroups:\[""\], Resources:\["secrets"\], Verbs:\["get"\]\}/,
  );
  // What is wrong with it otherwise is not said to who may not grant it.
  const wrong = { metadata: { name: 'greedy' }, rules: [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }] };
  expectFailure(await api.post(`${rbac}/namespaces/default/roles`, wrong, headers), 403, 'Forbidden');
  expectFailure(await api.post(`${rbac}/namespaces/default/roles`, wrong), 422, 'Invalid');
  const empty = { metadata: { name: 'empty' }, rules: [{}, { verbs: ['get'] }] };
  expectFailure(await api.post(`${rbac}/namespaces/default/roles`, empty, headers), 422, 'Invalid');
  const own = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }];
  expectCode(
    await api.post(`${rbac}/namespaces/default/roles`, { metadata: { name: 'modest' }, rules: own }, headers),
    201,
  );
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Api, expectCode, expectFailure } from '../helpers/api.ts';
import { type Bench, bench } from './kit.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const core = '/api/v1/namespaces/default';
const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const apiGroups = ['authentication.k8s.io'];

type Headers = Readonly<Record<string, string | readonly string[]>>;
interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

let use: Bench;
let api: Api;

before(async () => {
  use = await bench();
  api = use.api;
});
after(() => use.cluster.close());

/** A service account with these rights; answers how it asks who it is, with these headers. */
async function sender(name: string, rules: readonly Rule[], boundObjectRef?: object) {
  expectCode(await api.post(`${core}/serviceaccounts`, { metadata: { name } }), 201);
  const metadata = { name: `of-${name}` };
  expectCode(await api.post(`${rbac}/clusterroles`, { metadata, rules }), 201);
  expectCode(
    await api.post(`${rbac}/clusterrolebindings`, {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', namespace: 'default', name }],
    }),
    201,
  );
  const token = expectCode(
    await api.post(`${core}/serviceaccounts/${name}/token`, {
      spec: { audiences: [], ...(boundObjectRef ? { boundObjectRef } : {}) },
    }),
    201,
  ).status.token;
  const as = (headers: Headers) => ({ authorization: `Bearer ${token}`, ...headers });
  return {
    becomes: async (headers: Headers) =>
      expectCode(await api.post(whoAmI, {}, as(headers)), 201).status.userInfo,
    refusal: async (headers: Headers, path?: string) =>
      expectFailure(
        await (path === undefined ? api.post(whoAmI, {}, as(headers)) : api.get(path, as(headers))),
        403,
        'Forbidden',
      ).message ?? '',
  };
}

const mayAct = (mode: string): Rule => ({
  apiGroups,
  resources: ['selfsubjectreviews'],
  verbs: [`impersonate-on:${mode}:create`],
});

describe('constrained impersonation', () => {
  it('of a user is for what the sender may do as that user, and for nothing else', async () => {
    const { becomes, refusal } = await sender('clerk', [
      { apiGroups, resources: ['users'], verbs: ['impersonate:user-info'], resourceNames: ['jane'] },
      mayAct('user-info'),
    ]);
    assert.deepEqual(await becomes({ 'impersonate-user': 'jane' }), {
      username: 'jane',
      groups: ['system:authenticated'],
    });
    assert.equal(
      await refusal({ 'impersonate-user': 'jane' }, `${core}/pods/x`),
      'pods "x" is forbidden: User "system:serviceaccount:default:clerk" cannot impersonate-on:user-info:get resource "pods" in API group "" in the namespace "default"',
    );
    assert.equal(
      await refusal({ 'impersonate-user': 'june' }),
      'users.authentication.k8s.io "june" is forbidden: User "system:serviceaccount:default:clerk" cannot impersonate:user-info resource "users" in API group "authentication.k8s.io" at the cluster scope',
    );
  });

  it('asks for each part of a user', async () => {
    const { becomes, refusal } = await sender('secretary', [
      { apiGroups, resources: ['users'], verbs: ['impersonate:user-info'] },
      { apiGroups, resources: ['groups'], verbs: ['impersonate:user-info'], resourceNames: ['team'] },
      { apiGroups, resources: ['userextras/acme.io/a'], verbs: ['impersonate:user-info'] },
      mayAct('user-info'),
    ]);
    const jane = { 'impersonate-user': 'jane' };
    const all = { ...jane, 'impersonate-group': 'team', 'impersonate-extra-acme.io%2fa': 'x' };
    assert.deepEqual(await becomes(all), {
      username: 'jane',
      groups: ['team', 'system:authenticated'],
      extra: { 'acme.io/a': ['x'] },
    });
    const cannot = 'cannot impersonate:user-info resource';
    const where = 'in API group "authentication.k8s.io" at the cluster scope';
    const refusals: [Headers, string][] = [
      [{ 'impersonate-uid': '7', 'impersonate-group': 'other' }, `${cannot} "uids" ${where}`],
      [{ 'impersonate-group': ['team', 'other'] }, `${cannot} "groups" ${where}`],
      [
        { 'impersonate-group': '' },
        `${cannot} "groups" ${where}: impersonating the empty string group is not allowed`,
      ],
      [
        { 'impersonate-group': 'system:masters' },
        `${cannot} "groups" ${where}: impersonating the system:masters group is not allowed`,
      ],
      [{ 'impersonate-extra-acme.io%2fb': 'x' }, `${cannot} "userextras/acme.io/b" ${where}`],
      [
        { 'impersonate-extra-acme.io%2fa': '' },
        `${cannot} "userextras" ${where}: impersonating the empty string value in extra is not allowed`,
      ],
      [
        { 'impersonate-extra-scopes': 'x' },
        `${cannot} "userextras" ${where}: impersonating an invalid key in extra is not allowed: extra.key: Invalid value: "scopes": must be a domain-prefixed path (such as "acme.io/foo")`,
      ],
    ];
    for (const [headers, end] of refusals) {
      const message = await refusal({ ...jane, ...headers });
      assert.ok(message.endsWith(end), message);
    }
  });

  it('of a service account goes by its name alone', async () => {
    const { becomes, refusal } = await sender('deputy', [
      { apiGroups, resources: ['serviceaccounts'], verbs: ['impersonate:serviceaccount'] },
      mayAct('serviceaccount'),
    ]);
    const robot = { 'impersonate-user': 'system:serviceaccount:default:robot' };
    assert.deepEqual((await becomes(robot)).groups, [
      'system:serviceaccounts',
      'system:serviceaccounts:default',
      'system:authenticated',
    ]);
    assert.equal(
      await refusal({ ...robot, 'impersonate-group': 'team' }),
      'serviceaccounts "robot" is forbidden: User "system:serviceaccount:default:deputy" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "default"',
    );
  });

  it('of a node makes one of its group', async () => {
    const { becomes, refusal } = await sender('warden', [
      {
        apiGroups,
        resources: ['nodes'],
        verbs: ['impersonate:arbitrary-node'],
        resourceNames: ['node-1'],
      },
      mayAct('arbitrary-node'),
    ]);
    assert.deepEqual(await becomes({ 'impersonate-user': 'system:node:node-1' }), {
      username: 'system:node:node-1',
      groups: ['system:nodes', 'system:authenticated'],
    });
    assert.match(
      await refusal({ 'impersonate-user': 'system:node:node-2' }),
      /^nodes\.authentication\.k8s\.io "node-2" is forbidden: .* cannot impersonate:arbitrary-node /,
    );
  });

  it('of the node that the pod of a service account is on needs no more than that', async () => {
    const containers = [{ name: 'main', image: 'agent' }];
    expectCode(await api.post('/api/v1/nodes', { metadata: { name: 'node-3' } }), 201);
    expectCode(
      await api.post(`${core}/pods`, {
        metadata: { name: 'agent' },
        spec: { serviceAccountName: 'agent', nodeName: 'node-3', containers },
      }),
      201,
    );
    const { becomes, refusal } = await sender(
      'agent',
      [
        { apiGroups, resources: ['nodes'], verbs: ['impersonate:associated-node'] },
        mayAct('associated-node'),
      ],
      { apiVersion: 'v1', kind: 'Pod', name: 'agent' },
    );
    assert.equal(
      (await becomes({ 'impersonate-user': 'system:node:node-3' })).username,
      'system:node:node-3',
    );
    assert.match(
      await refusal({ 'impersonate-user': 'system:node:node-4' }),
      /cannot impersonate-on:arbitrary-node:create/,
    );
  });
});

it('who may impersonate somebody without constraints is told about that right from then on', async () => {
  const { becomes, refusal } = await sender('director', [
    { apiGroups: [''], resources: ['users'], verbs: ['impersonate'], resourceNames: ['jane'] },
  ]);
  assert.match(await refusal({ 'impersonate-user': 'june' }), /cannot impersonate-on:user-info:create /);
  assert.equal((await becomes({ 'impersonate-user': 'jane' })).username, 'jane');
  assert.equal(
    await refusal({ 'impersonate-user': 'june' }),
    'users "june" is forbidden: User "system:serviceaccount:default:director" cannot impersonate resource "users" in API group "" at the cluster scope',
  );
});

it('a user name that only looks like that of a service account is a user', async () => {
  const answer = await api.post(whoAmI, {}, { 'impersonate-user': 'system:serviceaccount:UP:x' });
  assert.deepEqual(expectCode(answer, 201).status.userInfo.groups, ['system:authenticated']);
});

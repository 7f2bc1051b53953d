import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Agent, request as httpsRequest } from 'node:https';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { type Cluster, createCluster } from '../../src/testing/cluster.ts';
import { apiOver, expectCode, type Loose } from '../helpers/api.ts';

/** Every identity tries every verb on every resource in every scope, over TLS. */

const group = 'rbac.authorization.k8s.io';
const rbac = `/apis/${group}/v1`;

const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'] as const;
type Verb = (typeof verbs)[number];

/** Path prefix of a resource, and whether it is namespaced. */
const resources = {
  pods: ['/api/v1', true],
  secrets: ['/api/v1', true],
  deployments: ['/apis/apps/v1', true],
  nodes: ['/api/v1', false],
  clusterroles: [rbac, false],
} as const;
type Resource = keyof typeof resources;

/** A namespace, or '' for all of them and for what is in none. */
const scopes = ['a', 'b', ''] as const;
type Scope = (typeof scopes)[number];

interface Identity {
  readonly name: string;
  readonly groups?: readonly string[];
  /** What it may do: verbs, resources, scopes. */
  readonly may: readonly (readonly [verbs: string, resources: string, scopes: readonly Scope[]])[];
}

const read = 'get list watch';
const write = 'create update patch delete deletecollection';
const everywhere = scopes;

const identities: readonly Identity[] = [
  { name: 'root', groups: ['system:masters'], may: [['*', '*', everywhere]] },
  { name: 'jane', may: [['get list', 'pods', ['a']]] },
  { name: 'named', may: [['get delete', 'secrets', ['a']]] },
  // The role `edit` in one namespace.
  { name: 'bob', may: [[`${read} ${write}`, 'pods secrets deployments', ['a']]] },
  // The role `view` everywhere.
  { name: 'olga', groups: ['ops'], may: [[read, 'pods deployments', everywhere]] },
  { name: 'system:serviceaccount:a:runner', may: [['create', 'pods', ['b']]] },
  { name: 'system:serviceaccount:b:runner', may: [] },
  { name: 'system:anonymous', may: [] },
  {
    name: 'system:node:n1',
    groups: ['system:nodes'],
    may: [
      ['create delete', 'pods', everywhere],
      ['create update patch', 'nodes', everywhere],
      ['get', 'nodes', everywhere],
    ],
  },
];

const role = (name: string, namespace: string, rules: object[]) =>
  [`${rbac}/namespaces/${namespace}/roles`, { metadata: { name }, rules }] as const;

function binding(namespace: string, kind: string, name: string, subject: object) {
  const scope = namespace === '' ? 'clusterrolebindings' : `namespaces/${namespace}/rolebindings`;
  const roleRef = { apiGroup: group, kind, name };
  const metadata = { generateName: 'b-' };
  return [`${rbac}/${scope}`, { metadata, roleRef, subjects: [subject] }] as const;
}

const userOf = (name: string) => ({ kind: 'User', name, apiGroup: group });

const objects = [
  ['/api/v1/namespaces', { metadata: { name: 'a' } }],
  ['/api/v1/namespaces', { metadata: { name: 'b' } }],
  role('reader', 'a', [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }]),
  role('one', 'a', [
    { apiGroups: [''], resources: ['secrets'], resourceNames: ['x'], verbs: ['get', 'delete'] },
  ]),
  role('maker', 'b', [{ apiGroups: [''], resources: ['pods'], verbs: ['create'] }]),
  binding('a', 'Role', 'reader', userOf('jane')),
  binding('a', 'Role', 'one', userOf('named')),
  binding('a', 'ClusterRole', 'edit', userOf('bob')),
  binding('', 'ClusterRole', 'view', { kind: 'Group', name: 'ops', apiGroup: group }),
  binding('b', 'Role', 'maker', { kind: 'ServiceAccount', name: 'runner', namespace: 'a' }),
] as const;

const methods: Readonly<Record<Verb, string>> = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
};
const ofObject: ReadonlySet<string> = new Set(['get', 'update', 'patch', 'delete']);

/** The object `x`, or for nodes the node of the kubelet. Nothing is written. */
function pathOf(verb: Verb, resource: Resource, scope: Scope): string {
  const [prefix, namespaced] = resources[resource];
  const where = namespaced && scope !== '' ? `${prefix}/namespaces/${scope}` : prefix;
  const name = ofObject.has(verb) ? (resource === 'nodes' ? '/n1' : '/x') : '';
  const query = verb === 'watch' ? '?watch=1&timeoutSeconds=1&resourceVersion=1' : '?dryRun=All';
  return `${where}/${resource}${name}${query}`;
}

function isExpected({ may }: Identity, verb: Verb, resource: Resource, scope: Scope): boolean {
  const has = (list: string, word: string) => list === '*' || list.split(' ').includes(word);
  return may.some(([v, r, s]) => has(v, verb) && has(r, resource) && s.includes(scope));
}

/** What can be asked at all: objects of namespaced resources are somewhere. */
const cases = verbs.flatMap((verb) =>
  (Object.keys(resources) as Resource[]).flatMap((resource) =>
    scopes
      .filter((scope) =>
        resources[resource][1] ? scope !== '' || verb === 'list' || verb === 'watch' : scope === '',
      )
      .map((scope) => ({ verb, resource, scope })),
  ),
);

let cluster: Cluster;
let send: (identity: Identity, method: string, path: string) => Promise<number>;

before(async () => {
  cluster = await createCluster({ authorization: { modes: ['Node', 'RBAC'] } });
  const api = apiOver(cluster.fetch);
  for (const [path, object] of objects) expectCode(await api.post(path, object), 201);
  const { kubeconfigPath } = await cluster.listen();
  const config = parse(await readFile(kubeconfigPath, 'utf8')) as Loose;
  const [{ cluster: server }, { user }] = [config.clusters[0], config.users[0]];
  const pem = (data: string) => Buffer.from(data, 'base64');
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 8,
    ca: pem(server['certificate-authority-data']),
    cert: pem(user['client-certificate-data']),
    key: pem(user['client-key-data']),
  });
  after(() => agent.destroy());
  send = ({ name, groups = [] }, method, path) =>
    new Promise((resolve, reject) => {
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      // A body would have the options of a DELETE, whatever the query says.
      const body = method === 'GET' || method === 'DELETE' ? '' : '{}';
      const headers = {
        'content-type': type,
        'content-length': body.length,
        'impersonate-user': name,
        ...(groups.length > 0 ? { 'impersonate-group': [...groups] } : {}),
      };
      const outgoing = httpsRequest(new URL(path, server.server), { agent, method, headers }, (incoming) => {
        incoming.resume();
        incoming.on('error', () => {});
        resolve(incoming.statusCode ?? 0);
        // A watch has begun: it was allowed.
        if (path.includes('watch=1')) incoming.destroy();
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
});
after(() => cluster.close());

describe('who may do what', () => {
  for (const identity of identities) {
    it(`${identity.name}, in ${cases.length} cases`, async () => {
      const wrong: string[] = [];
      for (const { verb, resource, scope } of cases) {
        const code = await send(identity, methods[verb], pathOf(verb, resource, scope));
        assert.notEqual(code, 401);
        const allowed = code !== 403;
        if (allowed !== isExpected(identity, verb, resource, scope)) {
          wrong.push(`${verb} ${resource} in ${scope || 'all'}: ${code}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  }
});

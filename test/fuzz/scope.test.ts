import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Random, seededRandom } from '../../src/apimachinery/random.ts';
import type { UserInfo } from '../../src/apimachinery/user.ts';
import type { KvEvent } from '../../src/kv/types.ts';
import { once, pick } from './chance.ts';
import { isUpkeep } from './check.ts';
import { type BareCore, type Sent, startBareCore } from './core.ts';
import { firstRequests, type Known, someRequest } from './requests.ts';

/*
 * Requests at random, of somebody who may do everything in one namespace and nothing elsewhere: whatever they are, they change and show
 * nothing of what is elsewhere. `SEED=7` and `REQUESTS=100000` as in server.test.ts.
 */

const requests = Number(process.env['REQUESTS'] ?? 6_000);
const seeds = process.env['SEED'] ? [Number(process.env['SEED'])] : [1, 6];

const jane: UserInfo = { name: 'jane', uid: '', groups: ['system:authenticated'], extra: {} };
const canary = 'canary-7f3a9';
const home = 'default';

const json = { 'content-type': 'application/json' };
const post = (target: string, object: object): Sent => ({
  method: 'POST',
  target,
  headers: json,
  body: JSON.stringify(object),
});

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const rights: readonly Sent[] = [
  post(`${rbac}/namespaces/${home}/roles`, {
    metadata: { name: 'all' },
    rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
  }),
  post(`${rbac}/namespaces/${home}/rolebindings`, {
    metadata: { name: 'all' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'all' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' }],
  }),
];

/** Marks that show where somebody can read: in other namespaces, and on what is in none. */
const marks: readonly Sent[] = [
  ...['kube-system', 'fuzz'].flatMap((namespace) =>
    ['configmaps', 'secrets', 'serviceaccounts'].map((resource) =>
      post(`/api/v1/namespaces/${namespace}/${resource}`, {
        metadata: { name: 'sample', labels: { mark: canary } },
      }),
    ),
  ),
  post('/api/v1/namespaces', { metadata: { name: 'b', labels: { mark: canary } } }),
  post('/api/v1/nodes', { metadata: { name: 'b', labels: { mark: canary } } }),
  post(`${rbac}/clusterroles`, { metadata: { name: 'b', labels: { mark: canary } } }),
  post('/apis/storage.k8s.io/v1/storageclasses', {
    metadata: { name: 'b', labels: { mark: canary } },
    provisioner: 'example.com/p',
  }),
];

const roots = ['/api/v1', '/api/v1', '/apis/apps/v1', rbac, '/apis/storage.k8s.io/v1'];
const places = [
  '',
  `/namespaces/${home}`,
  `/namespaces/${home}`,
  `/watch/namespaces/${home}`,
  '/namespaces/fuzz',
];
const words = [
  ...['namespaces', 'namespaces', 'pods', 'secrets', 'configmaps', 'nodes', 'clusterroles', 'storageclasses'],
  ...['b', 'b', 'sample', home, 'kube-system', 'watch', 'proxy', 'status', 'finalize'],
  ...['..', '.', '', '%2e%2e', `${home}%2Fnamespaces`, '*', '%00'],
];
const mostWords = 4;

/** A path of words that mean something in other places. */
function confused(random: Random): string {
  const path = Array.from({ length: 1 + random.int(mostWords) }, () => pick(random, words));
  return `${pick(random, roots)}${pick(random, places)}/${path.join('/')}`;
}

function ask(random: Random, known: Known): Sent {
  const sent = { ...someRequest(random, known), user: jane };
  if (once(random, 2)) return sent;
  const [, query = ''] = sent.target.split(/\?(.*)/s);
  return { ...sent, target: `${confused(random)}?${query}` };
}

/** Requests after which somebody may have taken the rights away from themselves. */
const renewEvery = 20;

/** As the administrator; what is there already stays. */
async function prepare(core: BareCore, all: readonly Sent[]): Promise<void> {
  for (const request of all) {
    const { status, body } = await core.send(request);
    assert.ok(status < 300 || status === 409, `${request.target}: ${body.toString()}`);
  }
  core.changes();
}

/** What is at home, the namespace itself, and the addresses of services there. */
const mayChange = ({ key, type }: KvEvent): boolean =>
  key.includes(`/${home}/`) ||
  key.endsWith(`/namespaces/${home}`) ||
  key.includes('/ipaddresses/') ||
  isUpkeep(key, type);

describe('somebody with rights in one namespace', () => {
  for (const seed of seeds) {
    test(`neither changes nor sees anything of another (SEED=${seed})`, async () => {
      const random = seededRandom(seed);
      await using core = await startBareCore(seededRandom(seed + 1));
      await prepare(core, [...firstRequests, ...marks]);
      const known: Known = { revision: core.kv.revision(), tokens: [] };
      let succeeded = 0;
      for (let i = 0; i < requests; i++) {
        if (i % renewEvery === 0) await prepare(core, rights);
        const sent = ask(random, known);
        const { status, body } = await core.send(sent);
        const what = `SEED=${seed}, request ${i}: ${sent.method} ${sent.target} ${String(sent.body).slice(0, 2_000)}`;
        if (status < 300) succeeded++;
        for (const change of core.changes()) assert.ok(mayChange(change), `${change.key} by ${what}`);
        assert.ok(!body.includes(canary), `${body.toString().slice(0, 500)} by ${what}`);
        known.revision = core.kv.revision();
      }
      assert.ok(succeeded > requests / 50, `${succeeded} of ${requests} requests did something`);
    });
  }
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { defaultAdmission } from '../../src/admission/options.ts';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { type ApiServer, createApiServer } from '../../src/server.ts';
import { defaultSettings } from '../../src/server-options.ts';
import { createFetch } from '../../src/transport/in-process/fetch.ts';
import { memoryKv, replicaOn } from '../endpoints/kit.ts';
import { type Api, apiOver, expectCode, expectFailure, pod } from '../helpers/api.ts';

/** A store that another server has filled, served by one that lets nobody change anything. */
let strict: ApiServer;
let api: Api;
before(async () => {
  const kv = memoryKv();
  const open = await replicaOn(kv);
  expectCode(await open.api.post('/api/v1/namespaces/default/pods', pod('x')), 201);
  await open.close();
  const admission = { ...defaultAdmission, enablePlugins: ['AlwaysDeny'] };
  const tools = { kv, clock: virtualClock(), random: seededRandom(3), log: silentLog };
  strict = await createApiServer({ ...defaultSettings, ...tools, admission });
  api = apiOver(createFetch(strict.handle));
});
after(() => strict.close());

const x = '/api/v1/namespaces/default/pods/x';
const reviews = '/apis/authorization.k8s.io/v1';

describe('admission sees', () => {
  const denied: readonly (readonly [string, string, object | undefined, string])[] = [
    ['POST', `${reviews}/subjectaccessreviews`, {}, 'subjectaccessreviews.authorization.k8s.io "Unknown"'],
    [
      'POST',
      `${reviews}/selfsubjectrulesreviews`,
      { spec: { namespace: 'default' } },
      'selfsubjectrulesreviews.authorization.k8s.io "Unknown"',
    ],
    [
      'POST',
      '/apis/authentication.k8s.io/v1/tokenreviews',
      { spec: { token: 't' } },
      'tokenreviews.authentication.k8s.io "Unknown"',
    ],
    ['POST', `${x}/binding`, { metadata: { name: 'x' }, target: { name: 'n1' } }, 'pods "x"'],
    ['POST', '/api/v1/namespaces/default/bindings', { metadata: { name: 'x' } }, 'bindings "x"'],
    ['POST', `${x}/eviction`, { metadata: { name: 'x' } }, 'pods "x"'],
    ['POST', '/api/v1/namespaces/default/serviceaccounts/sa/token', {}, 'serviceaccounts "sa"'],
    ['GET', `${x}/exec`, undefined, 'pods "x"'],
    ['POST', `${x}/attach`, undefined, 'pods "x"'],
    ['GET', `${x}/portforward`, undefined, 'pods "x"'],
    ['DELETE', `${x}/proxy/path`, undefined, 'pods "x"'],
    ['GET', '/api/v1/namespaces/default/services/kubernetes/proxy/', undefined, 'services "kubernetes"'],
    ['GET', '/api/v1/nodes/n1/proxy/', undefined, 'nodes "n1"'],
    ['DELETE', x, undefined, 'pods "x"'],
  ];
  for (const [method, path, body, named] of denied) {
    it(`${method} ${path}`, async () => {
      const status = expectFailure(await api.request(method, path, { body }), 403, 'Forbidden');
      assert.equal(status.message, `${named} is forbidden: admission control is denying all modifications`);
    });
  }

  it('no reading, as that of a log', async () => {
    expectCode(await api.get(x), 200);
    expectCode(await api.get(`${x}/log`), 204);
  });

  it('nothing that cannot be meant: nobody connects in a dry run', async () => {
    const status = expectFailure(await api.get(`${x}/exec?dryRun=All`), 400, 'BadRequest');
    assert.equal(status.message, 'dryRun is not supported');
  });
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { createMemoryKv } from '../../src/kv/memory/index.ts';
import { StoreUnavailableError } from '../../src/kv/types.ts';
import { type Replica, replicaOn } from '../endpoints/kit.ts';
import { type Answer, configMap, expectCode, expectFailure, type Loose, pod } from '../helpers/api.ts';
import { type FaultyKv, faultyKv } from '../storage/faulty-kv.ts';

const openFaulty = () => faultyKv(createMemoryKv({ clock: virtualClock() }));

let faulty: FaultyKv;
let server: Replica;
before(async () => {
  faulty = openFaulty();
  server = await replicaOn(faulty.kv);
});
after(() => server.close());

const collection = '/api/v1/namespaces/default/configmaps';
const event = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'e' },
  involvedObject: { kind: 'Pod', namespace: 'default', name: 'x' },
  reason: 'Testing',
};
const service = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { type: 'NodePort', ports: [{ port: 80 }] },
});
const services = '/api/v1/namespaces/default/services';
const podPath = '/api/v1/namespaces/default/pods';

const failures: [string, Error, number, string][] = [
  ['is full', new StoreUnavailableError('database or disk is full', false), 503, 'ServiceUnavailable'],
  ['goes away in the middle', new StoreUnavailableError('the store has ended', true), 504, 'Timeout'],
  ['has a bug', new TypeError('x is not a function'), 500, 'InternalError'],
];

for (const [what, error, code, reason] of failures) {
  test(`R24 a store that ${what} makes a ${code}, and nothing is half done`, async () => {
    const { api } = server;
    await api.post(collection, configMap('x', { a: '1' }));
    await api.post(podPath, pod('x'));
    const writes: [string, () => Promise<Answer>, number][] = [
      ['create', () => api.post(collection, configMap('new')), 201],
      [
        'create with a generated name',
        () => api.post(collection, configMap('', {}, { generateName: 'g-' })),
        201,
      ],
      ['create of a service', () => api.post(services, service('new')), 201],
      ['create of an event', () => api.post('/api/v1/namespaces/default/events', event), 201],
      ['PUT', () => api.put(`${collection}/x`, configMap('x', { a: '2' })), 200],
      ['PATCH', () => api.patch(`${collection}/x`, 'merge', { data: { b: '2' } }), 200],
      [
        'PATCH of a status',
        () => api.patch(`${podPath}/x/status`, 'merge', { status: { message: 'm' } }),
        200,
      ],
      [
        'binding',
        () => api.post(`${podPath}/x/binding`, { metadata: { name: 'x' }, target: { name: 'node' } }),
        201,
      ],
      ['DELETE', () => api.delete(`${collection}/x`), 200],
      ['DELETE of a service', () => api.delete(`${services}/new`), 200],
      ['DELETE of a collection', () => api.delete(collection), 200],
    ];
    for (const [verb, write, success] of writes) {
      const revision = faulty.sound.revision();
      faulty.faults.beforeWrite = () => {
        throw error;
      };
      const answer = await write();
      const status = expectFailure(answer, code, reason);
      // Clients repeat by themselves what carries a time, so only what has not happened may.
      assert.equal(answer.headers.get('retry-after'), code === 503 ? '1' : null, verb);
      assert.equal(status.details?.retryAfterSeconds, code === 503 ? 1 : undefined, verb);
      assert.ok(status.message, verb);
      assert.equal(faulty.sound.revision(), revision, `${verb} wrote something`);
      faulty.faults.beforeWrite = undefined;
      expectCode(await write(), success);
    }
    await api.delete('/api/v1/namespaces/default/events/e');
    await api.delete(`${podPath}/x`, { gracePeriodSeconds: 0 });
    await server.api.delete(`${podPath}/x`, { gracePeriodSeconds: 0 });
  });
}

const addresses = async () =>
  (await server.api.get('/apis/networking.k8s.io/v1/ipaddresses')).json.items.map(
    ({ metadata }: Loose) => metadata.name,
  );
const ofServices = (key: string) => key.includes('/services/');

test('R24 a service that could not be written holds no address and no port', async () => {
  const { api } = server;
  const held = await addresses();
  faulty.faults.beforeWrite = (key) => {
    if (ofServices(key)) throw new StoreUnavailableError('busy', false);
  };
  const wanted = { ...service('s'), spec: { ...service('s').spec, ports: [{ port: 80, nodePort: 30_123 }] } };
  expectFailure(await api.post(services, wanted), 503, 'ServiceUnavailable');
  assert.deepEqual(await addresses(), held);
  faulty.faults.beforeWrite = undefined;
  expectCode(await api.post(services, wanted), 201);
  expectCode(await api.delete(`${services}/s`), 200);
  assert.deepEqual(await addresses(), held);
});

test('R24 a service of which nobody knows whether it was written keeps its address', async () => {
  const { api } = server;
  const held = await addresses();
  faulty.faults.afterWrite = (key) => {
    if (ofServices(key)) throw new StoreUnavailableError('the answer is lost', true);
  };
  expectFailure(await api.post(services, service('s')), 504, 'Timeout');
  faulty.faults.afterWrite = undefined;
  // It was written here; were its address given back, another service could get the same one.
  const { clusterIP } = expectCode(await api.get(`${services}/s`), 200).spec;
  assert.deepEqual(await addresses(), [...held, clusterIP].sort());
  expectCode(await api.delete(`${services}/s`), 200);
  assert.deepEqual(await addresses(), held);
});

test('R24 a store that has ended refuses what needs it, and ends watches', async () => {
  const gone = openFaulty();
  const { api, close } = await replicaOn(gone.kv);
  const watch = await api.watch(`${collection}?watch=1`);
  await api.post(collection, configMap('x'));
  await watch.take(1);
  await gone.kv.close();
  assert.equal(await watch.next(), undefined, 'the watch ends properly');
  for (const answer of [
    await api.get(collection),
    await api.get(`${collection}/x`),
    await api.post(collection, configMap('y')),
    await api.delete(`${collection}/x`),
  ]) {
    expectFailure(answer, 503, 'ServiceUnavailable');
  }
  const refused = await api.watch(`${collection}?watch=1`);
  const [told] = await refused.rest();
  assert.deepEqual([told!.type, told!.object.code], ['ERROR', 503]);
  assert.equal(expectCode(await api.get(`${collection}?resourceVersion=0`), 200).items.length, 1);
  assert.equal((await api.get('/livez')).status, 500);
  await close();
});

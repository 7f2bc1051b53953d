import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRequestInfo } from '../../src/endpoints/request-info.ts';
import { type EstimateSources, estimateWork } from '../../src/flowcontrol/estimate.ts';
import { newRetryAfter, noteRefusal } from '../../src/flowcontrol/retry-after.ts';
import { createWatchCount } from '../../src/flowcontrol/watch-count.ts';
import { expectCode } from '../helpers/api.ts';
import { bench, giveLevel, metric, settled } from './kit.ts';

const pods = '/api/v1/namespaces/default/pods';
const info = (method: string, target: string) => parseRequestInfo(method, target);

describe('what a request is expected to cost', () => {
  const sources = (objects: number, averageBytes: number, watches = 0): EstimateSources => ({
    countObjects: (_, resource) => (resource === 'pods' ? { objects, averageBytes } : undefined),
    interestedWatches: () => watches,
  });
  const seats = (target: string, from: EstimateSources, most = 10) =>
    estimateWork(from, info('GET', target), most).initialSeats;

  it('a list takes a seat for each 100 kB, up to ten, or to what its level allows', () => {
    assert.equal(seats(pods, sources(0, 0)), 1);
    assert.equal(seats(pods, sources(100, 1_000)), 1);
    assert.equal(seats(pods, sources(101, 1_000)), 2);
    assert.equal(seats(pods, sources(450, 1_000)), 5);
    assert.equal(seats(pods, sources(1e6, 1_000)), 10);
    assert.equal(seats(pods, sources(1e6, 1_000), 3), 3);
    assert.equal(seats(`${pods}?limit=200`, sources(1e6, 1_000)), 2);
  });

  it('a watch costs as much as a list when it begins with what there is, else one seat', () => {
    const many = sources(1_000, 1_000);
    assert.equal(seats(`${pods}?watch=1`, many), 10);
    assert.equal(seats(`${pods}?watch=1&resourceVersion=0`, many), 10);
    assert.equal(seats(`${pods}?watch=1&resourceVersion=7`, many), 1);
    assert.equal(seats(`${pods}?watch=1&resourceVersion=7&sendInitialEvents=true`, many), 10);
  });

  it('a single object, an unknown resource and a document cost one seat', () => {
    const many = sources(1_000, 1_000);
    for (const target of [`${pods}/one`, '/api/v1/widgets', '/version']) assert.equal(seats(target, many), 1);
  });

  it('a write keeps seats after its answer, for those who watch', () => {
    const write = (watches: number, most = 10) =>
      estimateWork(sources(0, 0, watches), info('POST', pods), most);
    assert.deepEqual(write(9), { initialSeats: 1, finalSeats: 0, additionalLatencyMs: 0 });
    assert.deepEqual(write(25), { initialSeats: 1, finalSeats: 3, additionalLatencyMs: 5 });
    assert.deepEqual(write(1_000), { initialSeats: 1, finalSeats: 10, additionalLatencyMs: 50 });
    assert.deepEqual(write(1_000, 2), { initialSeats: 1, finalSeats: 2, additionalLatencyMs: 250 });
    const token = info('POST', '/api/v1/namespaces/default/serviceaccounts/a/token');
    assert.equal(estimateWork(sources(0, 0, 1_000), token, 10).finalSeats, 0);
  });
});

describe('watches that a write concerns', () => {
  const watch = (target: string) => info('GET', `${target}${target.includes('?') ? '&' : '?'}watch=1`);

  it('are those of the resource, of the namespace and of the object', () => {
    const count = createWatchCount();
    const forget = [
      watch('/api/v1/pods'),
      watch(pods),
      watch('/api/v1/namespaces/other/pods'),
      watch(`${pods}/one`),
      watch('/api/v1/namespaces/default/services'),
    ].map((each) => count.register(each));
    assert.equal(count.interested(info('POST', pods)), 2);
    assert.equal(count.interested(info('PUT', `${pods}/one`)), 3);
    assert.equal(count.interested(info('PUT', `${pods}/two`)), 2);
    for (const each of forget) each();
    for (const each of forget) each();
    assert.equal(count.interested(info('PUT', `${pods}/one`)), 0);
  });

  it('are not those that follow the pods of one node', () => {
    const count = createWatchCount();
    count.register(watch('/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1'));
    assert.equal(count.interested(info('POST', pods)), 0);
    count.register(watch('/api/v1/pods?fieldSelector=spec.nodeName%3D'));
    count.register(watch('/api/v1/pods?fieldSelector=spec.nodeName%21%3Dnode-1'));
    count.register(watch('/api/v1/pods?fieldSelector=%3D%3D%3D'));
    assert.equal(count.interested(info('POST', pods)), 3);
  });
});

describe('how long the refused are told to stay away', () => {
  const refuse = (perSecond: readonly number[]): number[] => {
    const state = newRetryAfter();
    return perSecond.map((refusals, second) => {
      for (let i = 0; i < refusals; i++) noteRefusal(state, second * 1_000 + i);
      return state.seconds;
    });
  };

  it('is a second, and doubles while there are many, up to 32', () => {
    assert.deepEqual(refuse([9, 9, 9]), [1, 2, 2]);
    assert.equal(Math.max(...refuse(Array.from({ length: 200 }, () => 200))), 32);
  });

  it('gets shorter when there are few', () => {
    assert.deepEqual(refuse([9, 9, 9, 0, 0, 0, 0, 1, 1]).at(-1), 1);
  });
});

describe('over the wire', () => {
  it('a list of much takes more seats than there are free, and waits', async () => {
    const use = await bench();
    const big = { annotations: { fill: 'x'.repeat(100_000) } };
    for (let i = 0; i < 3; i++)
      expectCode(await use.api.post('/api/v1/namespaces', { metadata: { name: `big-${i}`, ...big } }), 201);
    await giveLevel(use.api, 'wide', 'will', {
      shares: 2,
      queuing: { queues: 1, handSize: 1, queueLengthLimit: 5 },
    });
    expectCode(await use.as('will').get('/api/v1/namespaces'), 200);
    const labels = 'priority_level="wide",flow_schema="wide"';
    // Five seats; fifteen percent of them, rounded up, is one.
    assert.equal(
      await metric(use.api, 'apiserver_flowcontrol_nominal_limit_seats{priority_level="wide"}'),
      5,
    );
    assert.equal(await metric(use.api, `apiserver_flowcontrol_work_estimated_seats_sum{${labels}}`), 1);
    expectCode(await use.as('plain').get('/api/v1/namespaces'), 200);
    const plain = 'priority_level="global-default",flow_schema="global-default"';
    const widest = await metric(use.api, `apiserver_flowcontrol_work_estimated_seats_sum{${plain}}`);
    assert.ok(widest! >= 4, `${widest} seats for 300 kB`);
    await use.cluster.close();
  });

  it('a write with many watchers keeps its seats for a while after its answer', async () => {
    const use = await bench();
    const readers = [];
    for (let i = 0; i < 20; i++) readers.push(await use.api.watch('/api/v1/configmaps?watch=1'));
    const seats = () =>
      metric(
        use.api,
        'apiserver_flowcontrol_current_executing_seats{priority_level="global-default",flow_schema="global-default"}',
      );
    const configMap = { metadata: { name: 'a' } };
    expectCode(await use.as('jane').post('/api/v1/namespaces/default/configmaps', configMap), 201);
    assert.equal(await seats(), 2);
    use.clock.advance(5);
    assert.equal(await seats(), 0);
    for (const reader of readers) await reader.close();
    await settled();
    await use.cluster.close();
  });

  it('a busy level borrows what others do not use, and gives it back when it is quiet', async () => {
    const use = await bench();
    const limit = () =>
      metric(use.api, 'apiserver_flowcontrol_current_limit_seats{priority_level="global-default"}');
    const before = await limit();
    const held = Array.from({ length: 150 }, (_, i) => use.hold(`user-${i}`));
    await settled();
    assert.ok((await metric(use.api, executing))! < 150);
    use.clock.advance(10_000);
    await settled();
    assert.equal(await metric(use.api, executing), 150);
    const busy = await limit();
    assert.ok(busy! > before! && busy! >= 150, `${before} seats before, ${busy} when busy`);
    for (const each of held) each.goOn();
    for (const each of held) assert.equal((await each.answer).status, 201);
    // An hour in which nobody asks: no timer runs, and the next request finds things as they should be.
    use.clock.advance(3_600_000);
    expectCode(await use.as('jane').get(pods), 200);
    const quiet = await limit();
    assert.ok(Math.abs(quiet! - before!) <= 1, `${before} seats before, ${quiet} when quiet again`);
    await use.cluster.close();
  });
});

const executing =
  'apiserver_flowcontrol_current_executing_requests{priority_level="global-default",flow_schema="global-default"}';

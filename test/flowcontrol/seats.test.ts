import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { type Answer, expectCode } from '../helpers/api.ts';
import { type Bench, bench, debug, giveLevel, type Held, metric, settled } from './kit.ts';

const pods = '/api/v1/namespaces/default/pods';
/** Of one share among those of the other levels. */
const seats = 3;

let use: Bench;
const held: Held[] = [];
before(async () => {
  use = await bench();
  await giveLevel(use.api, 'no-queue', 'rita');
  await giveLevel(use.api, 'one-queue', 'quinn', {
    queuing: { queues: 1, handSize: 1, queueLengthLimit: 2 },
  });
});
after(() => use.cluster.close());
afterEach(async () => {
  for (const each of held.splice(0)) each.leave();
  await settled();
});

const hold = (user: string): Held => {
  const each = use.hold(user);
  held.push(each);
  return each;
};

/** Takes all seats of a user's level. */
async function fill(user: string): Promise<Held[]> {
  const all = Array.from({ length: seats }, () => hold(user));
  await settled();
  return all;
}

function assertTooMany(answer: Answer, retryAfter = '1'): void {
  assert.equal(answer.status, 429);
  assert.equal(answer.text, 'Too many requests, please try again later.\n');
  assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.equal(answer.headers.get('retry-after'), retryAfter);
}

describe('a level that does not queue', () => {
  it('refuses whatever comes when its seats are taken, and nobody else', async () => {
    await fill('rita');
    const refused = await use.as('rita').get(pods);
    assertTooMany(refused);
    assert.ok(refused.headers.get('x-kubernetes-pf-flowschema-uid'));
    assert.ok(refused.headers.get('x-kubernetes-pf-prioritylevel-uid'));
    expectCode(await use.as('somebody').get(pods), 200);
    const labels = 'priority_level="no-queue",flow_schema="no-queue",reason="concurrency-limit"';
    assert.equal(await metric(use.api, `apiserver_flowcontrol_rejected_requests_total{${labels}}`), 1);
  });

  it('has its seat back when a request is done, and when its client went away', async () => {
    const [first, second] = await fill('rita');
    first!.goOn();
    expectCode((await first!.answer) as Answer, 201);
    expectCode(await use.as('rita').get(pods), 200);
    hold('rita');
    await settled();
    assertTooMany(await use.as('rita').get(pods));
    second!.leave();
    await settled();
    expectCode(await use.as('rita').get(pods), 200);
  });

  it('lets many watches be open, as these need a seat only to begin', async () => {
    const readers = [];
    for (let i = 0; i < seats * 3; i++) readers.push(await use.as('rita').watch(`${pods}?watch=1`));
    for (const reader of readers) await reader.close();
  });

  it('limits no request that lasts as long as its client wants', async () => {
    await fill('rita');
    const log = await use.as('rita').get(`${pods}/none/log`);
    assert.notEqual(log.status, 429);
  });
});

describe('a level that queues', () => {
  it('lets requests wait for a seat, and serves them when there is one', async () => {
    const [first] = await fill('quinn');
    let answered = false;
    const waiting = use.as('quinn').get(pods);
    void waiting.then(() => (answered = true));
    await settled();
    assert.equal(answered, false);
    first!.goOn();
    expectCode(await waiting, 200);
  });

  it('refuses what finds its queue full', async () => {
    const busy = await fill('quinn');
    const waiting = [use.as('quinn').get(pods), use.as('quinn').get(pods)];
    await settled();
    assertTooMany(await use.as('quinn').get(pods));
    const labels = 'priority_level="one-queue",flow_schema="one-queue"';
    assert.equal(await metric(use.api, `apiserver_flowcontrol_current_inqueue_requests{${labels}}`), 2);
    assert.equal(await metric(use.api, `apiserver_flowcontrol_current_executing_requests{${labels}}`), seats);
    assert.equal(
      await metric(use.api, `apiserver_flowcontrol_rejected_requests_total{${labels},reason="queue-full"}`),
      1,
    );
    for (const each of busy) each.goOn();
    for (const answer of await Promise.all(waiting)) expectCode(answer, 200);
  });

  it('refuses what has waited for a quarter of its time', async () => {
    await fill('quinn');
    const waiting = use.as('quinn').get(pods);
    const impatient = use.as('quinn').get(`${pods}?timeout=4s`);
    await settled();
    use.clock.advance(999);
    await settled();
    use.clock.advance(1);
    assertTooMany(await impatient);
    use.clock.advance(14_000);
    assertTooMany(await waiting);
    const labels = 'priority_level="one-queue",flow_schema="one-queue",reason="time-out"';
    assert.equal(await metric(use.api, `apiserver_flowcontrol_rejected_requests_total{${labels}}`), 2);
  });

  it('forgets who goes away while waiting', async () => {
    await fill('quinn');
    const waiting = hold('quinn');
    await settled();
    waiting.leave();
    await assert.rejects(waiting.answer, { name: 'AbortError' });
    await settled();
    const { text } = await use.api.get(`${debug}/dump_priority_levels`);
    const row = text.split('\n').find((line) => line.startsWith('one-queue'));
    const [, , , , waitingRequests, executing] = row!.split(/,\s+/);
    assert.deepEqual([waitingRequests, executing], ['0', String(seats)]);
    const labels = 'priority_level="one-queue",flow_schema="one-queue",reason="cancelled"';
    assert.equal(await metric(use.api, `apiserver_flowcontrol_rejected_requests_total{${labels}}`), 1);
  });

  it('serves those who wait although its object is deleted', async () => {
    await giveLevel(use.api, 'passing', 'paul', { queuing: { queues: 1, handSize: 1, queueLengthLimit: 2 } });
    const [first] = await fill('paul');
    const waiting = use.as('paul').get(pods);
    await settled();
    const group = '/apis/flowcontrol.apiserver.k8s.io/v1';
    expectCode(await use.api.delete(`${group}/flowschemas/passing`), 200);
    expectCode(await use.api.delete(`${group}/prioritylevelconfigurations/passing`), 200);
    expectCode(await use.as('paul').get(pods), 200);
    const levels = async () => (await use.api.get(`${debug}/dump_priority_levels`)).text;
    assert.match(await levels(), /^passing,.*, +true, +1, +3, /m);
    first!.goOn();
    expectCode(await waiting, 200);
    for (const each of held.splice(0)) each.leave();
    await settled();
    assert.doesNotMatch(await levels(), /^passing/m);
  });
});

describe('the debugging pages', () => {
  it('show who waits and who is worked on', async () => {
    await fill('quinn');
    const waiting = use.as('quinn').get(pods);
    await settled();
    const rows = async (page: string) =>
      (await use.api.get(`${debug}/${page}`)).text
        .split('\n')
        .filter((line) => line.startsWith('one-queue'))
        .map((line) => line.split(/,\s+/));
    const [queue] = await rows('dump_queues');
    assert.deepEqual(queue!.slice(0, 5), ['one-queue', '0', '1', String(seats), String(seats)]);
    assert.deepEqual(queue!.slice(6), ['1', '1', '0.00300000ss']);
    const requests = await rows('dump_requests?includeRequestDetails=1');
    assert.equal(requests.length, seats + 1);
    const [first] = requests;
    assert.deepEqual(first!.slice(0, 4), ['one-queue', 'one-queue', '0', '0']);
    assert.deepEqual(first!.slice(9, 13), ['0001-01-01T00:00:00Z', 'quinn', 'list', pods]);
    for (const each of held) each.goOn();
    expectCode(await waiting, 200);
  });

  it('are for those who may read them', async () => {
    const { status } = await use.api.get(`${debug}/dump_queues`, { 'impersonate-user': 'nobody' });
    assert.equal(status, 403);
  });

  it('are three', async () => {
    assert.equal((await use.api.get(`${debug}/dump_everything`)).status, 404);
  });
});

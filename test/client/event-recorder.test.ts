import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextTurn } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { createActivity } from '../../src/client/activity.ts';
import { createClient } from '../../src/client/client.ts';
import { createEventRecorder } from '../../src/client/event-recorder.ts';
import { fetchTransport } from '../../src/client/fetch-transport.ts';
import { configMaps } from '../../src/client/kinds.ts';
import { stage } from '../controllers/kit.ts';
import type { Loose } from '../helpers/api.ts';

const turn = () => new Promise<void>((resolve) => nextTurn(resolve));

/** A recorder against a server, and what it has written. Before each request as many turns go by as `delays` has next, then none. */
async function open({ name = 'thing', delays = [] as number[] } = {}) {
  const cluster = await stage([]);
  const activity = createActivity();
  const { fetch } = cluster.cluster;
  const late: typeof fetch = async (...request) => {
    for (let turns = delays.shift() ?? 0; turns > 0; turns--) await turn();
    return fetch(...request);
  };
  const client = createClient(fetchTransport(late), { activity });
  const { clock } = cluster;
  const { event } = createEventRecorder({ client, clock, log: silentLog, component: 'tester' });
  const object = {
    metadata: { namespace: 'default', name, uid: 'u', resourceVersion: '1', creationTimestamp: '' },
  };
  const tell = (reason: string, message: string, type: 'Normal' | 'Warning' = 'Normal') =>
    event(configMaps, object, type, reason, message);
  const written = async () => {
    for (let quiet = 0; quiet < 3; quiet = activity.busy ? 0 : quiet + 1) {
      await turn();
    }
    return (await cluster.list('/api/v1/namespaces/default/events')).filter(
      ({ source }: Loose) => source?.component === 'tester',
    );
  };
  return { clock, tell, written, [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose]() };
}

const told = (events: readonly Loose[]) => events.map(({ message, count }) => `${count} ${message}`).sort();

describe('a recorder of events', () => {
  it('counts what happens again', async () => {
    await using recorder = await open();
    for (let time = 0; time < 3; time++) recorder.tell('Again', 'same');
    assert.deepEqual(told(await recorder.written()), ['3 same']);
  });

  it('writes what is told of an object in that order, however long each takes', async () => {
    await using recorder = await open({ delays: [20, 10, 0] });
    for (const reason of ['Pulled', 'Created', 'Started']) recorder.tell(reason, 'once');
    recorder.tell('Pulled', 'once');
    const events = await recorder.written();
    const byVersion = events.toSorted(
      (a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion),
    );
    assert.deepEqual(
      byVersion.map(({ reason, count }) => `${count} ${reason}`),
      ['1 Created', '1 Started', '2 Pulled'],
    );
  });

  it('tells the tenth and later of similar events as one, for ten minutes', async () => {
    await using recorder = await open();
    for (let number = 1; number <= 12; number++) recorder.tell('Made', `made ${number}`);
    const events = await recorder.written();
    assert.deepEqual(
      told(events),
      [
        ...Array.from({ length: 9 }, (_, at) => `1 made ${at + 1}`),
        '3 (combined from similar events): made 12',
      ].sort(),
    );
    recorder.clock.advance(601_000);
    recorder.tell('Made', 'made 13');
    assert.ok(told(await recorder.written()).includes('1 made 13'));
  });

  it('tells no more than 25 events of a type about an object at once, and then one in five minutes', async () => {
    await using recorder = await open();
    for (let number = 1; number <= 30; number++) recorder.tell(`Reason${number}`, 'message');
    assert.equal((await recorder.written()).length, 25);
    recorder.tell('Other', 'of another type', 'Warning');
    assert.equal((await recorder.written()).length, 26);
    recorder.clock.advance(299_000);
    recorder.tell('Early', 'message');
    assert.equal((await recorder.written()).length, 26);
    recorder.clock.advance(2_000);
    recorder.tell('InTime', 'message');
    recorder.tell('TooSoon', 'message');
    const events = await recorder.written();
    assert.equal(events.length, 27);
    assert.ok(events.some(({ reason }) => reason === 'InTime'));
  });

  it('keeps counting what it does not write', async () => {
    await using recorder = await open();
    for (let time = 0; time < 40; time++) recorder.tell('Again', 'same');
    assert.deepEqual(told(await recorder.written()), ['25 same']);
    recorder.clock.advance(301_000);
    recorder.tell('Again', 'same');
    assert.deepEqual(told(await recorder.written()), ['41 same']);
  });

  it('tells of objects with the longest names', async () => {
    await using recorder = await open({
      name: `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`,
    });
    recorder.tell('Long', 'name');
    const [event] = await recorder.written();
    assert.equal(event?.reason, 'Long');
  });
});

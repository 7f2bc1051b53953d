import assert from 'node:assert/strict';
import { it } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { newLevel } from '../../src/flowcontrol/level.ts';
import { arrive, configure, finish } from '../../src/flowcontrol/queue-set.ts';
import { newTicket } from '../../src/flowcontrol/queue-state.ts';
import { createSeating } from '../../src/flowcontrol/seating.ts';
import { tallyFor } from '../../src/flowcontrol/tally.ts';
import type { FlowTicket } from '../../src/flowcontrol/ticket.ts';
import { createTurns } from '../../src/flowcontrol/turns.ts';
import { createWatchCount } from '../../src/flowcontrol/watch-count.ts';
import { settled } from './kit.ts';

it('nobody asks again and again for seats that are not free', async () => {
  const discipline = { queues: 1, handSize: 1, queueLengthLimit: 9 };
  const shares = { shares: 1, lendablePercent: 0, borrowingPercent: 0 };
  const level = newLevel({ name: 'level', uid: '', discipline, ...shares }, 0);
  const tally = tallyFor(new Map(), 'level', 'schema');
  const ticket = (): FlowTicket => {
    const work = { initialSeats: 2, finalSeats: 0, additionalLatencyMs: 0 };
    const call = { info: { verb: 'list' } } as FlowTicket['call'];
    return { ...newTicket(work, [0]), level, tally, call } as FlowTicket;
  };
  const turns = createTurns();
  turns.areShared('one', 0);
  turns.areShared('other', 0);
  const retire = () => {};
  const { settle } = createSeating({ clock: virtualClock(), turns, watches: createWatchCount(), retire });
  configure(level.set, discipline, 3, 0, []);
  level.set.paced = true;
  const [first, second] = [ticket(), ticket()];
  for (const each of [first, second]) {
    arrive(level.set, each, 0, []);
    settle(level, []);
  }
  await settled();
  assert.deepEqual([first.phase, second.phase], ['executing', 'waiting']);
  // The line is empty, though a seat is free.
  assert.equal(turns.claim(), true);
  await settled();
  finish(level.set, first, 0, []);
  settle(level, []);
  await settled();
  assert.equal(second.phase, 'executing');
});

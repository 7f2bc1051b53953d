import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { abandon, arrive, configure, dispatchOne, finish, release } from '../../src/flowcontrol/queue-set.ts';
import {
  newQueueSet,
  newTicket,
  type QueueSet,
  type Queuing,
  type Ticket,
} from '../../src/flowcontrol/queue-state.ts';
import { dealHand, hashFlow } from '../../src/flowcontrol/shuffle-sharding.ts';
import type { Rejection, WorkEstimate } from '../../src/flowcontrol/types.ts';

interface Named extends Ticket {
  readonly name: string;
}

const estimate = (seats: number, finalSeats = 0, additionalLatencyMs = 0): WorkEstimate => ({
  initialSeats: seats,
  finalSeats,
  additionalLatencyMs,
});

const queuing: Queuing = { queues: 64, handSize: 6, queueLengthLimit: 50 };

const ticketOf = (name: string, work: WorkEstimate = estimate(1), { queues, handSize } = queuing): Named => ({
  ...newTicket(work, dealHand(hashFlow('schema', name), queues, handSize)),
  name,
});

const count = (set: QueueSet<Named>, phase: Ticket['phase'], all: readonly Named[]) =>
  all.filter((ticket) => ticket.phase === phase && set).length;

/** What must hold between any two steps, whatever happens. */
function checkInvariants(set: QueueSet<Named>, all: readonly Named[]): void {
  const holding = all.filter(({ phase }) => phase === 'executing' || phase === 'lingering');
  const seats = holding.reduce((sum, ticket) => sum + ticket.seats, 0);
  assert.equal(set.seatsInUse, seats, 'seats in use are those of the requests that hold some');
  assert.equal(set.waiting, count(set, 'waiting', all));
  assert.equal(set.executing, count(set, 'executing', all));
  const queued = [...set.queues.values()];
  assert.equal(
    queued.reduce((sum, { waiting }) => sum + waiting.size, 0),
    set.waiting,
    'whoever waits is in one queue',
  );
  assert.equal(
    queued.filter(({ waiting, executing }) => waiting.size + executing.size > 0).length,
    set.activeQueues,
  );
  for (const { waiting, executing, seatsInUse, workWaiting } of queued) {
    assert.ok(waiting.size + executing.size + seatsInUse > 0, 'an empty queue is not kept');
    assert.ok(Math.abs([...waiting].reduce((sum, { work }) => sum + work, 0) - workWaiting) < 1e-6);
  }
}

interface Step {
  readonly set: QueueSet<Named>;
  readonly all: readonly Named[];
}

/** A random life of a level: requests of a few flows come, end, linger and give up, while limits change. */
function live(seed: number, steps: number, check: (step: Step) => void): Step {
  const random = seededRandom(seed);
  const set = newQueueSet<Named>(queuing, 10, 0);
  const all: Named[] = [];
  const started: Named[] = [];
  let nowMs = 0;
  const any = (phase: Ticket['phase']) => {
    const found = all.filter((ticket) => ticket.phase === phase);
    return found.length === 0 ? undefined : found[random.int(found.length)]!;
  };
  const actions = [
    () => {
      const seats = random.int(8) === 0 ? 1 + random.int(12) : 1;
      const lingers = random.int(4) === 0;
      const work = lingers ? estimate(1, 1 + random.int(4), 5) : estimate(seats);
      const ticket = ticketOf(`flow-${random.int(5)}`, work);
      if (arrive(set, ticket, nowMs, started) === undefined) all.push(ticket);
    },
    () => {
      const ticket = any('executing');
      if (ticket) finish(set, ticket, nowMs, started);
    },
    () => {
      const ticket = any('lingering');
      if (ticket) release(set, ticket, nowMs, started);
    },
    () => {
      const ticket = random.int(4) === 0 ? any('waiting') : undefined;
      if (ticket) abandon(set, ticket, nowMs, started);
    },
    () => {
      if (set.paced) dispatchOne(set, nowMs, started);
      if (random.int(30) > 0) return;
      set.paced = !set.paced;
      while (!set.paced && dispatchOne(set, nowMs, started));
    },
    () => {
      if (random.int(20) === 0) configure(set, queuing, 5 + random.int(10), nowMs, started);
    },
  ];
  for (let i = 0; i < steps; i++) {
    nowMs += random.int(3);
    actions[random.int(3) === 0 ? random.int(actions.length) : random.int(2)]!();
    for (const ticket of started.splice(0)) assert.equal(ticket.phase, 'executing');
    check({ set, all });
  }
  return { set, all };
}

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

describe('a queue set', () => {
  for (const seed of seeds) {
    it(`keeps its books (seed ${seed})`, () => {
      live(seed, 1_500, ({ set, all }) => checkInvariants(set, all));
    });

    it(`leaves no seat free that somebody could use (seed ${seed})`, () => {
      live(seed, 1_500, ({ set, all }) => {
        if (set.waiting === 0 || set.paced) return;
        const widest = Math.max(...all.filter(({ phase }) => phase === 'waiting').map(({ seats }) => seats));
        assert.ok(set.seatsInUse + widest > set.limit, 'everybody who waits would have fitted');
      });
    });

    it(`loses nobody (seed ${seed})`, () => {
      const { set, all } = live(seed, 1_500, () => {});
      const started: Named[] = [];
      let nowMs = 1e6;
      for (let open = all; open.length > 0; open = open.filter(({ phase }) => phase !== 'done')) {
        nowMs++;
        if (set.paced) dispatchOne(set, nowMs, started);
        const busy = open.filter(({ phase }) => phase === 'executing' || phase === 'lingering');
        assert.ok(busy.length > 0, `${open.length} wait, and nobody is worked on`);
        for (const ticket of busy) {
          if (ticket.phase === 'executing') finish(set, ticket, nowMs, started);
          else release(set, ticket, nowMs, started);
        }
      }
      assert.deepEqual([set.waiting, set.executing, set.seatsInUse, set.queues.size], [0, 0, 0, 0]);
    });
  }

  it('gives no more seats than there are, first ones of narrow requests aside', () => {
    const set = newQueueSet<Named>(queuing, 7, 0);
    const started: Named[] = [];
    for (let i = 0; i < 200; i++) arrive(set, ticketOf(`flow-${i % 9}`, estimate(1 + (i % 3))), 0, started);
    assert.ok(set.seatsInUse <= 14);
    for (const { executing, seatsInUse } of set.queues.values()) {
      if (executing.size === 1) continue;
      assert.ok(seatsInUse <= 7);
    }
    assert.ok(set.waiting > 0);
  });

  it('lets a narrow request in whose flow has no seat, while wide ones of another hold all', () => {
    const set = newQueueSet<Named>(queuing, 6, 0);
    const started: Named[] = [];
    for (let i = 0; i < 40; i++) arrive(set, ticketOf('wide', estimate(3)), 0, started);
    assert.equal(set.seatsInUse, 6);
    const [first, second, wide] = [ticketOf('calm'), ticketOf('calm'), ticketOf('other', estimate(2))];
    arrive(set, first, 0, started);
    assert.equal(first.phase, 'executing');
    arrive(set, wide, 0, started);
    assert.equal(wide.phase, 'waiting');
    for (let i = 0; i < 20; i++) arrive(set, ticketOf(`flow-${i}`), 0, started);
    assert.equal(set.seatsInUse, 12, 'twice the seats are the end of it');
    arrive(set, second, 0, started);
    assert.equal(second.phase, 'waiting');
  });

  it('lets a request that wants more seats than there are have them all', () => {
    const set = newQueueSet<Named>(queuing, 3, 0);
    const started: Named[] = [];
    const [first, wide] = [ticketOf('a'), ticketOf('b', estimate(10))];
    arrive(set, first, 0, started);
    arrive(set, wide, 0, started);
    assert.equal(wide.phase, 'waiting');
    finish(set, first, 1, started);
    assert.deepEqual(started, [wide]);
    assert.equal(wide.phase, 'executing');
  });

  it('holds everybody when it has no seats', () => {
    const set = newQueueSet<Named>(queuing, 0, 0);
    const started: Named[] = [];
    const ticket = ticketOf('a');
    assert.equal(arrive(set, ticket, 0, started), undefined);
    assert.equal(ticket.phase, 'waiting');
    configure(set, queuing, 1, 1, started);
    assert.deepEqual(started, [ticket]);
  });
});

describe('refusals', () => {
  const fill = (set: QueueSet<Named>, requests: number): (Rejection | undefined)[] =>
    Array.from({ length: requests }, () => arrive(set, ticketOf('one'), 0, []));

  it('queue-full: when all queues of the hand are', () => {
    const set = newQueueSet<Named>({ queues: 16, handSize: 4, queueLengthLimit: 3 }, 2, 0);
    const hand = dealHand(hashFlow('schema', 'one'), 16, 4);
    const answers = Array.from({ length: 20 }, () =>
      arrive(set, { ...newTicket(estimate(1), hand), name: 'one' }, 0, []),
    );
    // Two seats, the first ones of the two queues that have none, and the places to wait in.
    assert.equal(answers.filter((answer) => answer === undefined).length, 2 + 2 + 4 * 3);
    assert.deepEqual([...new Set(answers.slice(16))], ['queue-full']);
  });

  it('concurrency-limit: where nobody may wait', () => {
    const set = newQueueSet<Named>('reject', 2, 0);
    assert.deepEqual(fill(set, 3), [undefined, undefined, 'concurrency-limit']);
  });

  it('never where there is no limit', () => {
    const set = newQueueSet<Named>('exempt', 0, 0);
    assert.deepEqual([...new Set(fill(set, 5_000))], [undefined]);
    assert.equal(set.executing, 5_000);
  });
});

/** Runs a level whose requests each take `serviceMs(name)`, and tells in which order they were dispatched. */
function serve(
  set: QueueSet<Named>,
  waiting: readonly Named[],
  serviceMs: (name: string) => number,
): Named[] {
  const order: Named[] = [];
  const started: Named[] = [];
  for (const ticket of waiting) {
    arrive(set, ticket, 0, started);
    if (ticket.phase === 'executing' && !started.includes(ticket)) order.push(ticket);
  }
  order.push(...started.splice(0));
  for (;;) {
    const busy = order.filter(({ phase }) => phase === 'executing');
    if (busy.length === 0) return order;
    const due = (ticket: Named) => ticket.startedMs + serviceMs(ticket.name);
    const next = busy.reduce((a, b) => (due(b) < due(a) ? b : a));
    finish(set, next, due(next), started);
    order.push(...started.splice(0));
  }
}

describe('fairness', () => {
  const deep: Queuing = { ...queuing, queueLengthLimit: 10_000 };
  const many = (name: string, requests: number, work?: WorkEstimate): Named[] =>
    Array.from({ length: requests }, () => ticketOf(name, work));

  it('one request is not starved by a flow that sent a thousand before it', () => {
    const set = newQueueSet<Named>(deep, 4, 0);
    const order = serve(set, [...many('loud', 1_000), ticketOf('quiet')], () => 3);
    const place = order.findIndex(({ name }) => name === 'quiet');
    // The loud flow has all six queues of its hand; each has one turn at most before it.
    assert.ok(place <= 4 + 6, `dispatched as number ${place + 1}`);
  });

  it('a newcomer is next, however long the requests of others take and however many seats they want', () => {
    const set = newQueueSet<Named>(deep, 60, 0);
    const started: Named[] = [];
    for (const ticket of many('wide', 400, estimate(8))) arrive(set, ticket, 0, started);
    // Lists of 400 ms each: four seats stay free, as the next of them wants eight.
    let nowMs = 0;
    for (let i = 0; i < 200; i++) {
      nowMs += 57;
      const [longest] = [...set.queues.values()]
        .flatMap(({ executing }) => [...executing])
        .sort((a, b) => a.startedMs - b.startedMs);
      finish(set, longest!, nowMs, started);
      const newcomer = ticketOf(`quiet-${i}`);
      arrive(set, newcomer, nowMs + 20, started);
      assert.equal(newcomer.phase, 'executing', `after ${i} lists`);
      finish(set, newcomer, nowMs + 21, started);
    }
  });

  it('two busy flows have equal time, though the requests of one take four times as long', () => {
    const flat: Queuing = { queues: 64, handSize: 1, queueLengthLimit: 10_000 };
    const set = newQueueSet<Named>(flat, 4, 0);
    const one = (name: string): Named => ticketOf(name, estimate(1), flat);
    const waiting = Array.from({ length: 2_000 }, (_, i) => one(i % 2 === 0 ? 'slow' : 'fast'));
    const serviceMs = (name: string) => (name === 'slow' ? 12 : 3);
    const order = serve(set, waiting, serviceMs).slice(0, 1_000);
    const time = (name: string) => order.filter((ticket) => ticket.name === name).length * serviceMs(name);
    const ratio = time('slow') / time('fast');
    assert.ok(ratio > 0.9 && ratio < 1.1, `slow had ${ratio} of the time of fast`);
  });

  it('wide requests have no more seats than narrow ones', () => {
    const flat: Queuing = { queues: 64, handSize: 1, queueLengthLimit: 10_000 };
    const set = newQueueSet<Named>(flat, 10, 0);
    const waiting = Array.from({ length: 2_000 }, (_, i) =>
      i % 2 === 0 ? ticketOf('wide', estimate(5), flat) : ticketOf('narrow', estimate(1), flat),
    );
    const order = serve(set, waiting, () => 3).slice(0, 900);
    const seats = (name: string) =>
      order.filter((ticket) => ticket.name === name).reduce((sum, ticket) => sum + ticket.seats, 0);
    const ratio = seats('wide') / seats('narrow');
    assert.ok(ratio > 0.85 && ratio < 1.15, `wide had ${ratio} of the seats of narrow`);
  });
});

describe('shuffle sharding', () => {
  it('deals different queues, the same every time', () => {
    for (let i = 0; i < 500; i++) {
      const hash = hashFlow('schema', `user-${i}`);
      const hand = dealHand(hash, 128, 6);
      assert.equal(new Set(hand).size, 6);
      assert.ok(hand.every((queue) => queue >= 0 && queue < 128));
      assert.deepEqual(hand, dealHand(hash, 128, 6));
    }
  });

  it('deals all hands in the order of the hash', () => {
    const hands = Array.from({ length: 6 }, (_, hash) => dealHand(BigInt(hash), 3, 2).join(''));
    assert.deepEqual(hands, ['01', '10', '20', '02', '12', '21']);
  });

  it('takes the first bits of the SHA-256 of schema and flow', () => {
    // Of a single zero byte: 6e340b9cffb37a98…
    assert.equal(hashFlow('', ''), 0x987ab3ff9c0b346en);
  });

  it('spreads flows evenly', () => {
    const hits = new Array<number>(64).fill(0);
    for (let i = 0; i < 4_000; i++)
      for (const queue of dealHand(hashFlow('schema', `user-${i}`), 64, 6)) hits[queue]!++;
    const expected = (4_000 * 6) / 64;
    assert.ok(
      hits.every((hit) => hit > expected * 0.75 && hit < expected * 1.25),
      hits.join(' '),
    );
  });
});

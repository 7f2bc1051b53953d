import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { createActivity } from '../../src/client/activity.ts';
import { createWorkQueue, type WorkQueueOptions } from '../../src/client/work-queue.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function open(options: Partial<WorkQueueOptions> = {}) {
  const clock = virtualClock();
  const activity = createActivity();
  const begun: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const queue = createWorkQueue({
    clock,
    activity,
    workers: 2,
    work(key) {
      begun.push(key);
      return new Promise((resolve, reject) => ends.set(key, { resolve, reject }));
    },
    onFailure: () => false,
    ...options,
  });
  const end = async (key: string) => {
    ends.get(key)!.resolve();
    await turn();
  };
  const fail = async (key: string) => {
    ends.get(key)!.reject(new Error('no'));
    await turn();
  };
  return { clock, activity, begun, queue, end, fail };
}

describe('a work queue', () => {
  it('works on nothing before it is started, and then in order, some at a time', async () => {
    const { queue, begun, end } = open();
    for (const key of ['a', 'b', 'c']) queue.add(key);
    assert.deepEqual(begun, []);
    queue.start();
    assert.deepEqual(begun, ['a', 'b']);
    await end('a');
    assert.deepEqual(begun, ['a', 'b', 'c']);
  });

  it('lets the event loop turn when work that waits for nothing has taken long', async () => {
    let nowMs = 0;
    const worked: string[] = [];
    const { queue, activity } = open({
      clock: { ...virtualClock(), monotonicMs: () => nowMs },
      async work(key) {
        nowMs += 5;
        worked.push(key);
      },
    });
    queue.start();
    for (let i = 0; i < 6; i++) queue.add(String(i));
    for (let i = 0; i < 100; i++) await undefined;
    assert.deepEqual(worked, ['0', '1']);
    assert.ok(activity.busy);
    while (activity.busy) await turn();
    assert.deepEqual(worked, ['0', '1', '2', '3', '4', '5']);
  });

  it('never works on a key twice at the same time, and again when it was added meanwhile', async () => {
    const { queue, begun, end } = open();
    queue.start();
    queue.add('a');
    queue.add('a');
    queue.add('a');
    assert.deepEqual(begun, ['a']);
    await end('a');
    assert.deepEqual(begun, ['a', 'a']);
    await end('a');
    assert.deepEqual(begun, ['a', 'a']);
  });

  it('brings back what failed, later each time, and forgets that once it went well', async () => {
    const { queue, begun, clock, end, fail } = open();
    queue.start();
    queue.add('a');
    await fail('a');
    clock.advance(4);
    assert.equal(begun.length, 1);
    clock.advance(1);
    assert.equal(begun.length, 2);
    await fail('a');
    clock.advance(9);
    assert.equal(begun.length, 2);
    clock.advance(1);
    await end('a');
    queue.add('a');
    await fail('a');
    clock.advance(5);
    assert.equal(begun.length, 5);
  });

  it('keeps the earliest of several times to look again', async () => {
    const { queue, begun, clock } = open();
    queue.start();
    queue.addAfter('a', 100);
    queue.addAfter('a', 50);
    queue.addAfter('a', 70);
    clock.advance(50);
    assert.deepEqual(begun, ['a']);
    clock.advance(1_000);
    assert.deepEqual(begun, ['a']);
  });

  it('is busy while a key waits or is worked on, and not while one is put off', async () => {
    const { queue, activity, end } = open();
    queue.addAfter('later', 100);
    assert.equal(activity.busy, false);
    queue.start();
    queue.add('a');
    assert.equal(activity.busy, true);
    await end('a');
    assert.equal(activity.busy, false);
  });

  it('is not busy before it is started, which may never happen', async () => {
    const { queue, activity, end } = open();
    queue.add('a');
    assert.equal(activity.busy, false);
    queue.start();
    assert.equal(activity.busy, true);
    await end('a');
    assert.equal(activity.busy, false);
  });

  it('takes nothing up when it is started after its end', async () => {
    const { queue, begun, activity } = open();
    queue.add('a');
    await queue.stop();
    queue.start();
    assert.deepEqual(begun, []);
    assert.equal(activity.busy, false);
  });

  it('looks in time although the wall clock is set meanwhile', () => {
    const time = virtualClock();
    let aheadMs = 0;
    const clock = { ...time, now: () => time.now() + aheadMs };
    const { queue, begun } = open({ clock });
    queue.start();
    queue.addAfter('a', 3_600_000);
    aheadMs = 2 * 3_600_000;
    queue.addAfter('a', 1_000);
    time.advance(1_000);
    assert.deepEqual(begun, ['a']);
  });

  it('stops when what is being worked on is done', async () => {
    const { queue, begun, activity, end } = open({ workers: 1 });
    queue.start();
    queue.add('a');
    queue.add('b');
    let stopped = false;
    const stopping = queue.stop().then(() => (stopped = true));
    await turn();
    assert.equal(stopped, false);
    await end('a');
    await stopping;
    queue.add('c');
    assert.deepEqual(begun, ['a']);
    assert.equal(activity.busy, false);
  });
});

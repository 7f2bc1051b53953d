import assert from 'node:assert/strict';
import { test } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import type { Log } from '../../src/apimachinery/log.ts';
import type { Kv } from '../../src/kv/types.ts';
import { compactPeriodically } from '../../src/storage/compaction.ts';
import { historyMarksKey } from '../../src/storage/history-marks.ts';
import { memoryKv, openStorage, podKey } from './kit.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

function recordingLog() {
  const warnings: string[] = [];
  const log = { info() {}, error() {}, debug() {}, warn: (text: string) => warnings.push(text) };
  return { log: log as unknown as Log, warnings };
}

const everySecond = { window: { kind: 'time', ms: 1_000 }, intervalMs: 1_000 } as const;

test('S27 history is dropped period by period', async () => {
  const { kv, put } = await openStorage();
  const clock = virtualClock();
  const { log, warnings } = recordingLog();
  const compaction = compactPeriodically(kv, clock, everySecond, log);
  const floors: number[] = [];
  for (let v = 0; v < 4; v++) {
    await put(podKey('x'), { v });
    clock.advance(1_000);
    await turn();
    floors.push(kv.compactRevision());
  }
  assert.deepEqual(floors, [1, 2, 3, 4]);
  compaction.stop();
  assert.equal(clock.nextTimerAt(), undefined);
  assert.deepEqual(warnings, []);
});

test('S27 a compaction that fails is tried again, a stopped one stays stopped', async () => {
  const clock = virtualClock();
  const { log, warnings } = recordingLog();
  const sound = memoryKv();
  let finish: (() => void) | undefined;
  let broken = true;
  const kv: Kv = {
    ...sound,
    async compact(revision) {
      if (broken) throw new Error('busy');
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      await sound.compact(revision);
    },
  };
  const { put } = await openStorage(kv);
  const compaction = compactPeriodically(kv, clock, everySecond, log);
  for (let v = 0; v < 2; v++) {
    await put(podKey('x'), { v });
    clock.advance(1_000);
    await turn();
  }
  assert.equal(warnings.length, 1);
  broken = false;
  clock.advance(1_000);
  await turn();
  compaction.stop();
  finish!();
  await turn();
  assert.equal(kv.compactRevision(), 3);
  assert.equal(clock.nextTimerAt(), undefined);
  assert.equal(compactPeriodically(kv, clock, { ...everySecond, intervalMs: 0 }, log).stop(), undefined);
  assert.equal(clock.nextTimerAt(), undefined);
});

test('S27 a window that is longer than the interval is kept whole', async () => {
  const { kv, put } = await openStorage();
  const clock = virtualClock();
  const { log } = recordingLog();
  const plan = { window: { kind: 'time', ms: 3_000 }, intervalMs: 1_000 } as const;
  const compaction = compactPeriodically(kv, clock, plan, log);
  const floors: number[] = [];
  for (let v = 0; v < 6; v++) {
    await put(podKey('x'), { v });
    clock.advance(1_000);
    await turn();
    floors.push(kv.compactRevision());
  }
  // Written at 0 s, 1 s, …; after 4 s the write of 1 s, revision 3, is the oldest within the last 3 s.
  assert.deepEqual(floors, [1, 1, 1, 2, 3, 4]);
  compaction.stop();
});

test('S27 a window of revisions keeps so many, whatever the time', async () => {
  const { kv, put } = await openStorage();
  const clock = virtualClock();
  const { log } = recordingLog();
  const plan = { window: { kind: 'revisions', count: 5 }, intervalMs: 1_000 } as const;
  const compaction = compactPeriodically(kv, clock, plan, log);
  for (let v = 0; v < 20; v++) await put(podKey('x'), { v });
  clock.advance(1_000);
  await turn();
  assert.equal(kv.revision(), 21);
  assert.equal(kv.compactRevision(), 16);
  clock.advance(60_000);
  await turn();
  assert.equal(kv.compactRevision(), 16);
  compaction.stop();
});

test('S27 a window of time counts on when servers live shorter than it is long', async () => {
  const { kv, put } = await openStorage();
  const clock = virtualClock();
  const { log, warnings } = recordingLog();
  const minute = 60_000;
  const plan = {
    window: { kind: 'time', ms: 60 * minute },
    intervalMs: 5 * minute,
    outlivesServer: true,
  } as const;
  const writtenAt: { readonly atMs: number; readonly revision: number }[] = [];
  const live = async (minutes: number) => {
    const compaction = compactPeriodically(kv, clock, plan, log);
    for (let passed = 0; passed < minutes; passed++) {
      const { modRevision: revision } = await put(podKey('x'), { v: clock.now() });
      writtenAt.push({ atMs: clock.now(), revision });
      clock.advance(minute);
      for (let turns = 0; turns < 5; turns++) await turn();
    }
    compaction.stop();
  };
  // A day of servers that live for twenty minutes each.
  for (let servers = 0; servers < 72; servers++) await live(20);
  const dropped = writtenAt.filter(({ revision }) => revision < kv.compactRevision()).at(-1)!;
  const keptMs = clock.now() - dropped.atMs;
  assert.ok(keptMs >= 60 * minute, `only ${keptMs / minute} minutes are kept`);
  assert.ok(keptMs <= 90 * minute, `${keptMs / minute} minutes are kept`);
  const { kv: marks } = await kv.get(historyMarksKey);
  assert.ok(marks!.value.byteLength < 1_000);
  assert.deepEqual(warnings, []);
  assert.equal(clock.nextTimerAt(), undefined);
});

test('S27 marks from the future, or of revisions that are not there, drop nothing', async () => {
  const { kv, put } = await openStorage();
  const clock = virtualClock();
  const marks = [
    [clock.now() - 7_200_000, 999],
    [clock.now() + 3_600_000, 2],
  ];
  await kv.putIf(
    historyMarksKey,
    Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'HistoryMarks', metadata: {}, marks })),
    0,
  );
  const plan = { window: { kind: 'time', ms: 3_600_000 }, intervalMs: 1_000, outlivesServer: true } as const;
  const compaction = compactPeriodically(kv, clock, plan, recordingLog().log);
  await turn();
  for (let v = 0; v < 50; v++) {
    await put(podKey('x'), { v });
    clock.advance(60_000);
    for (let turns = 0; turns < 5; turns++) await turn();
  }
  assert.equal(kv.compactRevision(), 1);
  compaction.stop();
});

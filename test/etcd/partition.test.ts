import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delay, realClock } from '../../src/apimachinery/clock.ts';
import { recorder } from '../kv/rules/kit.ts';
import { startPartitionable } from './partitionable.ts';
import { openKv } from './start-etcd.ts';
import { checkTraffic, traffic, tries } from './traffic.ts';

test('a leader cut off from the others: what it could not agree on is not told as done, and all goes on with the new one', async (t) => {
  const { members, leader, isolate, join, remove } = await startPartitionable();
  t.after(remove);
  const alone = members.indexOf(await leader());
  // The one that will be cut off is the one that is used.
  const order = [members[alone]!, ...members.filter((_, at) => at !== alone)];
  const kv = await openKv(order[0]!, {
    endpoints: order.map(({ endpoint }) => endpoint),
    callTimeoutMs: 2_000,
  });
  const sink = recorder();
  kv.watch(1, sink);
  const { outcomes, stop } = traffic(kv);
  await delay(realClock, 300);

  isolate(alone);
  const others = members.filter((_, at) => at !== alone);
  while (!others.includes(await leader(others).catch(() => members[alone]!))) await delay(realClock, 50);
  const writtenSince = () => [...outcomes.values()].filter((outcome) => outcome === 'done').length;
  const before = writtenSince();
  // It is found out that the others go on without it.
  while (writtenSince() < before + 20) await delay(realClock, 50);
  join();
  await delay(realClock, 300);
  await stop();
  await tries(() => kv.currentRevision());
  assert.ok([...outcomes.values()].some((outcome) => outcome !== 'done'));
  await checkTraffic(kv, outcomes, sink);
  await kv.close();
});

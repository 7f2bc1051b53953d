import assert from 'node:assert/strict';
import { it } from 'node:test';
import { virtualClock } from '../../../src/apimachinery/clock.ts';
import {
  createContainerLog,
  maxLogBytes,
  maxLogLineBytes,
} from '../../../src/controllers/nodes/container-log.ts';
import { readLog } from '../../../src/controllers/nodes/read-log.ts';

const clock = virtualClock();
const signal = new AbortController().signal;

async function textOf(log: ReturnType<typeof createContainerLog>, tailLines?: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  const wanted = {
    follow: false,
    timestamps: false,
    signal,
    ...(tailLines === undefined ? {} : { tailLines }),
  };
  for await (const chunk of readLog(log, wanted, clock)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it('the oldest lines are forgotten when they are too many', async () => {
  const log = createContainerLog();
  const line = `${'x'.repeat(1_023)}\n`;
  for (let n = 0; n < maxLogBytes / 1_024 + 10; n++) log.write(clock.now(), 'stdout', line);
  assert.equal((await textOf(log)).length, maxLogBytes);
  assert.equal(log.forgotten, 10);
});

it('a line without an end is never more than the limit', async () => {
  const log = createContainerLog();
  log.write(clock.now(), 'stdout', 'y'.repeat(3 * maxLogBytes));
  assert.ok((await textOf(log)).length <= maxLogBytes);
  assert.ok(log.entries.every(({ text }) => text.length <= maxLogLineBytes));
});

it('a line that was written in pieces is one line', async () => {
  const log = createContainerLog();
  for (const piece of ['a\nb', 'c', 'd\n', 'e']) log.write(clock.now(), 'stdout', piece);
  assert.equal(await textOf(log, 2), 'bcd\ne');
  assert.equal(await textOf(log, 1), 'e');
});

it('nothing is written after the end', async () => {
  const log = createContainerLog();
  log.write(clock.now(), 'stdout', 'before\n');
  log.close(clock.now());
  log.write(clock.now(), 'stdout', 'after\n');
  assert.equal(await textOf(log), 'before\n');
});

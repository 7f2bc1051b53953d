/*
 * `npm run proof -- --store=sqlite --seed=7 --minutes=10`: one history after the other, each with the next seed, until the time is over or
 * a promise was not kept. `--rounds` says how often each fault happens in one history, `--bug` puts one of `bugs.ts` into the store.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { realClock } from '../../src/apimachinery/clock.ts';
import { findProgram, realClientSuites } from '../../tools/tests/programs.ts';
import { bugNames } from './bugs.ts';
import { report } from './excerpt.ts';
import type { StoreName } from './rig.ts';
import { runProof } from './run.ts';

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'memory' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '0' },
    rounds: { type: 'string', default: '4' },
    calls: { type: 'string', default: '2000' },
    bug: { type: 'string' },
  },
});

const stores: readonly string[] = ['memory', 'sqlite', 'etcd'] satisfies StoreName[];
if (!stores.includes(values.store)) fail(`--store is one of ${stores.join(', ')}`);
if (values.bug !== undefined && !(bugNames as readonly string[]).includes(values.bug))
  fail(`--bug is one of ${bugNames.map((name) => `"${name}"`).join(', ')}`);
const etcd = realClientSuites.find(({ program }) => program === 'etcd')!;
const problem = values.store === 'etcd' ? findProgram(etcd) : undefined;
if (problem !== undefined) fail(`${problem}. ${etcd.howToGet}`);
const number = (name: 'seed' | 'minutes' | 'rounds' | 'calls'): number => {
  const value = Number(values[name]);
  return Number.isFinite(value) && value >= 0 ? value : fail(`--${name} is a number`);
};

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}

const clock = realClock;
const endAtMs = clock.monotonicMs() + number('minutes') * 60_000;
const secondsLeft = () => Math.max(0, Math.round((endAtMs - clock.monotonicMs()) / 1_000));

for (let seed = number('seed'); ; seed++) {
  const { history, violations, done } = await runProof({
    store: values.store as StoreName,
    seed,
    rounds: number('rounds'),
    least: { read: number('calls') / 3, written: number('calls') / 4 },
    clock,
    bug: values.bug,
    onProgress({ calls, events, faults, allFaults }) {
      const text = `seed ${seed}: fault ${faults} of ${allFaults}, ${calls} calls, ${events} events; ${secondsLeft()} s left`;
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  console.log(
    `seed ${seed}: ${Object.entries(done)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')}`,
  );
  if (violations.length > 0) {
    console.log(report(history, violations));
    const again = `npm run proof -- --store=${values.store} --seed=${seed} --rounds=${values.rounds} --calls=${values.calls}`;
    console.log(
      `\nagain, as far as chance allows: ${again}${values.bug === undefined ? '' : ` --bug='${values.bug}'`}`,
    );
    process.exit(1);
  }
  if (secondsLeft() === 0) break;
}

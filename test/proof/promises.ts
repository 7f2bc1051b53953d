import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realClock } from '../../src/apimachinery/clock.ts';
import { report } from './excerpt.ts';
import type { StoreName } from './rig.ts';
import { type Done, isEnough, runProof } from './run.ts';
import { seedsOf } from './seeds.ts';

/** Less than this is no history to speak of. */
const leastDone: Done = {
  written: 100,
  read: 100,
  refused: 20,
  unknown: 1,
  events: 150,
  bookmarks: 3,
  resumed: 3,
  pages: 5,
};

/** A test for each seed of the store; `SEED=7` runs that one alone. */
export function promisesHold(store: StoreName): void {
  const seeds = process.env['SEED'] ? [Number(process.env['SEED'])] : seedsOf(store);
  for (const seed of seeds)
    test(`every promise is kept on ${store} while things go wrong (SEED=${seed})`, async () => {
      const { history, violations, done } = await runProof({
        store,
        seed,
        rounds: 2,
        least: leastDone,
        clock: realClock,
      });
      assert.equal(violations.length, 0, `SEED=${seed}: ${report(history, violations)}`);
      assert.ok(isEnough(done, leastDone), `SEED=${seed}: only ${JSON.stringify(done)}`);
    });
}

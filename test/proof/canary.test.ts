import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { realClock } from '../../src/apimachinery/clock.ts';
import { type BugName, bugNames } from './bugs.ts';
import type { Guarantee } from './check/violation.ts';
import { report } from './excerpt.ts';
import { runProof } from './run.ts';

/** By which guarantees each bug has to be found: one of them is broken, whatever the clients happen to see. */
const foundBy: Readonly<Record<BugName, readonly Guarantee[]>> = {
  'stale read': ['linearizable'],
  'lost event': ['reliable', 'resumable', 'linearizable'],
  'event told twice': ['unique'],
  'events out of order': ['ordered'],
  'progress ahead of events': ['snapshot', 'linearizable'],
  'write answered and lost': ['linearizable'],
  'compare ignored': ['compare'],
  'write done twice': ['at most once'],
};

describe('the checker finds a server whose store', () => {
  for (const bug of bugNames)
    test(`does wrong: ${bug}`, async () => {
      const { history, violations } = await runProof({
        store: 'memory',
        seed: 1,
        rounds: 1,
        least: { written: 150, read: 120 },
        clock: realClock,
        settleMs: 500,
        bug,
      });
      const found = new Set(violations.map(({ guarantee }) => guarantee));
      assert.ok(
        foundBy[bug].some((guarantee) => found.has(guarantee)),
        report(history, violations),
      );
    });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realClock } from '../../src/apimachinery/clock.ts';
import type { BugName } from './bugs.ts';
import type { Guarantee } from './check/violation.ts';
import { report } from './excerpt.ts';
import type { StoreName } from './rig.ts';
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
  'others forgotten': ['linearizable'],
};

/** A test that the checker finds the bug on that store. */
export function isFound(bug: BugName, store: StoreName): void {
  test(`the checker finds what a store does wrong: ${bug}, on ${store}`, async () => {
    const { history, violations } = await runProof({
      store,
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
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Kv } from '../../src/kv/types.ts';
import { closingRules } from './rules/closing.ts';
import { compactionRules } from './rules/compaction.ts';
import { leaseRules } from './rules/leases.ts';
import { randomRules } from './rules/random.ts';
import { readRules } from './rules/reads.ts';
import { revisionRules } from './rules/revisions.ts';
import { watchRules } from './rules/watches.ts';
import { writeRules } from './rules/writes.ts';

/** A fresh store and what a test may do to the world around it. */
export interface Harness {
  readonly kv: Kv;
  /** Lets time pass for the store's clock, and waits until the store has done what falls due. */
  passTime(ms: number): Promise<void>;
  /** Opens the store again after `kv.close()`. */
  reopen(): Promise<Kv>;
}

export interface Backend {
  readonly name: string;
  /** Makes an empty store, hands it to `use`, and takes everything away again. */
  withStore(use: (harness: Harness) => Promise<void>): Promise<void>;
  /** Rules this store does not keep, each with the reason. */
  readonly exemptions: Readonly<Record<string, string>>;
}

/** A rule of SPEC.md and how to see that it holds. `title` adds to the number what this test is about. */
export interface Rule {
  readonly number: string;
  readonly title: string;
  check(harness: Harness): Promise<void>;
}

const rules: readonly Rule[] = [
  ...revisionRules,
  ...readRules,
  ...writeRules,
  ...watchRules,
  ...compactionRules,
  ...leaseRules,
  ...closingRules,
  ...randomRules,
];

const specNumbers = (): string[] =>
  [
    ...readFileSync(new URL('../../src/kv/SPEC.md', import.meta.url), 'utf8').matchAll(/^- \*\*(K\d+)\*\*/gm),
  ].map(([, number]) => number!);

export function kvSuite(backend: Backend): void {
  describe(`kv contract: ${backend.name}`, () => {
    test('every rule of SPEC.md is tested, and every exemption is a rule', () => {
      const tested = new Set(rules.map(({ number }) => number));
      assert.deepEqual([...tested].sort(), specNumbers().sort());
      for (const number of Object.keys(backend.exemptions)) assert.ok(tested.has(number), number);
    });

    for (const { number, title, check } of rules) {
      const skip = Object.hasOwn(backend.exemptions, number) ? backend.exemptions[number]! : false;
      test(`${number} ${title}`, { skip }, () => backend.withStore(check));
    }
  });
}

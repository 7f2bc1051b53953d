import type { StoreName } from './rig.ts';

/**
 * Seeds that found something once, each with what it was; docs/proof.md lists them. What a seed asks follows from `traffic.ts` and
 * `rig.ts`; when it asks depends on the machine, so a bug that was found also has a test of its own.
 */
export const seedsOfBugs: readonly (readonly [store: StoreName, seed: number, bug: string])[] = [];

export const seedsOf = (store: StoreName): readonly number[] => [
  1,
  ...seedsOfBugs.filter(([of]) => of === store).map(([, seed]) => seed),
];

/**
 * Seeds that found something once, each with what it was. What a seed asks follows from the grammar in `requests.ts`, `bodies.ts`
 * and `mutate.ts` and from the sample objects: who changes these looks for a new seed with the bug put back.
 */
export const seedsOfBugs: readonly (readonly [seed: number, bug: string])[] = [
  [6, 'DELETE of `…/things//x` was taken for the deletion of all things'],
  [7, 'a scale was written, and an eviction done, before the answer was refused with 406'],
  [9, 'a preferred pod affinity without its term was a 500'],
];

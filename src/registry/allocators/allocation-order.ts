import type { Random } from '../../apimachinery/random.ts';

const maxRandomBytes = 12;

/** An integer in [0, below), evenly spread for all that matters. `below` is at least 1. */
function randomBelow(random: Random, below: bigint): bigint {
  const bytes = Buffer.from(random.bytes(maxRandomBytes));
  return BigInt(`0x${bytes.toString('hex')}`) % below;
}

/**
 * Every offset of a range of `size`, once, in the order in which a free one is looked for: from a random start through
 * the upper part, and only then, again from a random start, through the first `reserved` ones, which are left to people
 * who choose their own (KEP-3070, KEP-3668). For example with size 6 and reserved 2: 4 5 2 3, 1 0.
 */
export function* allocationOrder(random: Random, size: bigint, reserved: bigint): Generator<bigint> {
  yield* around(random, reserved, size - reserved);
  yield* around(random, 0n, reserved);
}

function* around(random: Random, base: bigint, count: bigint): Generator<bigint> {
  if (count <= 0n) return;
  const start = randomBelow(random, count);
  for (let i = 0n; i < count; i++) yield base + ((start + i) % count);
}

import { createHash } from 'node:crypto';

/**
 * 64 bits that stand for a flow: the schema and, within it, the user or namespace. Source: `hashFlowID`, so that flows
 * meet in the same queues as on a kube-apiserver.
 */
export const hashFlow = (schema: string, distinguisher: string): bigint =>
  createHash('sha256').update(`${schema}\0${distinguisher}`).digest().readBigUInt64LE(0);

/**
 * Deals `handSize` different numbers below `deckSize` from the bits of `hash`: each card takes the remainder by the
 * number of cards left, and steps over the cards that were dealt before. Validation keeps the two so small that the bits
 * suffice. Example: deck 128, hand 4 may give 14, 73, 119, 26.
 */
export function dealHand(hash: bigint, deckSize: number, handSize: number): number[] {
  const remainders: number[] = [];
  let rest = hash;
  for (let dealt = 0; dealt < handSize; dealt++) {
    const left = BigInt(deckSize - dealt);
    remainders.push(Number(rest % left));
    rest /= left;
  }
  return remainders.map((remainder, i) => {
    let card = remainder;
    for (let j = i - 1; j >= 0; j--) if (card >= remainders[j]!) card++;
    return card;
  });
}

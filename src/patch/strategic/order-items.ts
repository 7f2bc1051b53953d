import type { Json } from '../../apimachinery/object.ts';
import { identityOf, positions } from './list-items.ts';

/**
 * Puts merged items in order. Items named by `wanted` stand in its order, the others in that of `live`. The two runs are
 * then woven: an item of the second run goes before one of the first when both were live and it came earlier.
 *
 * Example: live `a b c`, wanted `d b`, merged `a b c d`: runs `d b` and `a c`; `d` was not live, so it goes first, then
 * `a` before `b` as it was, then `c`: `d a b c`.
 */
export function orderItems(
  merged: readonly Json[],
  wanted: readonly Json[],
  live: readonly Json[],
  mergeKey: string,
): Json[] {
  const wantedAt = positions(wanted, mergeKey);
  const liveAt = positions(live, mergeKey);
  const isWanted = (item: Json) => wantedAt.has(identityOf(item, mergeKey));
  const first = sorted(
    merged.filter((item) => isWanted(item)),
    wantedAt,
    mergeKey,
  );
  const others = sorted(
    merged.filter((item) => !isWanted(item)),
    liveAt,
    mergeKey,
  );
  return woven(others, first, (item) => liveAt.get(identityOf(item, mergeKey)));
}

function sorted(items: Json[], order: ReadonlyMap<Json, number>, mergeKey: string): Json[] {
  const place = (item: Json) => order.get(identityOf(item, mergeKey)) ?? -1;
  return items.sort((a, b) => place(a) - place(b));
}

function woven(others: Json[], first: Json[], livePlace: (item: Json) => number | undefined): Json[] {
  const result: Json[] = [];
  let next = 0;
  for (const item of first) {
    const place = livePlace(item);
    while (next < others.length && comesBefore(livePlace(others[next]!), place)) result.push(others[next++]!);
    result.push(item);
  }
  return result.concat(others.slice(next));
}

const comesBefore = (a: number | undefined, b: number | undefined): boolean =>
  a !== undefined && b !== undefined && a < b;

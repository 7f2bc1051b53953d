import type { Clock } from '../../apimachinery/clock.ts';
import { type TtlCache, ttlCache } from '../../apimachinery/ttl-cache.ts';
import type { Attributes } from '../types.ts';
import type { ReviewStatus } from './access-review.ts';

/** Answers of one webhook that are kept; the one that was not used for longest goes first. */
export const maxKeptVerdicts = 8_192;
/** A request whose attributes are longer together is asked about each time; characters. */
export const maxKeptAttributes = 10_000;

/** Answers by question. */
export const verdictCache = (clock: Clock): TtlCache<ReviewStatus> => ttlCache(clock, maxKeptVerdicts);

/** Senders choose these texts: a few long ones must not fill the memory. */
export function isKept({
  namespace,
  verb,
  group,
  version,
  resource,
  subresource,
  name,
  path,
}: Attributes): boolean {
  const parts = [namespace, verb, group, version, resource, subresource, name, path];
  return parts.reduce((length, part) => length + part.length, 0) < maxKeptAttributes;
}

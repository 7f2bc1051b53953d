import type { Clock } from '../apimachinery/clock.ts';

/** What makes events alike; `subject` names the object, without what part of it. */
export interface Telling {
  readonly subject: string;
  readonly fieldPath: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

export interface Correlated {
  /** Events with the same key are one, whose count is raised. */
  readonly key: string;
  readonly message: string;
  /** So much has been told of the object lately that this is only counted. */
  readonly isTooMuch: boolean;
}

/** Objects and kinds of events remembered (client-go's `maxLruCacheEntries`). */
const maxRemembered = 4_096;
/** From so many different messages with one reason on, they are told as one (`defaultAggregateMaxEvents`). */
const maxSimilar = 10;
/** They are forgotten when nothing similar has happened for this long (`defaultAggregateIntervalInSeconds`). */
const similarForMs = 600_000;
/** Events of one type about one object that are told at once, and the time after which there may be one more (`defaultSpam…`). */
const burst = 25;
const oneMoreEveryMs = 300_000;

interface Similar {
  readonly messages: Set<string>;
  lastMs: number;
}

interface Bucket {
  left: number;
  atMs: number;
}

/** Decides, as client-go's `EventCorrelator` does, which events of one source become one and which are not told at all. */
export function createEventCorrelator(clock: Clock): (telling: Telling) => Correlated {
  const similar = new Map<string, Similar>();
  const buckets = new Map<string, Bucket>();

  const combined = ({ subject, type, reason, message }: Telling): string | undefined => {
    const key = [subject, type, reason].join('\n');
    const nowMs = clock.monotonicMs();
    const known = similar.get(key);
    const one =
      known && nowMs - known.lastMs <= similarForMs ? known : { messages: new Set<string>(), lastMs: 0 };
    one.messages.add(message);
    one.lastMs = nowMs;
    remember(similar, key, one);
    if (one.messages.size < maxSimilar) return undefined;
    one.messages.delete(one.messages.values().next().value!);
    return key;
  };
  const isTooMuch = ({ subject, type }: Telling): boolean => {
    const key = [subject, type].join('\n');
    const nowMs = clock.monotonicMs();
    const { left, atMs } = buckets.get(key) ?? { left: burst, atMs: nowMs };
    const available = Math.min(burst, left + (nowMs - atMs) / oneMoreEveryMs);
    const may = available >= 1;
    remember(buckets, key, { left: may ? available - 1 : available, atMs: nowMs });
    return !may;
  };
  return (telling) => {
    const key = combined(telling);
    const { subject, fieldPath, type, reason, message } = telling;
    return {
      key: key ?? [subject, fieldPath, type, reason, message].join('\n'),
      message: key === undefined ? message : `(combined from similar events): ${message}`,
      isTooMuch: isTooMuch(telling),
    };
  };
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > maxRemembered) map.delete(map.keys().next().value!);
}

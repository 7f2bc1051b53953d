import type { Clock } from '../apimachinery/clock.ts';
import { tooLargeResourceVersion } from '../apimachinery/status.ts';
import type { Revision } from '../kv/types.ts';
import type { ObjectStore } from './object-store.ts';

/** How a read pins its revision, as documented for `resourceVersion` and `resourceVersionMatch`. */
export type RevisionRule =
  | { readonly kind: 'newest' }
  | { readonly kind: 'any' }
  | { readonly kind: 'notOlderThan'; readonly revision: Revision }
  | { readonly kind: 'exact'; readonly revision: Revision };

/** How long a read waits for a revision that the cache has not reached (upstream `blockTimeout`). */
const waitForRevisionMs = 3_000;
/** What the client is told to wait when that was not enough. */
export const retryAfterSeconds = 1;

/** Waits until the cache may answer under `rule` (not `exact`). 504 when it takes too long. */
export async function settleRule(store: ObjectStore, clock: Clock, rule: RevisionRule): Promise<void> {
  if (rule.kind === 'newest') await reach(store, clock, await store.cache.newest());
  else if (rule.kind === 'notOlderThan') await reach(store, clock, rule.revision);
}

export async function reach(store: ObjectStore, clock: Clock, revision: Revision): Promise<void> {
  if (!(await isReached(store, clock, revision)))
    throw tooLargeResourceVersion(revision, store.cache.revision, retryAfterSeconds);
}

/**
 * The newest revision, when the cache could not be brought there in time: then the store itself has to be asked. undefined:
 * the cache holds everything that was written before the call. 503 when the store cannot be followed.
 */
export async function revisionAhead(store: ObjectStore, clock: Clock): Promise<Revision | undefined> {
  const revision = await store.cache.newest();
  return (await isReached(store, clock, revision)) ? undefined : revision;
}

async function isReached({ cache }: ObjectStore, clock: Clock, revision: Revision): Promise<boolean> {
  if (cache.revision >= revision) return true;
  const giveUp = new AbortController();
  const timer = clock.setTimer(waitForRevisionMs, () => giveUp.abort());
  try {
    await cache.reached(revision, giveUp.signal);
    return true;
  } catch (error) {
    if (giveUp.signal.aborted) return false;
    throw error;
  } finally {
    timer.cancel();
  }
}

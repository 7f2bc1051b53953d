import { type Clock, nextTurn } from '../apimachinery/clock.ts';
import { ApiError, expired, tooLargeResourceVersion } from '../apimachinery/status.ts';
import { CompactedError, FutureRevisionError, type Revision } from '../kv/types.ts';
import { type ContinuePosition, encodeContinue } from './continue-token.ts';
import type { Entry } from './entry.ts';
import type { ObjectStore } from './object-store.ts';
import type { Selection } from './selection.ts';
import { type RevisionRule, reach, retryAfterSeconds, revisionAhead, settleRule } from './settle.ts';
import type { Snapshot } from './watch-cache.ts';

export interface ListRequest {
  readonly prefix: string;
  readonly selection: Selection;
  readonly rule: RevisionRule;
  readonly limit: number | undefined;
  readonly from: ContinuePosition | undefined;
}

export interface ListPage {
  readonly revision: Revision;
  readonly entries: readonly Entry[];
  readonly continueToken?: string;
  /** Only known when nothing was filtered out. */
  readonly remaining?: number;
}

/** Keys read at once from the store's history when few are wanted: most may not be selected. */
const leastKeysPerRead = 500;
/** Objects examined before the event loop gets its turn. */
const entriesPerSlice = 500;

/**
 * One page of a list. Throws ApiErrors: 410 for a revision that is gone, 504 for one that is not there yet. The newest state is
 * read from the store when the cache does not get there in time.
 */
export async function listObjects(store: ObjectStore, clock: Clock, request: ListRequest): Promise<ListPage> {
  const { prefix, from } = request;
  const startKey = from ? prefix + from.start : prefix;
  if (from && from.revision !== -1) {
    const snapshot = store.cache.snapshotAt(from.revision);
    return snapshot
      ? pageOf(snapshot, startKey, request)
      : historicPage(store, from.revision, startKey, request);
  }
  if (request.rule.kind === 'exact') {
    const { revision } = request.rule;
    await reach(store, clock, revision);
    const snapshot = store.cache.snapshotAt(revision);
    return snapshot ? pageOf(snapshot, startKey, request) : historicPage(store, revision, startKey, request);
  }
  if (request.rule.kind === 'newest') {
    const ahead = await revisionAhead(store, clock);
    if (ahead !== undefined) return historicPage(store, ahead, startKey, request);
  } else await settleRule(store, clock, request.rule);
  return pageOf(store.cache.snapshot(), startKey, request);
}

/** The object as it was at a revision; undefined when it was not there. Throws as `listObjects`. */
export async function objectAt(
  store: ObjectStore,
  clock: Clock,
  revision: Revision,
  key: string,
): Promise<Entry | undefined> {
  await reach(store, clock, revision);
  const snapshot = store.cache.snapshotAt(revision);
  if (snapshot) return snapshot.objects.get(key);
  try {
    return await store.getAt(key, revision);
  } catch (error) {
    throw historyError(error, revision);
  }
}

async function pageOf(snapshot: Snapshot, startKey: string, request: ListRequest): Promise<ListPage> {
  const { prefix, selection } = request;
  const { revision, objects } = snapshot;
  const direct = selection.name === undefined ? undefined : objects.get(prefix + selection.name);
  if (direct && selection.matches(direct)) {
    return { revision, entries: direct.key >= startKey ? [direct] : [] };
  }
  const { entries, beyond } = await scan(snapshot, startKey, request);
  if (beyond === undefined) return { revision, entries };
  return {
    revision,
    entries,
    continueToken: encodeContinue({ revision, start: beyond.slice(prefix.length) }),
    ...(selection.everything
      ? { remaining: objects.countPrefix(prefix) - objects.countRange(prefix, beyond) }
      : {}),
  };
}

/** The selected entries from `startKey` on; `beyond` is the first key that was not looked at because of the limit. */
async function scan({ objects }: Snapshot, startKey: string, { prefix, selection, limit }: ListRequest) {
  const entries: Entry[] = [];
  // Keys end in the name, so that a name which may stand in several namespaces is sought without opening objects.
  const ending = selection.name === undefined ? '' : `/${selection.name}`;
  let beyond: string | undefined;
  let next: string | undefined = startKey;
  while (next !== undefined) {
    const from: string = next;
    next = undefined;
    let examined = 0;
    objects.forEachFrom(from, (key, entry) => {
      if (!key.startsWith(prefix)) return false;
      if (entries.length === limit) {
        beyond = key;
        return false;
      }
      if (!key.endsWith(ending)) return true;
      if (!selection.everything && ++examined > entriesPerSlice) {
        next = key;
        return false;
      }
      if (selection.matches(entry)) entries.push(entry);
      return true;
    });
    if (next !== undefined) await new Promise<void>(nextTurn);
  }
  return { entries, beyond };
}

/** A page from the store itself, for revisions that the cache no longer holds, or not yet. */
async function historicPage(
  store: ObjectStore,
  revision: Revision,
  startKey: string,
  request: ListRequest,
): Promise<ListPage> {
  try {
    const { entries, beyond } = await historicScan(store, revision, startKey, request);
    if (beyond === undefined) return { revision, entries };
    const start = beyond.slice(request.prefix.length);
    return { revision, entries, continueToken: encodeContinue({ revision, start }) };
  } catch (error) {
    throw historyError(error, revision, request.from);
  }
}

/** What a failed read of history is to the client; `from` when it went on with a page. */
function historyError(error: unknown, revision: Revision, from?: ContinuePosition): unknown {
  if (error instanceof FutureRevisionError)
    return tooLargeResourceVersion(revision, error.currentRevision, retryAfterSeconds);
  if (error instanceof CompactedError) return from ? lostSnapshot(from) : expired(tooOldMessage);
  return error;
}

/** As `scan`, reading no more than the page may need. */
async function historicScan(
  store: ObjectStore,
  revision: Revision,
  startKey: string,
  { prefix, selection, limit }: ListRequest,
) {
  const entries: Entry[] = [];
  // One more than is wanted tells where the next page starts.
  const wanted = selection.everything ? limit : limit && Math.max(limit, leastKeysPerRead);
  const perRead = wanted && wanted + 1;
  let start: string | undefined = startKey;
  while (start !== undefined) {
    const page = await store.listAt(prefix, revision, start, perRead);
    start = page.more ? page.entries.pop()!.key : undefined;
    for (const entry of page.entries) {
      if (entries.length === limit) return { entries, beyond: entry.key };
      if (selection.matches(entry)) entries.push(entry);
    }
  }
  return { entries, beyond: undefined };
}

const tooOldMessage = 'The resourceVersion for the provided list is too old.';

/** 410 with a token that goes on from the same place in the newest state (`handleCompactedErrorForPaging`). */
function lostSnapshot(from: ContinuePosition): ApiError {
  const error = expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
      'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
      'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
      'deleted between the time the first chunk was returned and now may show up in the list.',
  );
  return new ApiError({
    ...error.status,
    metadata: { continue: encodeContinue({ revision: -1, start: from.start }) },
  });
}

import type { KvEvent, KvWatch, Revision, WatchOptions, WatchSink } from '../types.ts';
import type { RequestId } from './messages.ts';

interface Watch {
  readonly sink: WatchSink;
  readonly previous: boolean;
  /** Events before this one have been delivered or are not wanted. */
  next: Revision;
  /** The request that still brings events of the past; undefined when the watch lives on commits. */
  catchingUp: RequestId | undefined;
}

/** How a watch gets at the past. */
export interface PastReader {
  begin(fromRevision: Revision, previous: boolean): RequestId;
  cancel(id: RequestId): void;
  /** Called when the first watch that wants previous values begins, and when the last one has ended. */
  wantPrevious(wanted: boolean): void;
}

/** The watches of one store. */
export interface Watches {
  add(fromRevision: Revision, sink: WatchSink, options: WatchOptions): KvWatch;
  /** The events of a commit; `revision` is the store's after it. */
  live(events: readonly KvEvent[], revision: Revision): void;
  /** Events asked for with `PastReader.begin`; after the `last` of them the watch goes on with the commits that follow. */
  past(id: RequestId, events: readonly KvEvent[], revision: Revision, last: boolean): void;
  /** True when `id` was the request of a watch, which has now been told. */
  failed(id: RequestId, error: Error): boolean;
  closeAll(error: Error): void;
}

/**
 * A watch first asks the worker for the past. The worker answers in the order of its transactions, so that the last
 * answer holds everything up to the commits this thread has already seen, and the next commit follows on it.
 */
export function createWatches(reader: PastReader): Watches {
  const watches = new Set<Watch>();
  let previousWanted = 0;

  const remove = (watch: Watch): void => {
    if (!watches.delete(watch)) return;
    if (watch.catchingUp !== undefined) reader.cancel(watch.catchingUp);
    if (watch.previous && --previousWanted === 0) reader.wantPrevious(false);
  };

  const send = (watch: Watch, events: readonly KvEvent[], revision: Revision): void => {
    const wanted =
      (events[0]?.revision ?? watch.next) >= watch.next
        ? events
        : events.filter((event) => event.revision >= watch.next);
    watch.next = Math.max(watch.next, revision + 1);
    if (wanted.length > 0) watch.sink.onEvents(wanted);
    if (watches.has(watch)) watch.sink.onProgress(revision);
  };

  const fail = (watch: Watch, error: Error): void => {
    remove(watch);
    watch.sink.onError(error);
  };

  const catching = (id: RequestId): Watch | undefined => {
    for (const watch of watches) if (watch.catchingUp === id) return watch;
    return undefined;
  };

  return {
    add(fromRevision, sink, { previous = false }) {
      // Before the request, so that every commit after its answer carries what the watch wants.
      if (previous && previousWanted++ === 0) reader.wantPrevious(true);
      const catchingUp = reader.begin(fromRevision, previous);
      const watch: Watch = { sink, previous, next: fromRevision, catchingUp };
      watches.add(watch);
      return { stop: () => remove(watch) };
    },
    live(events, revision) {
      for (const watch of watches) if (watch.catchingUp === undefined) send(watch, events, revision);
    },
    past(id, events, revision, last) {
      const watch = catching(id);
      if (!watch) return;
      if (last) watch.catchingUp = undefined;
      send(watch, events, revision);
    },
    failed(id, error) {
      const watch = catching(id);
      if (!watch) return false;
      watch.catchingUp = undefined;
      fail(watch, error);
      return true;
    },
    closeAll(error) {
      for (const watch of watches) {
        watch.catchingUp = undefined;
        fail(watch, error);
      }
    },
  };
}

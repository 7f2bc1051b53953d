import type { KvEvent, KvWatch, Revision, WatchSink } from '../types.ts';
import { CompactedError } from '../types.ts';
import { eventsFrom } from './history.ts';
import type { State } from './state.ts';

interface Watcher {
  readonly sink: WatchSink;
  /** Older events are in `waiting`, delivered, or not wanted. */
  readonly liveFrom: Revision;
  /** Events to deliver when the watch begins; undefined once it has begun. */
  waiting: KvEvent[] | undefined;
}

export interface Watchers {
  add(state: State, fromRevision: Revision, sink: WatchSink): KvWatch;
  /** Hands on the events of a commit. */
  deliver(events: readonly KvEvent[]): void;
  closeAll(error: Error): void;
}

/** The watches of one store. */
export function createWatchers(): Watchers {
  const watchers = new Set<Watcher>();
  /** Commits whose events are being delivered, oldest first. */
  const commits: (readonly KvEvent[])[] = [];

  const fail = (watcher: Watcher, error: Error): void => {
    if (watchers.delete(watcher)) watcher.sink.onError(error);
  };

  const send = (watcher: Watcher, events: readonly KvEvent[], revision: Revision): void => {
    if (events.length > 0) watcher.sink.onEvents(events);
    if (watchers.has(watcher)) watcher.sink.onProgress(revision);
  };

  const deliverTo = (watcher: Watcher, events: readonly KvEvent[], revision: Revision): void => {
    const { liveFrom, waiting } = watcher;
    const wanted =
      events[0]!.revision >= liveFrom ? events : events.filter((event) => event.revision >= liveFrom);
    if (waiting) waiting.push(...wanted);
    else send(watcher, wanted, revision);
  };

  const begin = (watcher: Watcher, revision: Revision): void => {
    const { waiting } = watcher;
    if (!waiting || !watchers.has(watcher)) return;
    watcher.waiting = undefined;
    send(watcher, waiting, Math.max(revision, waiting.at(-1)?.revision ?? 0));
  };

  return {
    add({ revision, compactRevision, history }, fromRevision, sink) {
      const compacted = fromRevision < compactRevision;
      const watcher: Watcher = {
        sink,
        liveFrom: Math.max(fromRevision, revision + 1),
        waiting: compacted ? [] : eventsFrom(history, fromRevision),
      };
      watchers.add(watcher);
      // Not before the caller has the handle in its hands.
      queueMicrotask(() => {
        if (compacted) fail(watcher, new CompactedError(compactRevision));
        else begin(watcher, revision);
      });
      return { stop: () => void watchers.delete(watcher) };
    },

    deliver(events) {
      if (events.length === 0) return;
      // A sink that writes must not make the sinks after it see the new event before the old one.
      if (commits.push(events) > 1) return;
      for (let next = commits[0]; next; next = commits[0]) {
        const { revision } = next.at(-1)!;
        for (const watcher of watchers) deliverTo(watcher, next, revision);
        commits.shift();
      }
    },

    closeAll(error) {
      for (const watcher of watchers) fail(watcher, error);
    },
  };
}

import type { Clock, Timer } from '../../apimachinery/clock.ts';
import type { KvEvent, KvWatch, Revision, WatchSink } from '../types.ts';
import { CompactedError } from '../types.ts';
import { type EtcdEvent, readWatch, type WatchAnswer } from './answers.ts';
import type { EtcdClient, Stream } from './client.ts';
import type { KeySpace } from './keys.ts';
import { progressRequest, watchRequest } from './requests.ts';
import { createWaiters } from './waiters.ts';

/** A watch that is behind what is known to be written asks etcd how far it has come, this often. */
const progressEveryMs = 20;
/** Pause before a stream that broke is opened again; doubled each time, up to the most. */
const leastReconnectMs = 100;
const mostReconnectMs = 2_000;
/** A write is answered after this even when a watch has not been told of it: the watch's stream is broken. */
const deliveryTimeoutMs = 2_000;

export interface WatchesOptions {
  readonly client: EtcdClient;
  readonly keys: KeySpace;
  readonly clock: Clock;
  /** The newest revision that is known. */
  newest(): Revision;
  /** A revision was seen in an answer. */
  see(revision: Revision): void;
  /** The floor of the store, as far as it is known. */
  floor(): Revision;
  /** etcd's floor was seen in an answer; gives the floor of the store. */
  seeFloor(compacted: Revision): Revision;
}

export interface Watches {
  add(fromRevision: Revision, sink: WatchSink): KvWatch;
  /** To be called when `newest` has grown. */
  grown(): void;
  /** Resolves when every live watch has been told of everything up to `revision`, or is broken for too long. */
  delivered(revision: Revision): Promise<void>;
  /** Resolves when every watch has caught up with the present, or is broken for too long. */
  caughtUp(): Promise<void>;
  closeAll(error: Error): void;
}

interface Watch {
  readonly sink: WatchSink;
  /** Everything before has been delivered or is not wanted; where a new stream begins. */
  next: Revision;
  /** The revision up to which the sink has been told. */
  progress: Revision;
  /** False until everything that was there when the watch began has been delivered. */
  live: boolean;
  /** The first stream's idea of the present; undefined until it has begun. */
  presentAtStart: Revision | undefined;
  stream: Stream | undefined;
  /** Whether the stream answers. */
  open: boolean;
  /** Events of an answer whose last part has not come yet. */
  parts: EtcdEvent[];
  reconnectMs: number;
  timer: Timer | undefined;
}

const newWatch = (fromRevision: Revision, sink: WatchSink): Watch => ({
  sink,
  next: fromRevision,
  progress: 0,
  live: false,
  presentAtStart: undefined,
  stream: undefined,
  open: false,
  parts: [],
  reconnectMs: leastReconnectMs,
  timer: undefined,
});

/** Events as the contract has them; undefined when what a delete removed is not known any more. */
function eventOf({ isDelete, item, previous }: EtcdEvent, keys: KeySpace): KvEvent | undefined {
  const key = keys.fromEtcd(item.key);
  const before = previous && { ...previous, key };
  if (isDelete) {
    return (
      before && {
        type: 'delete',
        key,
        revision: item.modRevision,
        value: before.value,
        createRevision: before.createRevision,
        previous: before,
      }
    );
  }
  const { value, modRevision: revision, createRevision } = item;
  return { type: 'put', key, revision, value, createRevision, previous: before };
}

/** The watches of one store, each with a stream of its own that is opened again where it broke. */
export function createWatches(options: WatchesOptions): Watches {
  const { client, keys, clock, newest, see, floor, seeFloor } = options;
  const watches = new Set<Watch>();
  const { until, wake } = createWaiters(clock, deliveryTimeoutMs);

  const remove = (watch: Watch): void => {
    if (!watches.delete(watch)) return;
    watch.timer?.cancel();
    watch.stream?.cancel();
    wake();
  };

  const fail = (watch: Watch, error: Error): void => {
    if (!watches.has(watch)) return;
    remove(watch);
    watch.sink.onError(error);
  };

  /** Everything up to `revision` has been delivered. */
  const reach = (watch: Watch, revision: Revision): void => {
    watch.next = Math.max(watch.next, revision + 1);
    if (watch.presentAtStart !== undefined && watch.next > watch.presentAtStart) watch.live = true;
    if (revision > watch.progress) {
      watch.progress = revision;
      watch.sink.onProgress(revision);
    }
    wake();
  };

  const isBehind = (watch: Watch): boolean =>
    watch.open && watch.progress < newest() && watch.next <= newest();

  const askProgress = (watch: Watch): void => {
    if (watch.timer || !isBehind(watch)) return;
    const { progress } = watch;
    watch.timer = clock.setTimer(progressEveryMs, () => {
      watch.timer = undefined;
      if (!isBehind(watch)) return;
      // As long as events come there is no need to ask.
      if (watch.progress === progress) watch.stream?.send(progressRequest);
      askProgress(watch);
    });
  };

  const deliver = (watch: Watch, events: readonly EtcdEvent[]): void => {
    const wanted = events.filter(({ item }) => item.modRevision >= watch.next);
    const last = wanted.at(-1)?.item.modRevision;
    if (last === undefined) return;
    see(last);
    const told = wanted.flatMap((event) => eventOf(event, keys) ?? []);
    // What a delete removed has been compacted away.
    if (told.length < wanted.length) fail(watch, new CompactedError(seeFloor(0)));
    else watch.sink.onEvents(told);
    if (watches.has(watch)) reach(watch, last);
  };

  const began = (watch: Watch, revision: Revision): void => {
    watch.open = true;
    watch.reconnectMs = leastReconnectMs;
    watch.presentAtStart ??= revision;
    // It begins in the future, or with the next write: there is nothing to catch up with.
    if (watch.next > revision) reach(watch, revision);
  };

  const canceled = (watch: Watch, { compactRevision }: WatchAnswer): void => {
    if (compactRevision > 0) fail(watch, new CompactedError(seeFloor(compactRevision)));
    else broke(watch);
  };

  const take = (watch: Watch, answer: WatchAnswer): void => {
    see(answer.revision);
    if (answer.canceled) canceled(watch, answer);
    else if (answer.created) began(watch, answer.revision);
    else if (answer.fragment) watch.parts.push(...answer.events);
    else if (watch.parts.length + answer.events.length === 0) reach(watch, answer.revision);
    else {
      const events = [...watch.parts, ...answer.events];
      watch.parts = [];
      deliver(watch, events);
    }
    if (watches.has(watch)) askProgress(watch);
  };

  const broke = (watch: Watch): void => {
    if (!watches.has(watch)) return;
    watch.stream?.cancel();
    watch.stream = undefined;
    watch.open = false;
    watch.parts = [];
    watch.timer?.cancel();
    watch.timer = clock.setTimer(watch.reconnectMs, () => {
      watch.timer = undefined;
      connect(watch);
    });
    watch.reconnectMs = Math.min(watch.reconnectMs * 2, mostReconnectMs);
  };

  const connect = (watch: Watch): void => {
    watch.stream = client.stream(
      '/etcdserverpb.Watch/Watch',
      watchRequest(keys.first, keys.end, watch.next),
      {
        onAnswer: (bytes) => take(watch, readWatch(bytes)),
        onEnd: () => broke(watch),
      },
    );
  };

  return {
    add(fromRevision, sink) {
      const watch = newWatch(fromRevision, sink);
      watches.add(watch);
      // etcd itself would still serve one revision more.
      if (fromRevision < floor()) queueMicrotask(() => fail(watch, new CompactedError(floor())));
      else connect(watch);
      return { stop: () => remove(watch) };
    },
    grown() {
      for (const watch of watches) if (watch.open) askProgress(watch);
    },
    delivered: (revision) =>
      until(() => {
        for (const watch of watches) if (watch.live && watch.next <= revision) return false;
        return true;
      }),
    caughtUp: () =>
      until(() => {
        for (const watch of watches) if (!watch.live) return false;
        return true;
      }),
    closeAll(error) {
      for (const watch of [...watches]) fail(watch, error);
    },
  };
}

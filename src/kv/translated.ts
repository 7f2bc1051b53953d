import type { KeyValue, Kv, KvEvent, WatchSink, WriteResult } from './types.ts';

/** How values differ between a store and those who use it. */
export interface Translation {
  /** What users see of a stored value. Throws an Error that names the key when it cannot be read. */
  read(key: string, value: Uint8Array): Uint8Array;
  /** What is stored. */
  write(key: string, value: Uint8Array): Uint8Array;
}

/** A store whose values are translated on their way in and out. Reads reject, and watches end, with what `read` throws. */
export function translatedKv(kv: Kv, { read, write }: Translation): Kv {
  const readable = <T extends KeyValue | undefined>(item: T): T =>
    (item && { ...item, value: read(item.key, item.value) }) as T;
  const readableResult = (result: WriteResult): WriteResult =>
    result.ok ? result : { ...result, current: readable(result.current) };
  const readableEvent = (event: KvEvent): KvEvent => ({
    ...event,
    value: read(event.key, event.value),
    previous: readable(event.previous),
  });
  return {
    shared: kv.shared,
    async get(key, revision) {
      const result = await kv.get(key, revision);
      return { ...result, kv: readable(result.kv) };
    },
    async list(prefix, options) {
      const result = await kv.list(prefix, options);
      return { ...result, items: result.items.map(readable) };
    },
    putIf: async (key, value, expected, options) =>
      readableResult(await kv.putIf(key, write(key, value), expected, options)),
    deleteIf: async (key, expected) => readableResult(await kv.deleteIf(key, expected)),
    watch(fromRevision, sink, options) {
      const watch = kv.watch(
        fromRevision,
        readableSink(sink, readableEvent, () => watch.stop()),
        options,
      );
      return watch;
    },
    count: (prefix) => kv.count(prefix),
    revision: () => kv.revision(),
    currentRevision: () => kv.currentRevision(),
    compactRevision: () => kv.compactRevision(),
    compact: (revision) => kv.compact(revision),
    grantLease: (ttlSeconds) => kv.grantLease(ttlSeconds),
    revokeLease: (lease) => kv.revokeLease(lease),
    close: () => kv.close(),
  };
}

const readableSink = (sink: WatchSink, read: (event: KvEvent) => KvEvent, stop: () => void): WatchSink => ({
  onEvents(events) {
    let readable: KvEvent[];
    try {
      readable = events.map(read);
    } catch (error) {
      stop();
      sink.onError(error as Error);
      return;
    }
    sink.onEvents(readable);
  },
  onProgress: (revision) => sink.onProgress(revision),
  onError: (error) => sink.onError(error),
});

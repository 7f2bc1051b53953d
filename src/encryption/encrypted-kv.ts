import type { KeyValue, Kv, KvEvent, WatchSink, WriteResult } from '../kv/types.ts';
import type { Vault } from './vault.ts';

/** A store whose values are sealed on their way in and opened on their way out. Keys, and what is counted, stay readable. */
export interface EncryptedKv extends Kv {
  /** Whether the newest value of a key would be written otherwise today. */
  isStale(key: string): Promise<boolean>;
}

/** Reads reject, and watches end, with a SealedValueError when a value cannot be opened. */
export function encryptedKv(kv: Kv, vault: Vault): EncryptedKv {
  const opened = <T extends KeyValue | undefined>(item: T): T =>
    (item && { ...item, value: vault.open(item.key, item.value) }) as T;
  const openedResult = (result: WriteResult): WriteResult =>
    result.ok ? result : { ...result, current: opened(result.current) };
  const openedEvent = (event: KvEvent): KvEvent => ({
    ...event,
    value: vault.open(event.key, event.value),
    previous: opened(event.previous),
  });
  return {
    shared: kv.shared,
    async get(key, revision) {
      const result = await kv.get(key, revision);
      return { ...result, kv: opened(result.kv) };
    },
    async list(prefix, options) {
      const result = await kv.list(prefix, options);
      return { ...result, items: result.items.map(opened) };
    },
    putIf: async (key, value, expected, options) =>
      openedResult(await kv.putIf(key, vault.seal(key, value), expected, options)),
    deleteIf: async (key, expected) => openedResult(await kv.deleteIf(key, expected)),
    watch(fromRevision, sink, options) {
      const watch = kv.watch(
        fromRevision,
        openedSink(sink, openedEvent, () => watch.stop()),
        options,
      );
      return watch;
    },
    async isStale(key) {
      const { kv: item } = await kv.get(key);
      return item !== undefined && vault.isStale(key, item.value);
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

const openedSink = (sink: WatchSink, open: (event: KvEvent) => KvEvent, stop: () => void): WatchSink => ({
  onEvents(events) {
    let readable: KvEvent[];
    try {
      readable = events.map(open);
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

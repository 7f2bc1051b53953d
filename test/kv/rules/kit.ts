import assert from 'node:assert/strict';
import type { KeyValue, Kv, KvEvent, Revision, WatchSink, WriteResult } from '../../../src/kv/types.ts';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (value: Uint8Array): string => new TextDecoder().decode(value);

/** The revision of a write that must have succeeded. */
export function won(result: WriteResult): Revision {
  assert.ok(result.ok, 'the comparison was lost');
  return result.revision;
}

export const create = async (kv: Kv, key: string, value = key): Promise<Revision> =>
  won(await kv.putIf(key, bytes(value), 0));

/** Puts whatever is there now. */
export async function put(kv: Kv, key: string, value: string): Promise<Revision> {
  const { kv: current } = await kv.get(key);
  return won(await kv.putIf(key, bytes(value), current?.modRevision ?? 0));
}

export async function remove(kv: Kv, key: string): Promise<Revision> {
  const { kv: current } = await kv.get(key);
  return won(await kv.deleteIf(key, current!.modRevision));
}

/** Key and value in a form that reads well in a failed assertion. */
export const plain = (item: KeyValue | undefined) => item && { ...item, value: text(item.value) };

export const plainEvent = ({ value, previous, ...event }: KvEvent) => ({
  ...event,
  value: text(value),
  previous: plain(previous),
});

export const listed = async (kv: Kv, prefix: string, revision?: Revision): Promise<string[]> =>
  (await kv.list(prefix, revision === undefined ? {} : { revision })).items.map(
    ({ key, value }) => `${key}=${text(value)}`,
  );

/** A sink that keeps everything it is told. */
export interface Recorder extends WatchSink {
  readonly events: KvEvent[];
  readonly errors: Error[];
  readonly progress: Revision[];
  /** Resolves once everything up to `revision` has been delivered; rejects when the watch ends before. */
  reached(revision: Revision): Promise<void>;
  /** Resolves with the error that ends the watch. */
  failed(): Promise<Error>;
}

export function recorder(): Recorder {
  const events: KvEvent[] = [];
  const errors: Error[] = [];
  const progress: Revision[] = [];
  let waiters: (() => void)[] = [];
  const wake = () => {
    const woken = waiters;
    waiters = [];
    for (const waiter of woken) waiter();
  };
  const until = async (done: () => boolean) => {
    while (!done()) await new Promise<void>((resolve) => waiters.push(resolve));
  };
  return {
    events,
    errors,
    progress,
    onEvents(batch) {
      events.push(...batch);
    },
    onProgress(revision) {
      progress.push(revision);
      wake();
    },
    onError(error) {
      errors.push(error);
      wake();
    },
    async reached(revision) {
      await until(() => errors.length > 0 || (progress.at(-1) ?? 0) >= revision);
      if (errors[0]) throw errors[0];
    },
    async failed() {
      await until(() => errors.length > 0);
      return errors[0]!;
    },
  };
}

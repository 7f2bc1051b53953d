import { type Clock, delay, type Timer } from '../apimachinery/clock.ts';
import { fullBucket, takeToken } from '../apimachinery/token-bucket.ts';
import type { AuditCounts } from './counts.ts';
import type { DeliveryOptions } from './options.ts';
import { parts, truncated } from './truncate.ts';
import type { AuditBackend, AuditEvent, AuditSink } from './types.ts';

/** Batches on their way at once. A backend that is slower than that makes the buffer fill up. */
const maxConcurrentBatches = 16;

/** `mode: batch`: events wait for others and are delivered in the background. Nobody waits for them. */
export function batchingSink(
  backend: AuditBackend,
  options: DeliveryOptions,
  counts: AuditCounts,
  clock: Clock,
): AuditSink {
  const waiting: Readonly<AuditEvent>[] = [];
  const under = new Set<Promise<void>>();
  let bucket = options.throttle && fullBucket(options.throttle, clock.monotonicMs());
  let timer: Timer | undefined;
  let draining: Promise<void> | undefined;
  let due = false;
  let closed = false;

  const throttle = async () => {
    if (!options.throttle || !bucket || closed) return;
    const taken = takeToken(bucket, options.throttle, clock.monotonicMs());
    bucket = taken.bucket;
    if (taken.waitMs > 0) await delay(clock, taken.waitMs);
  };
  const isDue = () => waiting.length > 0 && (due || closed || waiting.length >= options.maxBatchSize);
  const drain = async () => {
    while (isDue()) {
      await throttle();
      const batch = waiting.splice(0, options.maxBatchSize);
      due = due && waiting.length > 0;
      const sending = deliverParts(backend, batch, options, counts).finally(() => under.delete(sending));
      under.add(sending);
      if (under.size >= maxConcurrentBatches) await Promise.race(under);
    }
    timer?.cancel();
    timer = undefined;
    if (waiting.length > 0) arm();
  };
  const start = () => {
    draining ??= drain().finally(() => {
      draining = undefined;
      if (isDue()) start();
    });
  };
  const arm = () => {
    timer ??= clock.setTimer(options.maxBatchWaitMs, () => {
      timer = undefined;
      due = true;
      start();
    });
  };
  return {
    process(event) {
      if (closed || waiting.length >= options.bufferSize) {
        counts.lost(backend.name, 1, closed ? 'audit backend shut down' : 'audit buffer queue blocked');
        return true;
      }
      // Later stages go on with the event that this one is taken from.
      waiting.push({ ...event, annotations: { ...event.annotations } });
      if (isDue()) start();
      else arm();
      return true;
    },
    async close() {
      closed = true;
      timer?.cancel();
      while (waiting.length > 0 || under.size > 0) {
        if (isDue()) start();
        await draining;
        await Promise.all(under);
      }
      await backend.close();
    },
  };
}

/** `mode: blocking` and `blocking-strict`: the request waits until the event has been taken. */
export function blockingSink(
  backend: AuditBackend,
  options: DeliveryOptions,
  counts: AuditCounts,
): AuditSink {
  const isStrict = options.mode === 'blocking-strict';
  const under = new Set<Promise<unknown>>();
  let closed = false;
  return {
    process(event) {
      if (closed) return !isStrict;
      const delivered = deliverParts(backend, [event], options, counts, true).then(
        () => true,
        () => !isStrict,
      );
      under.add(delivered);
      return delivered.finally(() => under.delete(delivered));
    },
    async close() {
      closed = true;
      await Promise.all(under);
      await backend.close();
    },
  };
}

/** Counts what is lost. Rejects for it only when asked to. */
async function deliverParts(
  backend: AuditBackend,
  events: readonly Readonly<AuditEvent>[],
  { truncate }: DeliveryOptions,
  counts: AuditCounts,
  rejects = false,
): Promise<void> {
  const fitting = truncate
    ? events.flatMap((event) => truncated(event, truncate.maxEventBytes) ?? [])
    : events;
  if (fitting.length < events.length) {
    counts.lost(backend.name, events.length - fitting.length, 'event is too large even after truncating');
  }
  for (const part of truncate ? parts(fitting, truncate.maxBatchBytes) : [fitting]) {
    if (part.length === 0) continue;
    try {
      await backend.deliver(part);
    } catch (error) {
      counts.lost(backend.name, part.length, error);
      if (rejects) throw error;
    }
  }
}

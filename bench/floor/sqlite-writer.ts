import { Worker } from 'node:worker_threads';
import type { Batch } from './sqlite-messages.ts';

/**
 * Starts a thread that writes to the database file `path`. The answer resolves when its value is durable. What is handed over until
 * `later` calls back goes as one message, as in the server's store.
 */
export function startSqliteWriter(
  path: string,
  later: (flush: () => void) => void,
): (value: Uint8Array) => Promise<void> {
  const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: path });
  let waiting: (() => void)[] = [];
  let unsent: Uint8Array[] = [];
  worker.on('message', (count: number) => {
    const done = waiting.slice(0, count);
    waiting = waiting.slice(count);
    for (const resolve of done) resolve();
  });
  const flush = () => {
    const values = Buffer.allocUnsafeSlow(unsent.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const value of unsent) {
      values.set(value, at);
      at += value.length;
    }
    const batch: Batch = { lengths: unsent.map(({ length }) => length), values: values.buffer };
    unsent = [];
    worker.postMessage(batch, [batch.values]);
  };
  return (value) => {
    if (unsent.length === 0) later(flush);
    unsent.push(value);
    return new Promise((resolve) => waiting.push(resolve));
  };
}

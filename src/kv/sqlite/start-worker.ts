import { Worker } from 'node:worker_threads';
import { isBundled } from '../../apimachinery/package-root.ts';
import type { FromWorker, WorkerOptions } from './messages.ts';

/** The worker's word that the store is open, and as of when. */
export type Ready = Extract<FromWorker, { kind: 'ready' }>;

export interface StartedWorker {
  readonly worker: Worker;
  readonly ready: Ready;
}

/**
 * MiB of the thread's heap for new objects. What it makes is messages, which live for a moment; the share that V8 would
 * take by itself is as large as that of the whole server.
 */
const youngMebibytes = 8;

/** Starts the thread that owns the database. Rejects with what is wrong when the store cannot be opened. */
export function startWorker(workerData: WorkerOptions): Promise<StartedWorker> {
  const url = new URL(isBundled ? './worker.js' : './worker.ts', import.meta.url);
  const worker = new Worker(url, {
    workerData,
    name: 'kv',
    resourceLimits: { maxYoungGenerationSizeMb: youngMebibytes },
  });
  return new Promise((resolve, reject) => {
    const exited = () => reject(new Error('the store has ended before it was open'));
    worker.once('error', reject);
    worker.once('exit', exited);
    worker.once('message', (message: FromWorker) => {
      worker.off('error', reject);
      worker.off('exit', exited);
      if (message.kind === 'ready') resolve({ worker, ready: message });
      else
        reject(
          new Error(message.kind === 'refused' ? message.message : `unexpected answer: ${message.kind}`),
        );
    });
  });
}

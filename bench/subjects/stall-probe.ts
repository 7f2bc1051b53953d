import { isMainThread } from 'node:worker_threads';
import { watchStalls } from './stalls.ts';

/*
 * Loaded into a measured server before its own code: answers every message of its parent with the longest time, since the
 * last one, for which its main thread did not let the event loop turn.
 */

function probe(): void {
  const longest = watchStalls();
  process.on('message', () => void process.send?.({ stallMs: longest() }));
  process.channel?.unref();
}

if (isMainThread && process.send) probe();

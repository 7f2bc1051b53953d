import { isMainThread } from 'node:worker_threads';

/*
 * Loaded into a measured server before its own code: says how long its main thread was busy without letting the event
 * loop turn, in processor time. The clock on the wall would count what other processes took as well. Answers every
 * message of its parent with the longest time since the last one, milliseconds.
 */

/** Short, so that little work between two looks is taken for one piece. */
const lookEveryMs = 2;

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function probe(): void {
  let last = cpuMs();
  let longest = 0;
  const look = () => {
    const now = cpuMs();
    longest = Math.max(longest, now - last);
    last = now;
  };
  setInterval(look, lookEveryMs).unref();
  process.on('message', () => {
    process.send?.({ stallMs: longest });
    longest = 0;
  });
  process.channel?.unref();
}

if (isMainThread && process.send) probe();

/** Short, so that little work between two looks is taken for one piece. */
const lookEveryMs = 2;

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/**
 * Watches how long this thread is busy without letting the event loop turn, in processor time: the clock on the wall would
 * count what other processes took as well. Each call of what it gives says the longest time since the last call, milliseconds.
 * It begins with the first turn of the event loop: before, while its code is loaded, a program keeps nobody waiting.
 */
export function watchStalls(): () => number {
  let last: number | undefined;
  let longest = 0;
  const look = () => {
    const now = cpuMs();
    longest = Math.max(longest, now - (last ?? now));
    last = now;
  };
  setInterval(look, lookEveryMs).unref();
  return () => {
    const stallMs = longest;
    longest = 0;
    return stallMs;
  };
}

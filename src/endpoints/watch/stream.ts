import type { Timer } from '../../apimachinery/clock.ts';
import { onAbort } from '../../apimachinery/on-abort.ts';
import type { Watch } from '../../storage/watch.ts';
import type { Core } from '../core.ts';
import type { Representation } from '../representations/types.ts';
import { frameOf } from './frames.ts';
import type { WatchOutlet } from './outlet.ts';

export interface WatchStream {
  readonly watch: Watch;
  readonly outlet: WatchOutlet;
  readonly representation: Representation;
  readonly bookmarks: boolean;
  readonly timeoutSeconds: number;
  /** Called when all that there was at the beginning has been sent, perhaps more than once. */
  readonly onBegun: () => void;
}

/** Pause between bookmarks (upstream `defaultBookmarkFrequency`). */
const bookmarkEveryMs = 60_000;
/** The last bookmark comes so long before the time is up, so that the reader goes on from near the present (`nextBookmarkTime`). */
const lastBookmarkMs = 2_000;
/** Items written to one watcher before the next watcher has its turn. */
const itemsPerTurn = 64;

/**
 * Writes a watch to its reader until the time is up, the server stops, the reader is gone, or the watch is over because
 * the reader was too slow or the store is gone: then the stream ends and the reader resumes from the last version it saw.
 */
export function streamWatch(core: Core, stream: WatchStream): Promise<void> {
  const { watch, outlet, representation, bookmarks, timeoutSeconds } = stream;
  const { signal } = outlet;
  const { clock, store } = core.registry;
  return new Promise((resolve) => {
    let ended = false;
    let draining = false;
    let first = true;
    let bookmarkTimer: Timer | undefined;

    const finish = () => {
      if (ended) return;
      ended = true;
      timeout.cancel();
      bookmarkTimer?.cancel();
      signal.removeEventListener('abort', finish);
      forgetStopping();
      watch.stop();
      core.metrics.watchEnded();
      outlet.end();
      resolve();
    };

    const turn = () => {
      if (ended || draining) return;
      const frames = watch.take(itemsPerTurn).map((item) => {
        const bytes = frameOf(item, representation, first);
        first = false;
        return bytes;
      });
      core.metrics.watchEventsSent(frames.length);
      const keepUp = frames.length === 0 || outlet.send(frames);
      if (!keepUp) waitForReader();
      else if (watch.pending) core.pump.schedule(turn);
      else if (watch.ended) finish();
      else stream.onBegun();
    };

    const waitForReader = () => {
      draining = true;
      void outlet.drained().then(() => {
        draining = false;
        core.pump.schedule(turn);
      });
    };

    const lastBookmarkAtMs = clock.monotonicMs() + timeoutSeconds * 1000 - lastBookmarkMs;
    const armBookmark = () => {
      const leftMs = lastBookmarkAtMs - clock.monotonicMs();
      if (leftMs <= 0) return;
      bookmarkTimer = clock.setTimer(Math.min(bookmarkEveryMs, leftMs), () => {
        watch.bookmark(store.cache.revision);
        // A timer may be a little early: what is left after the last one is no time for another.
        if (leftMs > bookmarkEveryMs) armBookmark();
      });
    };

    const timeout = clock.setTimer(timeoutSeconds * 1000, finish);
    if (bookmarks) armBookmark();
    signal.addEventListener('abort', finish, { once: true });
    const forgetStopping = onAbort(core.stopping, finish);
    core.metrics.watchStarted();
    watch.onAvailable = () => core.pump.schedule(turn);
    turn();
    if (signal.aborted || core.stopping.aborted) finish();
  });
}

import type { Clock, Timer } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import type { Kv, Revision } from '../kv/types.ts';

export interface Compaction {
  stop(): void;
}

/** Drops history older than `keepMs`, again and again: what was newest one period ago becomes the floor. 0 keeps all. */
export function compactPeriodically(kv: Kv, clock: Clock, keepMs: number, log: Log): Compaction {
  if (keepMs === 0) return { stop() {} };
  let timer: Timer | undefined;
  let stopped = false;
  let floor: Revision = kv.revision();
  const arm = () => {
    if (stopped) return;
    timer = clock.setTimer(keepMs, () => {
      const due = floor;
      floor = kv.revision();
      void compact(due).then(arm);
    });
  };
  const compact = async (revision: Revision) => {
    if (revision <= kv.compactRevision()) return;
    try {
      await kv.compact(revision);
    } catch (error) {
      log.warn('history could not be compacted', { revision, error });
    }
  };
  arm();
  return {
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

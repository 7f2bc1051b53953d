import type { Clock } from '../../apimachinery/clock.ts';
import type { LogRequest } from '../../apimachinery/node-link.ts';
import { type ContainerLog, endsLine, type LogEntry } from './container-log.ts';

type Wanted = Pick<LogRequest, 'follow' | 'timestamps' | 'since' | 'tailLines' | 'limitBytes' | 'signal'> & {
  /** Number of the entry to begin with, for who has looked before; absent: as `tailLines` says. */
  readonly from?: number;
};

/**
 * The bytes of a log that are wanted: lines are counted from the end first, and of those what is too old is left out, as a kubelet
 * reads its files.
 */
export async function* readLog(log: ContainerLog, wanted: Wanted, clock: Clock): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of readPieces(log, wanted, clock)) yield bytes;
}

interface Piece {
  readonly stream: LogEntry['stream'];
  readonly bytes: Uint8Array;
}

/** The same, and of which stream each piece is. */
export async function* readPieces(log: ContainerLog, wanted: Wanted, clock: Clock): AsyncGenerator<Piece> {
  const { since, follow, timestamps, signal } = wanted;
  const sinceMs = since === undefined ? 0 : 'atMs' in since ? since.atMs : clock.now() - since.agoMs;
  let left = wanted.limitBytes ?? Number.POSITIVE_INFINITY;
  let next = wanted.from ?? nextEntry(log, clock.now(), wanted.tailLines);
  let beginsLine = true;
  for (;;) {
    next = Math.max(next, log.forgotten);
    const entry = log.entries[next - log.forgotten];
    if (entry && isWritten(entry, log, clock.now())) {
      next++;
      if (entry.atMs >= sinceMs) {
        const bytes = bytesOf(entry, timestamps && beginsLine).subarray(0, left);
        left -= bytes.length;
        beginsLine = endsLine(entry);
        yield { stream: entry.stream, bytes };
      }
      if (left <= 0 || signal.aborted) return;
      continue;
    }
    if (!follow || signal.aborted || isOver(log, clock.now())) return;
    await change(log, entry, signal, clock);
  }
}

const isWritten = ({ atMs }: LogEntry, { closedMs }: ContainerLog, nowMs: number): boolean =>
  atMs <= nowMs && (closedMs === undefined || atMs <= closedMs);

const isOver = ({ closedMs }: ContainerLog, nowMs: number): boolean =>
  closedMs !== undefined && closedMs <= nowMs;

/** Number of the entry with which the last lines begin; with 0 of them, of the one that is written next. */
export const nextEntry = (log: ContainerLog, nowMs: number, tailLines?: number): number =>
  log.forgotten + tailStart(log, tailLines, nowMs);

/** Index of the entry with which the last lines begin; a line that has no end yet is one too. */
function tailStart(log: ContainerLog, tailLines: number | undefined, nowMs: number): number {
  if (tailLines === undefined) return 0;
  const { entries } = log;
  let index = entries.findIndex((entry) => !isWritten(entry, log, nowMs));
  if (index < 0) index = entries.length;
  let lines = 0;
  for (; index > 0; index--) {
    const beginsHere = index === entries.length || endsLine(entries[index - 1]!);
    if (beginsHere && ++lines > tailLines) break;
  }
  return index;
}

function bytesOf({ atMs, text }: LogEntry, withTime: boolean): Uint8Array {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return withTime ? Buffer.concat([Buffer.from(`${nanoTime(atMs)} `), bytes]) : bytes;
}

/** RFC 3339 in UTC with nine decimals. */
const nanoTime = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 23)}000000Z`;

/** Resolves when the log has changed, the next entry is due or nobody listens any more. */
function change(
  log: ContainerLog,
  next: LogEntry | undefined,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  return new Promise((resolve) => {
    const dueMs = Math.min(next?.atMs ?? Number.POSITIVE_INFINITY, log.closedMs ?? Number.POSITIVE_INFINITY);
    const timer = Number.isFinite(dueMs) ? clock.setTimer(dueMs - clock.now(), () => go()) : undefined;
    const go = () => {
      timer?.cancel();
      forget();
      signal.removeEventListener('abort', go);
      resolve();
    };
    const forget = log.onChange(go);
    signal.addEventListener('abort', go, { once: true });
    if (signal.aborted) go();
  });
}

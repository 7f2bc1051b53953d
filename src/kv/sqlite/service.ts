import type { Revision } from '../types.ts';
import { commitGroup } from './commit.ts';
import { compactionSweep, garbageSweep } from './compaction.ts';
import type { Database } from './database.ts';
import { textOf } from './errors.ts';
import type { CommitMessage, FromWorker, ReadMessage, RequestId, ToWorker } from './messages.ts';
import { type Operation, unpackBatch } from './packing.ts';
import { beginRead, type ReadJob } from './reads.ts';
import { createSweeps } from './sweeps.ts';

/** Bounds of one transaction: the first of its writers waits for the last. */
const maxGroupOperations = 512;
const maxGroupBytes = 8 * 1_024 * 1_024;
/** What is written between two checkpoints, about; the WAL file grows to little more. */
const checkpointBytes = 4 * 1_024 * 1_024;
/** What a write takes on disk besides its value, about. */
const bytesPerWrite = 128;
/** What a transaction takes besides its writes: pages it shares with the one before. */
const bytesPerTransaction = 16_384;

export interface Service {
  take(message: ToWorker): void;
  /** Does one piece of the work there is; false when there is none left. */
  work(): boolean;
  /** True when the store is to be closed and no write is left. */
  readonly finished: boolean;
}

type Send = (message: FromWorker, transfer?: ArrayBuffer[]) => void;

/** Decides what is done next: writes come first, and every transaction lets one slice of the other work pass. */
export function createService(database: Database, garbage: readonly Revision[], send: Send): Service {
  let operations: Operation[] = [];
  let reads: ReadJob[] = [];
  const sweeps = createSweeps((id) => send({ kind: 'compacted', id }));
  let sinceCheckpoint = 0;
  let closing = false;
  if (garbage.length > 0) sweeps.add(garbageSweep(database, garbage));

  const checkpointWhenDue = (): void => {
    if (sinceCheckpoint < checkpointBytes) return;
    sinceCheckpoint = 0;
    try {
      database.log.checkpoint();
    } catch {
      // What is in the WAL is safe there; the next checkpoint takes it along.
    }
  };

  const takeGroup = (): Operation[] => {
    let bytes = 0;
    let count = 0;
    while (count < operations.length && count < maxGroupOperations && bytes < maxGroupBytes)
      bytes += bytesPerWrite + operations[count++]!.value.byteLength;
    sinceCheckpoint += bytes + bytesPerTransaction;
    const group = operations.slice(0, count);
    operations = operations.slice(count);
    return group;
  };

  const startSweeps = (
    { outcomes }: CommitMessage,
    group: readonly Operation[],
    floorBefore: Revision,
  ): void => {
    let floor = floorBefore;
    for (const [index, outcome] of outcomes) {
      if (outcome.kind !== 'compacting') continue;
      sweeps.add(compactionSweep(database, floor, outcome.compactRevision), group[index]!.id);
      floor = outcome.compactRevision;
    }
  };

  /** Gives the number of operations it has taken. */
  const commit = (): number => {
    const group = takeGroup();
    const floor = database.versions.compactRevision;
    const message = commitGroup(database, group);
    if (message.kind === 'commit') {
      send(message, [message.created.buffer]);
      startSweeps(message, group, floor);
    } else {
      send(message);
    }
    return group.length;
  };

  const failRead = (id: RequestId, error: unknown): void =>
    send({
      kind: 'readFailed',
      id,
      error: {
        name: 'unavailable',
        message: `the store cannot read: ${textOf(error)}`,
        outcomeUnknown: false,
      },
    });

  const addRead = (message: ReadMessage): void => {
    try {
      const begun = beginRead(database, message);
      if ('step' in begun) reads.push(begun);
      else send(begun);
    } catch (error) {
      failRead(message.id, error);
    }
  };

  const stepRead = (): void => {
    const job = reads.shift();
    if (!job) return;
    try {
      const message = database.log.reading(job.step);
      send(message, message.kind === 'page' ? [message.items.numbers.buffer, message.items.values] : []);
      // To the back of the queue, so that a long read lets the others pass.
      if (!job.done) reads.push(job);
    } catch (error) {
      failRead(job.id, error);
    }
  };

  return {
    get finished() {
      return closing && operations.length === 0;
    },
    take(message) {
      sweeps.retry();
      switch (message.kind) {
        case 'batch':
          operations.push(...unpackBatch(message));
          break;
        case 'previous':
          database.previousWanted = message.wanted;
          break;
        case 'cancel':
          reads = reads.filter(({ id }) => id !== message.id);
          break;
        case 'close':
          closing = true;
          break;
        default:
          addRead(message);
      }
    },
    work() {
      const committed = operations.length > 0 ? commit() : 0;
      if (!closing) {
        stepRead();
        const pages = sweeps.step(committed, reads);
        if (pages > 0) sinceCheckpoint += (pages + 1) * bytesPerTransaction;
      }
      checkpointWhenDue();
      return operations.length > 0 || (!closing && (reads.length > 0 || sweeps.waiting));
    },
  };
}

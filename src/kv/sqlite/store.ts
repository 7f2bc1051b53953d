import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { type Clock, nextTurn } from '../../apimachinery/clock.ts';
import { createSlices } from '../../apimachinery/slices.ts';
import { checkKey, checkPrefix, checkRevision, checkTtl, checkValue } from '../checks.ts';
import { createLeaseTimers } from '../lease-timers.ts';
import type { GetResult, Kv, LeaseId, ListOptions, ListResult, Revision, WriteResult } from '../types.ts';
import { LeaseNotFoundError, StoreUnavailableError } from '../types.ts';
import { errorFrom, textOf } from './errors.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { opKind } from './messages.ts';
import type { Operation } from './packing.ts';
import { createRequests } from './requests.ts';
import { type Ready, startWorker } from './start-worker.ts';
import { createWatches } from './watches.ts';
import { type Answer, type Committed, createWriteQueue, operationOf } from './write-queue.ts';

export interface SqliteKvOptions {
  /** The database file. Its directory is made when it is missing, and belongs to one process at a time. */
  readonly path: string;
  /** Runs the leases; their ends are wall-clock times, so that they outlive a restart. */
  readonly clock: Clock;
  /** Most bytes the database file may grow to; a write that needs more is refused like one on a full disk. */
  readonly maxBytes?: number;
}

export type SqliteKv = Kv;

const defaultMaxBytes = 64 * 1_024 ** 3;

/**
 * Opens the store, making it when there is none.
 *
 * Rejects with an Error whose message can be shown to the user, having changed nothing, when the directory cannot be
 * written, another process has it, the file is not a store, or a newer release wrote it.
 */
export async function openSqliteKv({
  path,
  clock,
  maxBytes = defaultMaxBytes,
}: SqliteKvOptions): Promise<SqliteKv> {
  makeDirectory(dirname(path));
  const { worker, ready } = await startWorker({ path, maxBytes });
  return storeOf(worker, ready, clock);
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Error(`cannot write to ${directory}: ${textOf(error)}`);
  }
}

function storeOf(worker: Worker, ready: Ready, clock: Clock): SqliteKv {
  let { revision, compactRevision } = ready;
  let unavailable: StoreUnavailableError | undefined;
  let closing: Promise<void> | undefined;
  let [ended, flushing] = [false, false];

  const slices = createSlices(clock);
  const queue = createWriteQueue();
  const requests = createRequests();
  const post = (message: ToWorker, transfer: ArrayBuffer[] = []): void =>
    worker.postMessage(message, transfer);

  const watches = createWatches({
    begin(fromRevision, previous) {
      const id = requests.nextId();
      post({ kind: 'history', id, fromRevision, previous });
      return id;
    },
    cancel: (id) => post({ kind: 'cancel', id }),
    wantPrevious: (wanted) => post({ kind: 'previous', wanted }),
  });

  const assertOpen = (): void => {
    if (unavailable) throw unavailable;
  };

  const flush = (): void => {
    flushing = false;
    if (ended || queue.unsent === 0) return;
    const batch = queue.takeBatch();
    post(batch, [batch.numbers.buffer, batch.values]);
  };

  /** Everything that is added in one turn of the event loop goes in one message. */
  const write = (operation: Operation): Promise<Answer> => {
    const answer = queue.add(operation);
    if (!flushing) nextTurn(flush);
    flushing = true;
    return answer;
  };

  const endLease = (lease: LeaseId): void => {
    if (unavailable) return;
    write(operationOf(opKind.revoke, '', 0, lease)).catch((error: unknown) => {
      // A store that could not write now may later; one that is gone, or a lease that is, needs no second try.
      if (!unavailable && !(error instanceof LeaseNotFoundError))
        timers.arm(lease, clock.now() + leaseRetryMs);
    });
  };
  const timers = createLeaseTimers(clock, endLease);
  for (const { id, expiresAtMs } of ready.leases) timers.arm(id, expiresAtMs);
  const committed = (done: Committed): void => {
    revision = done.revision;
    compactRevision = done.compactRevision ?? compactRevision;
    if (done.events.length > 0) watches.live(done.events, revision);
    done.settle();
  };

  const answer = (message: FromWorker): void => {
    if (requests.answer(message)) return;
    if (message.kind === 'past') {
      watches.past(message.id, message.events, message.revision, message.last);
    } else if (message.kind === 'readFailed') {
      const error = errorFrom(message.error);
      if (!watches.failed(message.id, error)) requests.fail(message.id, error);
    }
  };

  /** Hundreds of writes may be in one commit: what follows from them is done in slices, and everything in the worker's order. */
  const take = (message: FromWorker): void => {
    if (message.kind === 'commit') {
      for (const done of queue.committed(message)) slices.start(() => committed(done));
    } else if (message.kind === 'commitFailed') queue.failed(errorFrom(message.error), message.count);
    else slices.start(() => answer(message));
  };

  /** The worker has ended: nobody will answer any more. */
  const end = (why: string): void => {
    if (ended) return;
    ended = true;
    slices.finish();
    timers.cancelAll();
    unavailable ??= new StoreUnavailableError(why, false);
    queue.failed(new StoreUnavailableError(why, true));
    requests.failAll(unavailable);
    watches.closeAll(unavailable);
  };

  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('message', take);
  worker.on('error', (error) => end(`the store has failed: ${textOf(error)}`));
  worker.on('exit', () => end(closing ? 'the store is closed' : 'the store has ended'));

  const close = async (): Promise<void> => {
    if (ended) return;
    unavailable = new StoreUnavailableError('the store is closed', false);
    timers.cancelAll();
    flush();
    post({ kind: 'close' });
    await exited;
  };

  return {
    shared: false,
    async get(key: string, at?: Revision): Promise<GetResult> {
      assertOpen();
      checkKey(key);
      if (at !== undefined) checkRevision(at);
      return requests.ask((id) => post({ kind: 'get', id, key, revision: at }));
    },
    async list(prefix: string, options: ListOptions = {}): Promise<ListResult> {
      assertOpen();
      checkPrefix(prefix);
      if (options.revision !== undefined) checkRevision(options.revision);
      return requests.ask((id) => post({ kind: 'list', id, prefix, options }));
    },
    async count(prefix: string) {
      assertOpen();
      checkPrefix(prefix);
      return requests.ask((id) => post({ kind: 'count', id, prefix }));
    },
    async putIf(key, value, expected, { lease = 0 } = {}) {
      assertOpen();
      checkKey(key);
      checkValue(value);
      checkRevision(expected, 0);
      return (await write({ kind: opKind.put, key, argument: expected, value, id: lease })) as WriteResult;
    },
    async deleteIf(key, expected) {
      assertOpen();
      checkKey(key);
      checkRevision(expected, 0);
      return (await write(operationOf(opKind.delete, key, expected))) as WriteResult;
    },
    watch(fromRevision, sink, options = {}) {
      assertOpen();
      checkRevision(fromRevision);
      return watches.add(fromRevision, sink, options);
    },
    revision: () => revision,
    async currentRevision() {
      assertOpen();
      return revision;
    },
    compactRevision: () => compactRevision,
    async compact(floor) {
      assertOpen();
      checkRevision(floor);
      await requests.ask((id) => {
        write(operationOf(opKind.compact, '', floor, id)).catch((error: Error) => requests.fail(id, error));
      });
    },
    async grantLease(ttlSeconds) {
      assertOpen();
      checkTtl(ttlSeconds);
      const expiresAtMs = clock.now() + ttlSeconds * 1_000;
      const lease = (await write(operationOf(opKind.grant, '', expiresAtMs))) as LeaseId;
      timers.arm(lease, expiresAtMs);
      return lease;
    },
    async revokeLease(lease) {
      assertOpen();
      await write(operationOf(opKind.revoke, '', 0, lease));
      timers.cancel(lease);
    },
    close: () => (closing ??= close()),
  };
}

/** How long a lease that could not be ended waits for the next try. */
const leaseRetryMs = 5_000;

import type { KvEvent, LeaseId, Revision, WriteResult } from '../types.ts';
import { StoreUnavailableError } from '../types.ts';
import { errorFrom } from './errors.ts';
import type { BatchMessage, CommitMessage, Outcome } from './messages.ts';
import { type Operation, packBatch } from './packing.ts';

/** Most bytes of values that wait for the disk; more are refused. */
const maxQueuedBytes = 128 * 1_024 * 1_024;

/** What an operation's promise resolves with, beside a plain write: the lease of a grant. */
export type Answer = WriteResult | LeaseId | undefined;

/** Called once: with the answer, or with the error that kept the operation from happening. */
type Settle = { resolve(answer: Answer): void; reject(error: Error): void };

interface Waiting {
  readonly operation: Operation;
  readonly settle: Settle;
}

/** Operations of a commit whose consequences are drawn at once: a millisecond or two. */
const operationsAtOnce = 16;

/** What some operations of a commit have brought about. */
export interface Committed {
  /** The store's after them. */
  readonly revision: Revision;
  /** Undefined when the floor stayed. */
  readonly compactRevision: Revision | undefined;
  readonly events: readonly KvEvent[];
  /** Settles the promises of the operations. To be called after the events have been delivered. */
  settle(): void;
}

/** The operations that are on their way, oldest first: the worker answers them in order. */
export interface WriteQueue {
  add(operation: Operation): Promise<Answer>;
  /** Packs what was added since the last call. */
  takeBatch(): BatchMessage;
  /** All operations in order, some at a time. */
  committed(message: CommitMessage): readonly Committed[];
  /** The oldest `count` (all when absent) have failed. */
  failed(error: Error, count?: number): void;
  readonly length: number;
  /** How many of them have not been taken by `takeBatch`. */
  readonly unsent: number;
}

const emptyValue = new Uint8Array();

/** An operation without a value. What `argument` and `id` are: see BatchMessage. */
export const operationOf = (kind: Operation['kind'], key: string, argument: number, id = 0): Operation => ({
  kind,
  key,
  argument,
  value: emptyValue,
  id,
});

/** What one operation came to: its answer (or error) and the events it made. */
interface Result {
  readonly answer: Answer | Error;
  readonly events: readonly KvEvent[];
}

const noEvents: readonly KvEvent[] = [];

function putResult(
  { key, value }: Operation,
  revision: Revision,
  createRevision: Revision,
  outcome?: Outcome,
): Result {
  const previous = outcome?.kind === 'updated' ? outcome.previous : undefined;
  const event: KvEvent = { type: 'put', key, revision, value, createRevision, previous };
  return { answer: { ok: true, revision }, events: [event] };
}

function otherResult(outcome: Outcome | undefined): Result {
  switch (outcome?.kind) {
    case 'lost':
      return {
        answer: { ok: false, revision: outcome.revision, current: outcome.current },
        events: noEvents,
      };
    case 'deleted':
      return { answer: { ok: true, revision: outcome.event.revision }, events: [outcome.event] };
    case 'granted':
      return { answer: outcome.lease, events: noEvents };
    case 'revoked':
      return { answer: undefined, events: outcome.events };
    case 'failed':
      return { answer: errorFrom(outcome.error), events: noEvents };
    default:
      return { answer: undefined, events: noEvents };
  }
}

const settleOne = ({ settle }: Waiting, answer: Answer | Error): void => {
  if (answer instanceof Error) settle.reject(answer);
  else settle.resolve(answer);
};

export function createWriteQueue(): WriteQueue {
  const waiting: Waiting[] = [];
  let unsent: Operation[] = [];
  let bytes = 0;

  const takeOldest = (count: number): Waiting[] => {
    const oldest = waiting.splice(0, count);
    for (const { operation } of oldest) bytes -= operation.value.byteLength;
    return oldest;
  };

  return {
    get length() {
      return waiting.length;
    },
    get unsent() {
      return unsent.length;
    },
    add(operation) {
      return new Promise((resolve, reject) => {
        if (bytes > maxQueuedBytes)
          return reject(new StoreUnavailableError('too many writes are waiting for the disk', false));
        bytes += operation.value.byteLength;
        unsent.push(operation);
        waiting.push({ operation, settle: { resolve, reject } });
      });
    },
    takeBatch() {
      const batch = packBatch(unsent);
      unsent = [];
      return batch;
    },
    committed({ count, baseRevision, created, outcomes }) {
      const done = takeOldest(count);
      let revision = baseRevision;
      let nextOutcome = 0;
      const some = (first: number): Committed => {
        const answers: (Answer | Error)[] = [];
        const events: KvEvent[] = [];
        let compactRevision: Revision | undefined;
        const operations = done.slice(first, first + operationsAtOnce);
        for (const [at, { operation }] of operations.entries()) {
          const index = first + at;
          const outcome = outcomes[nextOutcome]?.[0] === index ? outcomes[nextOutcome++]![1] : undefined;
          if (outcome?.kind === 'compacting') ({ compactRevision } = outcome);
          const createRevision = created[index]!;
          const result =
            createRevision === 0
              ? otherResult(outcome)
              : putResult(operation, revision + 1, createRevision, outcome);
          events.push(...result.events);
          revision += result.events.length;
          answers.push(result.answer);
        }
        const settle = () => {
          for (const [at, operation] of operations.entries()) settleOne(operation, answers[at]);
        };
        return { revision, compactRevision, events, settle };
      };
      const groups: Committed[] = [];
      for (let first = 0; first < done.length; first += operationsAtOnce) groups.push(some(first));
      return groups;
    },
    failed(error, count = waiting.length) {
      for (const item of takeOldest(count)) item.settle.reject(error);
    },
  };
}

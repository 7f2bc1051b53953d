import { isConflict, isNamespaceTerminating, isNotFound } from '../client/failure.ts';
import type { Informer } from '../client/informer.ts';
import { type AnyStored, keyFor, keyOf } from '../client/resource.ts';
import { createWorkQueue } from '../client/work-queue.ts';
import { controllerOf } from './owners.ts';
import type { ControllerTools, Running } from './types.ts';

/** Changes of a collection, and which keys they concern. */
export interface Source {
  readonly informer: Informer<AnyStored>;
  readonly keys: (after: AnyStored | undefined, before: AnyStored | undefined) => Iterable<string>;
}

/** Which objects to look at when one of `informer` changes; either state is absent when the object is new or gone. */
export function source<T extends AnyStored>(
  informer: Informer<T>,
  keys: (after: T | undefined, before: T | undefined) => Iterable<string>,
): Source {
  return { informer, keys } as unknown as Source;
}

/** Every object of `informer` itself. */
export const itself = <T extends AnyStored>(informer: Informer<T>): Source =>
  source(informer, (after, before) => [keyOf((after ?? before)!)]);

/** The controllers of objects: those of `kind` that an object names as its controller, before or now. */
export const controllersOf = <T extends AnyStored>(informer: Informer<T>, kind: string): Source =>
  source(informer, (after, before) => {
    const keys = new Set<string>();
    for (const object of [before, after]) {
      const owner = object && controllerOf(object);
      if (owner?.kind === kind) keys.add(keyFor(object!.metadata.namespace ?? '', owner.name));
    }
    return keys;
  });

export interface Loop {
  readonly name: string;
  readonly sources: readonly Source[];
  /** Collections that must be there before anything is done, besides those of the sources. */
  readonly needs?: readonly Informer<AnyStored>[];
  /** Keys worked on at the same time; kube-controller-manager's `--concurrent-…-syncs`. */
  readonly workers?: number;
  /** Something else that must have happened before anything is done. */
  readonly ready?: Promise<unknown>;
  /** Longest time after which what failed is tried again, in milliseconds. */
  readonly maxRetryMs?: number;
  /**
   * Makes what is so what it should be, whatever changed. Resolves with the milliseconds after which to look again even if nothing
   * changes. A rejection brings the key back, later each time.
   */
  readonly reconcile: (key: string) => Promise<number | undefined> | Promise<void>;
}

export interface RunningLoop extends Running {
  /** Looks at this key. */
  add(key: string): void;
  /** Looks at this key after `delayMs`, unless it is looked at before. */
  addAfter(key: string, delayMs: number): void;
}

const defaultWorkers = 5;

/** Reconciles every key that a source names. Nothing happens before all that is read is there. */
export function runLoop(
  { name, sources, needs = [], ready, workers = defaultWorkers, maxRetryMs, reconcile }: Loop,
  { clock, activity, log }: Pick<ControllerTools, 'clock' | 'activity' | 'log'>,
): RunningLoop {
  const queue = createWorkQueue({
    clock,
    activity,
    workers,
    ...(maxRetryMs === undefined ? {} : { maxRetryMs }),
    async work(key) {
      const againMs = await reconcile(key);
      queue.cancelAfter(key);
      if (typeof againMs === 'number') queue.addAfter(key, againMs);
    },
    onFailure(key, error, failures) {
      // Nothing more can be made there; what is there goes.
      if (isNamespaceTerminating(error)) return true;
      // Somebody else was faster, and the news is on its way.
      const level = isConflict(error) || isNotFound(error) ? 'debug' : 'warn';
      log[level]('a controller could not do its work', { controller: name, object: key, failures, error });
      return false;
    },
  });
  const unsubscribe = sources.map(({ informer, keys }) =>
    informer.onChange((after, before) => {
      for (const key of keys(after, before)) queue.add(key);
    }),
  );
  const read = [...sources.map(({ informer }) => informer), ...needs];
  void Promise.all([ready, ...read.map(({ synced }) => synced)]).then(() => queue.start());
  return {
    add: queue.add,
    addAfter: queue.addAfter,
    async stop() {
      for (const stop of unsubscribe) stop();
      await queue.stop();
    },
  };
}

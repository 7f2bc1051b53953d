import type { Clock, Timer } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import { isRecord, type KubeObject } from '../apimachinery/object.ts';
import { type Api, ApiFailure } from './api.ts';

/** How long is waited after something went wrong, before the first and at most before later attempts. */
const firstRetryMs = 100;
const longestRetryMs = 30_000;
/** Attempts at one state of an object, as the reference server's controllers have before they wait for the next one. */
const maxAttempts = 10;

export interface Follower {
  readonly name: string;
  /** The collection: `/api/v1/secrets?fieldSelector=…`. */
  readonly path: string;
  /** Looks at an object and does what is to be done, idempotently: it may be shown the same state again. */
  readonly reconcile: (object: KubeObject) => Promise<void>;
}

export interface FollowTools {
  readonly api: Api;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Following {
  /** Lets what is being done end, and does nothing more. */
  stop(): Promise<void>;
}

/** Shows every object of a collection to a controller, now and whenever it changes; one at a time, newest states only. */
export function follow({ name, path, reconcile }: Follower, { api, clock, log }: FollowTools): Following {
  const stopping = new AbortController();
  const { signal } = stopping;
  const waiting = new Map<string, { readonly object: KubeObject; readonly attempts: number }>();
  const timers = new Set<Timer>();
  let working: Promise<void> | undefined;

  const add = (object: KubeObject, attempts = 0) => {
    if (signal.aborted) return;
    const { namespace = '', name: own = '' } = object.metadata;
    waiting.set(`${namespace}/${own}`, { object, attempts });
    working ??= work();
  };
  const work = async () => {
    for (const [key, { object, attempts }] of waiting) {
      waiting.delete(key);
      try {
        await reconcile(object);
      } catch (error) {
        retry(key, object, attempts + 1, error);
      }
      if (signal.aborted) break;
    }
    working = undefined;
  };
  const retry = (key: string, object: KubeObject, attempts: number, error: unknown) => {
    // Somebody else wrote, or deleted: the next state is on its way.
    if (error instanceof ApiFailure && (error.code === 409 || error.code === 404)) return;
    log.warn('a controller could not do its work', { controller: name, object: key, attempts, error });
    if (attempts < maxAttempts) later(delayMs(attempts), () => waiting.has(key) || add(object, attempts));
  };
  const later = (ms: number, act: () => void) => {
    if (signal.aborted) return;
    const timer = clock.setTimer(ms, () => {
      timers.delete(timer);
      act();
    });
    timers.add(timer);
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      later(ms, resolve);
    });

  const run = async () => {
    for (let failures = 0; !signal.aborted; ) {
      try {
        await listAndWatch(api, path, signal, add);
        failures = 0;
        // A server that stops ends watches as soon as they begin.
        await pause(firstRetryMs);
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        log.debug('a controller lost its watch', { controller: name, error });
        await pause(delayMs(failures));
      }
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      for (const timer of timers) timer.cancel();
      await running;
      await working;
    },
  };
}

const delayMs = (attempts: number): number => Math.min(firstRetryMs * 2 ** (attempts - 1), longestRetryMs);

async function listAndWatch(
  api: Api,
  path: string,
  signal: AbortSignal,
  see: (object: KubeObject) => void,
): Promise<void> {
  const list = await api.send('GET', path);
  const items = Array.isArray(list['items']) ? list['items'] : [];
  for (const item of items) see(item as KubeObject);
  const mark = path.includes('?') ? '&' : '?';
  const since = `watch=1&resourceVersion=${list.metadata.resourceVersion}`;
  for await (const line of api.lines(`${path}${mark}${since}`, signal)) {
    const { type, object } = JSON.parse(line) as { type: string; object: unknown };
    if (type === 'ERROR' || !isRecord(object)) return;
    if (type !== 'DELETED') see(object as KubeObject);
  }
}

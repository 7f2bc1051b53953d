import { type FSWatcher, watch } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock, Timer } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import { readText } from './read-text.ts';

/** How a followed file is doing. */
export interface ReloadState {
  /** What the file is for, as the log, `/readyz` and metrics name it: `authorization-config`. */
  readonly name: string;
  readonly successes: number;
  readonly failures: number;
  /** Why the newest content of the file is not in use; undefined when it is. */
  readonly failure: string | undefined;
}

/** Files that are read again when they change, without a restart. */
export interface Reloads {
  /**
   * Reads `path` now, and hands every good content to `apply`; a first one that is not good throws. Later, content that
   * `parse` or `apply` refuses by throwing changes nothing: the last good one stays, and the state, the log and `/readyz`
   * say so.
   */
  follow<T>(
    name: string,
    path: string,
    parse: (text: string) => T | Promise<T>,
    apply: (value: T) => void | Promise<void>,
  ): Promise<void>;
  states(): readonly ReloadState[];
  stop(): void;
}

/** A file is read once its directory has been quiet for this long, so that a half-written one is seldom seen. */
const quietMs = 100;

export function createReloads(clock: Clock, log: Log): Reloads {
  const followed: { readonly state: ReloadState; stop(): void }[] = [];
  return {
    async follow(name, path, parse, apply) {
      const load = async (text: string) => apply(await parse(text));
      const first = await readText(path);
      await load(first);
      followed.push(followFile({ name, path, load, clock, log }, first));
    },
    states: () => followed.map(({ state }) => state),
    stop() {
      for (const { stop } of followed) stop();
    },
  };
}

interface Followed {
  readonly name: string;
  readonly path: string;
  readonly load: (text: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

function followFile({ name, path, load, clock, log }: Followed, first: string) {
  const state = { name, successes: 1, failures: 0, failure: undefined as string | undefined };
  let seen = first;
  let timer: Timer | undefined;
  let reading = Promise.resolve();

  const look = async () => {
    try {
      const text = await readText(path);
      if (text === seen) return;
      seen = text;
      await load(text);
      state.successes++;
      state.failure = undefined;
      log.info('configuration reloaded', { name, path });
    } catch (error) {
      state.failures++;
      state.failure = (error as Error).message;
      log.error('configuration not reloaded; the last good one stays in use', { name, error });
    }
  };
  const onChange = () => {
    timer?.cancel();
    timer = clock.setTimer(quietMs, () => {
      reading = reading.then(look);
    });
  };
  // The directory rather than the file: files are often replaced, by editors and by mounted volumes.
  const watcher: FSWatcher = watch(dirname(path), { persistent: false }, onChange);
  watcher.on('error', (error) => log.error('configuration cannot be followed any more', { name, error }));
  return {
    state,
    stop() {
      timer?.cancel();
      watcher.close();
    },
  };
}

/** What to tell of files that have changed and could not be read again; '' when there are none. Names no contents. */
export const failedReloads = (reloads: Reloads): string =>
  reloads
    .states()
    .filter(({ failure }) => failure !== undefined)
    .map(({ name }) => `${name} was changed and could not be reloaded, the last good one is in use`)
    .join('; ');

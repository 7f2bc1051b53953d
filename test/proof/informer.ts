import { isRecord } from '../../src/apimachinery/object.ts';
import type { Random } from '../../src/apimachinery/random.ts';
import type { Client } from './client.ts';
import { withQuery } from './client.ts';
import { type Recorder, unreadable, type WatchRecord } from './history.ts';
import { collectionPath, type Scope, seenOf, selectorQuery } from './objects.ts';

export interface InformerOptions {
  readonly client: Client;
  readonly scope: Scope;
  /** How it begins anew: with a list and a watch from its revision, or with a watch that sends the present state first. */
  readonly begins: 'list' | 'state';
  readonly random: Random;
  readonly history: Recorder;
  /** Waits a little after a failure. */
  readonly pause: () => Promise<void>;
  /** Revisions that somebody has seen, for watches that begin in the past; empty for an informer that always goes on. */
  readonly pastRevisions: () => readonly number[];
  readonly isStopping: () => boolean;
}

export interface Informer {
  /** The revision up to which it knows everything. */
  reached(): number;
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  /** Breaks the watch that is open. */
  stop(): void;
}

/** Seconds a watch may last: with the bookmark that comes two seconds before the end. */
const shortestWatchSeconds = 3;
const moreWatchSeconds = 4;
/** An informer that may begin in the past does so once in so many watches. */
const onceInWatches = 3;

/** Follows a scope as a client does: begins, goes on where a watch ended, and begins anew when that is gone. */
export function startInformer(options: InformerOptions): Informer {
  const { client, scope, random, history, isStopping } = options;
  let reached = 0;
  let abort = () => {};

  const server = () => random.int(client.servers.length);

  const begin = async (): Promise<number | undefined> => {
    const { outcome } = await client.call(server(), {
      verb: 'list',
      scope,
      rule: 'newest',
      revision: undefined,
      limit: undefined,
      from: undefined,
    });
    return outcome?.type === 'list' ? outcome.revision : undefined;
  };

  /** One watch to its end; gives whether its revision is gone. */
  const watch = (after: number | undefined): Promise<boolean> =>
    new Promise((resolve) => {
      const at = server();
      const record = history.watch(client.name, client.servers[at]!.name, scope, after);
      const seconds = shortestWatchSeconds + random.int(moreWatchSeconds);
      let [status, rest, begun] = [0, '', after !== undefined];
      abort = client.wire(at).send(
        { method: 'GET', path: watchPath(scope, after, seconds) },
        {
          status: (value) => void (status = value),
          data(text) {
            const lines = (rest + text).split('\n');
            rest = lines.pop()!;
            for (const line of lines) if (line !== '') take(history, record, line);
            // Before the bookmark that ends the initial events there is nothing to go on from.
            begun ||= record.items.some(({ endsInitial }) => endsInitial);
            if (begun) reached = record.items.at(-1)?.revision ?? reached;
          },
          end(error) {
            const refusal = status !== 200 && status !== 0;
            history.endWatch(
              record,
              error?.message ?? (refusal ? rest : 'end'),
              ...(refusal ? [status] : []),
            );
            resolve(record.ended?.code === 410);
          },
        },
      );
      if (after !== undefined) reached = Math.max(reached, after);
    });

  const run = async (): Promise<void> => {
    let after: number | undefined;
    let fromState = options.begins === 'state';
    while (!isStopping()) {
      if (after === undefined && !fromState) {
        after = await begin();
        if (after === undefined) await options.pause();
        continue;
      }
      const past = options.pastRevisions();
      if (past.length > 0 && random.int(onceInWatches) === 0) after = past[random.int(past.length)]!;
      const before = after;
      if (before !== undefined) reached = before;
      const isGone = await watch(after);
      after = isGone || reached === 0 ? undefined : reached;
      fromState = after === undefined && random.int(2) === 0;
      if (reached === before) await options.pause();
    }
  };
  return { reached: () => reached, ended: run(), stop: () => abort() };
}

const watchPath = (scope: Scope, after: number | undefined, seconds: number): string =>
  withQuery(collectionPath(scope), {
    ...selectorQuery(scope),
    watch: '1',
    allowWatchBookmarks: 'true',
    timeoutSeconds: `${seconds}`,
    ...(after === undefined
      ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
      : { resourceVersion: `${after}` }),
  });

/** What a stream says that is no event is written down as the end of the watch, for the checker to find. */
function take(history: Recorder, record: WatchRecord, line: string): void {
  try {
    note(history, record, JSON.parse(line));
  } catch (error) {
    history.endWatch(record, `${unreadable}${(error as Error).message}: ${line.slice(0, 300)}`);
  }
}

function note(history: Recorder, record: WatchRecord, event: unknown): void {
  if (!isRecord(event)) throw new Error('no object');
  const { type, object } = event;
  if (type === 'ERROR') {
    const status = isRecord(object) ? object : {};
    history.endWatch(record, String(status['message']), Number(status['code']));
    return;
  }
  if (type === 'BOOKMARK') {
    const metadata = (isRecord(object) ? object['metadata'] : {}) as Record<string, unknown>;
    const endsInitial = JSON.stringify(metadata['annotations'] ?? {}).includes('k8s.io/initial-events-end');
    history.item(record, {
      type,
      revision: Number(metadata['resourceVersion']),
      object: undefined,
      endsInitial,
    });
    return;
  }
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') throw new Error('no type');
  const seen = seenOf(record.scope.resource, object);
  history.item(record, { type, revision: seen.revision, object: seen, endsInitial: false });
}

import type { Clock, Timer } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import { failureOfStatus } from './failure.ts';
import type { ObjectCache } from './object-cache.ts';
import { type AnyStored, collectionPath, type Resource } from './resource.ts';
import type { ClientRequest, ClientTransport, OpenStream } from './transport.ts';

export interface ReflectorTools {
  /** Must be allowed to list and watch what is asked for. */
  readonly transport: ClientTransport;
  readonly clock: Clock;
  readonly log: Log;
}

/** Pause after a watch failed, before the first and at most before later attempts. */
const firstRetryMs = 100;
const longestRetryMs = 30_000;
/** The server ends a watch after this; it is resumed where it stopped. A week. */
const watchSeconds = 7 * 24 * 3600;

const initialEventsEnd = 'k8s.io/initial-events-end';
const metadataOnly = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/**
 * Keeps a cache like the collection, by one watch that begins with what is there ("streaming list") and is resumed when it ends.
 * `onState` is called whenever everything is there, `onFailure` whenever the watch ended.
 */
export function startReflector<T extends AnyStored>(
  resource: Resource<T>,
  cache: ObjectCache<T>,
  { transport, clock, log }: ReflectorTools,
  onState: () => void,
  onFailure: () => void = () => {},
): { stop(): void } {
  /** Where the next watch begins; undefined: with everything that is there. */
  let resumeAt: string | undefined;
  let failures = 0;
  let stream: OpenStream | undefined;
  let timer: Timer | undefined;
  let stopped = false;

  const receive = (line: string, live: { is: boolean }) => {
    const { type, object } = JSON.parse(line) as { type: string; object: T };
    if (type === 'ERROR') throw failureOfStatus(object, 500, 'the watch failed');
    const { metadata } = object;
    const isEnd = type === 'BOOKMARK' && metadata.annotations?.[initialEventsEnd] !== undefined;
    if (live.is || isEnd) {
      cache.reach(Number(metadata.resourceVersion));
      resumeAt = metadata.resourceVersion;
    }
    failures = 0;
    if (isEnd) {
      live.is = true;
      cache.endState();
      onState();
    }
    if (type === 'BOOKMARK') return;
    // Nothing here reads them, and they are as large as the object.
    delete metadata.managedFields;
    if (type === 'DELETED') cache.drop(object);
    else cache.put(object);
  };

  const retry = (error: unknown) => {
    stream?.close();
    onFailure();
    log.debug('an informer lost its watch', { resource: resource.resource, error });
    // What was missed cannot be told any more.
    if ((error as { code?: unknown } | undefined)?.code === 410) resumeAt = undefined;
    timer = clock.setTimer(Math.min(firstRetryMs * 2 ** failures++, longestRetryMs), run);
  };

  const run = () => {
    if (resumeAt === undefined) cache.beginState();
    const live = { is: resumeAt !== undefined };
    const lines = lineReader((line) => receive(line, live));
    let status = 0;
    let ended = false;
    const end = (error?: unknown) => {
      if (ended || stopped) return;
      ended = true;
      retry(error);
    };
    stream = transport.stream(requestOf(resource, resumeAt), {
      head: (code) => void (status = code),
      data(chunk) {
        if (ended || stopped) return;
        try {
          if (status !== 200) throw failureOfStatus(undefined, status, 'the watch was refused');
          lines(chunk);
        } catch (error) {
          end(error);
        }
      },
      end,
    });
  };
  run();
  return {
    stop() {
      stopped = true;
      timer?.cancel();
      stream?.close();
    },
  };
}

function requestOf(resource: Resource, resumeAt: string | undefined): ClientRequest {
  const since =
    resumeAt === undefined
      ? 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan'
      : `resourceVersion=${resumeAt}`;
  const options = `watch=1&allowWatchBookmarks=true&timeoutSeconds=${watchSeconds}&${since}`;
  return {
    method: 'GET',
    target: `${collectionPath(resource)}?${options}`,
    headers: { accept: resource.metadataOnly ? metadataOnly : 'application/json' },
  };
}

/** Cuts bytes into lines. A character that chunks divide is put together again. */
function lineReader(receive: (line: string) => void): (chunk: Uint8Array) => void {
  let rest: Buffer[] = [];
  return (chunk) => {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      rest.push(bytes.subarray(start, end));
      const line = (rest.length === 1 ? rest[0]! : Buffer.concat(rest)).toString('utf8');
      rest = [];
      start = end + 1;
      receive(line);
    }
    if (start < bytes.length) rest.push(bytes.subarray(start));
  };
}

import { STATUS_CODES } from '../../apimachinery/node-http.ts';
import type { UserInfo } from '../../apimachinery/user.ts';
import type { Handler } from '../../endpoints/exchange.ts';
import { call, defaultUser, highWaterBytes, type InProcessCall } from './exchange.ts';

export interface FetchOptions {
  /** Who asks; the cluster administrator when absent. A request with an `authorization` header is whoever that says. */
  readonly user?: UserInfo;
}

/** Relative URLs are completed with this. Hosts mean nothing here. */
const base = 'https://binnacle';

/** Statuses whose answers have no body (Fetch standard, "null body status"). */
const nullBodyStatuses = new Set([101, 103, 204, 205, 304]);

/** Headers that would only cost time without a network in between. */
const pointlessHeaders = ['accept-encoding', 'connection'];

function headersOf(headers: Headers): Record<string, string> {
  const record: Record<string, string> = Object.fromEntries(headers);
  for (const name of pointlessHeaders) delete record[name];
  return record;
}

/**
 * Headers given as pairs keep each value apart, as many lines of HTTP would. All other forms hold one value for each name:
 * `Headers` joins them, and over a network, too, the result is sent as one.
 */
function repeatedIn(headers: RequestInit['headers']): ReadonlyMap<string, readonly string[]> | undefined {
  if (!Array.isArray(headers)) return undefined;
  const values = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const lower = name!.toLowerCase();
    values.set(lower, [...(values.get(lower) ?? []), value!.trim()]);
  }
  return values;
}

function requestOf(input: string | URL | Request, init: RequestInit | undefined): Request {
  const url = typeof input === 'string' ? new URL(input, base) : input;
  // Node wants to be told that a streamed body is sent before the answer is read.
  return new Request(url, init?.body instanceof ReadableStream ? { ...init, duplex: 'half' } : init);
}

/**
 * A WHATWG `fetch` that hands requests to the core without a socket. Bodies stream both ways, with back-pressure; an abort
 * signal ends the request, or the reading of its answer, as it would over a network. Answers are never compressed.
 */
export function createFetch(handler: Handler, { user = defaultUser }: FetchOptions = {}): typeof fetch {
  return async (input, init) => {
    const request = requestOf(input, init);
    request.signal.throwIfAborted();
    return new Promise<Response>((resolve, reject) =>
      answer(handler, request, repeatedIn(init?.headers), user, resolve, reject),
    );
  };
}

function answer(
  handler: Handler,
  request: Request,
  repeated: ReadonlyMap<string, readonly string[]> | undefined,
  user: UserInfo,
  resolve: (response: Response) => void,
  reject: (error: unknown) => void,
): void {
  const { pathname, search } = new URL(request.url);
  let running: InProcessCall | undefined;
  let body: ReadableStreamDefaultController<Uint8Array> | undefined;

  const stop = (reason: unknown) => {
    request.signal.removeEventListener('abort', onAbort);
    reject(reason);
    body?.error(reason);
    body = undefined;
  };
  const onAbort = () => {
    stop(request.signal.reason);
    running?.cancel();
  };
  request.signal.addEventListener('abort', onAbort);

  const openBody = () =>
    new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          body = controller;
        },
        pull: () => running?.resume(),
        cancel: () => {
          body = undefined;
          running?.cancel();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: highWaterBytes }),
    );

  running = call(
    handler,
    {
      method: request.method,
      target: pathname + search,
      headers: headersOf(request.headers),
      ...(repeated ? { repeated } : {}),
      user,
      body: request.body ?? undefined,
    },
    {
      head(status, headers) {
        const stream = openBody();
        const empty = nullBodyStatuses.has(status) || request.method === 'HEAD';
        resolve(
          new Response(empty ? null : stream, { status, statusText: STATUS_CODES[status] ?? '', headers }),
        );
      },
      data: (chunk) => body?.enqueue(Uint8Array.from(chunk)),
      end() {
        request.signal.removeEventListener('abort', onAbort);
        body?.close();
      },
      fail: (error) => stop(new TypeError('fetch failed', { cause: error })),
      pendingBytes: () => (body ? highWaterBytes - (body.desiredSize ?? 0) : 0),
    },
  );
}

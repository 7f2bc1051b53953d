import { STATUS_CODES } from '../../apimachinery/node-http.ts';
import type { UserInfo } from '../../apimachinery/user.ts';
import type { Handler } from '../../endpoints/exchange.ts';
import { call, type InProcessCall, type InProcessRequest } from './exchange.ts';

/** What undici's `fetch` passes to a dispatcher, as far as it is used here (`Dispatcher.DispatchOptions`). */
export interface DispatchOptions {
  readonly path: string;
  readonly method: string;
  readonly headers?: unknown;
  readonly body?: unknown;
}

/** `Dispatcher.DispatchController`. */
export interface DispatchController {
  readonly aborted: boolean;
  readonly paused: boolean;
  readonly reason: Error | null;
  /** Names and values of the answer's headers in turn; what undici 8 reads instead of the argument of `onResponseStart`. */
  rawHeaders?: string[];
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}

/** `Dispatcher.DispatchHandler`. */
export interface DispatchHandler {
  onRequestStart?(controller: DispatchController, context: unknown): void;
  onResponseStart?(
    controller: DispatchController,
    status: number,
    headers: Record<string, string>,
    statusText?: string,
  ): void;
  onResponseData?(controller: DispatchController, chunk: Buffer): void;
  onResponseEnd?(controller: DispatchController, trailers: Record<string, string>): void;
  onResponseError?(controller: DispatchController, error: Error): void;
}

type GivenHeaders = Pick<InProcessRequest, 'headers'> & { readonly repeated: Map<string, readonly string[]> };

function headersOf(given: unknown): GivenHeaders {
  const headers: Record<string, string> = {};
  const repeated = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries((given ?? {}) as Record<string, unknown>)) {
    const lower = name.toLowerCase();
    if (lower === 'accept-encoding') continue;
    if (Array.isArray(value)) repeated.set(lower, value.map(String));
    headers[lower] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return { headers, repeated };
}

/** Fetch hands bodies over as async iterables; other callers of undici also as whole texts or bytes. */
function bodyOf(body: unknown): AsyncIterable<Uint8Array> | undefined {
  if (body === null || body === undefined) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return one(Buffer.from(body as Uint8Array));
  return body as AsyncIterable<Uint8Array>;
}

async function* one(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

/**
 * An undici dispatcher that hands requests to the core. Everything built on undici, `@kubernetes/client-node` among it, accepts
 * it in place of a connection pool.
 */
export function createDispatcher(handler: Handler, user: UserInfo) {
  const dispatch = (options: DispatchOptions, receiver: DispatchHandler): boolean => {
    let running: InProcessCall | undefined;
    let aborted: Error | null = null;
    let paused = false;
    let held: Buffer[] = [];
    let heldBytes = 0;
    let ended = false;

    const flush = () => {
      while (!paused && held.length > 0) {
        const chunk = held.shift()!;
        heldBytes -= chunk.length;
        receiver.onResponseData?.(controller, chunk);
      }
      if (ended && held.length === 0 && !aborted) {
        ended = false;
        receiver.onResponseEnd?.(controller, {});
      }
    };
    const controller: DispatchController = {
      get aborted() {
        return aborted !== null;
      },
      get paused() {
        return paused;
      },
      get reason() {
        return aborted;
      },
      abort(reason) {
        if (aborted !== null) return;
        aborted = reason;
        held = [];
        running?.cancel();
        receiver.onResponseError?.(controller, reason);
      },
      pause: () => {
        paused = true;
      },
      resume() {
        paused = false;
        flush();
        running?.resume();
      },
    };

    receiver.onRequestStart?.(controller, {});
    if (aborted !== null) return true;
    running = call(
      handler,
      {
        method: options.method,
        target: options.path,
        ...headersOf(options.headers),
        user,
        body: bodyOf(options.body),
      },
      {
        head(status, headers) {
          controller.rawHeaders = Object.entries(headers).flat();
          receiver.onResponseStart?.(controller, status, { ...headers }, STATUS_CODES[status] ?? '');
        },
        data(chunk) {
          held.push(Buffer.from(Uint8Array.from(chunk).buffer));
          heldBytes += chunk.length;
          flush();
        },
        end() {
          ended = true;
          flush();
        },
        fail: (error) => controller.abort(error),
        pendingBytes: () => heldBytes,
      },
    );
    return true;
  };
  return { dispatch };
}

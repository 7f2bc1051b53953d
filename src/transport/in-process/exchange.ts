import { nextTurn } from '../../apimachinery/clock.ts';
import { badRequest, requestTooLarge } from '../../apimachinery/status.ts';
import type { UserInfo } from '../../apimachinery/user.ts';
import {
  clientGone,
  type Exchange,
  type Handler,
  type Peer,
  type ResponseSink,
} from '../../endpoints/exchange.ts';

/** A request that needs no socket. Header names are lower case. */
export interface InProcessRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Headers that were given several values, which `headers` has joined by ', '. */
  readonly repeated?: ReadonlyMap<string, readonly string[]>;
  readonly user: UserInfo;
  readonly body: AsyncIterable<Uint8Array> | Uint8Array | undefined;
}

/** Takes the answer. Called in this order: `head`, any number of `data`, then `end` or `fail`. */
export interface ResponseReceiver {
  head(status: number, headers: Readonly<Record<string, string>>): void;
  /** The bytes are shared with caches of the core: whoever gives them to others copies them. */
  data(chunk: Uint8Array): void;
  end(): void;
  /** The answer was cut. */
  fail(error: Error): void;
  /** Bytes given to `data` that nobody has read yet. */
  pendingBytes(): number;
}

/** Unread bytes of an answer beyond which a writer is told to wait, as much as a socket would buffer. */
export const highWaterBytes = 64 * 1024;

/** What the side that asked may do with a request under way. */
export interface InProcessCall {
  /** The receiver has room again. */
  resume(): void;
  /** The other side does not want the answer any more. */
  cancel(): void;
}

const administrator: UserInfo = {
  name: 'binnacle-admin',
  groups: ['system:masters', 'system:authenticated'],
};

/** Who in-process clients are unless they say otherwise: what the kubeconfig of a started server says too. */
export const defaultUser: UserInfo = administrator;

async function readBody(body: AsyncIterable<Uint8Array> | Uint8Array, limitBytes: number): Promise<Buffer> {
  if (body instanceof Uint8Array) {
    if (body.length > limitBytes) throw requestTooLarge(`limit is ${limitBytes}`);
    return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      length += chunk.length;
      if (length > limitBytes) break;
      chunks.push(chunk);
    }
  } catch {
    throw badRequest('unexpected EOF');
  }
  if (length > limitBytes) throw requestTooLarge(`limit is ${limitBytes}`);
  return Buffer.concat(chunks, length);
}

/**
 * Hands a request to the core, in a turn of the event loop of its own as it would be over a network: a caller that awaits one
 * answer after the other must not keep timers and watches from running.
 * A request that brings its own `authorization` header is whoever that says; every other one is `request.user`.
 */
export function call(handler: Handler, request: InProcessRequest, receiver: ResponseReceiver): InProcessCall {
  let controller: AbortController | undefined;
  let state: 'open' | 'done' = 'open';
  let waiting: (() => void)[] = [];
  const isHead = request.method === 'HEAD';

  const resume = () => {
    const all = waiting;
    waiting = [];
    for (const go of all) go();
  };
  const finish = (tell: () => void) => {
    if (state === 'done') return;
    state = 'done';
    tell();
    resume();
  };
  const hasRoom = () => receiver.pendingBytes() < highWaterBytes;

  const sink: ResponseSink = {
    head(status, headers) {
      if (state === 'open') receiver.head(status, headers);
    },
    write(chunk) {
      if (state === 'done') return false;
      if (chunk.length > 0 && !isHead) receiver.data(chunk);
      return hasRoom();
    },
    drained() {
      // Not at once when cut: a writer that never stops must let others run.
      if (state === 'done') return new Promise(nextTurn);
      return hasRoom() ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
    },
    pendingBytes: () => (state === 'done' ? 0 : receiver.pendingBytes()),
    respond(status, headers, body) {
      sink.head(status, headers);
      sink.write(body);
      sink.end();
    },
    end: () => finish(() => receiver.end()),
    abort: () => finish(() => receiver.fail(new Error('the server cut the answer'))),
  };
  const peer: Peer = {
    address: '',
    certificates: [],
    ...(request.headers['authorization'] === undefined ? { user: request.user } : {}),
  };
  const exchange: Exchange = {
    method: request.method,
    target: request.target,
    headers: request.headers,
    headerValues(name) {
      const value = request.headers[name];
      return request.repeated?.get(name) ?? (value === undefined ? [] : [value]);
    },
    peer,
    sink,
    get signal() {
      controller ??= new AbortController();
      if (state === 'done' && !controller.signal.aborted) controller.abort(clientGone);
      return controller.signal;
    },
    body: (limitBytes) =>
      request.body ? readBody(request.body, limitBytes) : Promise.resolve(Buffer.alloc(0)),
  };
  nextTurn(() => {
    if (state === 'done') return;
    handler(exchange).catch((error: unknown) =>
      finish(() => receiver.fail(error instanceof Error ? error : new Error(String(error)))),
    );
  });
  return {
    resume,
    cancel: () => finish(() => controller?.abort(clientGone)),
  };
}

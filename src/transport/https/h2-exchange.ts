import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { nextTurn, type Timer } from '../../apimachinery/clock.ts';
import { clientGone, type Exchange, type Peer, type ResponseSink } from '../../endpoints/exchange.ts';
import { readBody } from './body.ts';
import type { ListenerContext } from './context.ts';

/** What the exchanges of one HTTP/2 connection share. */
export interface H2Connection {
  readonly context: ListenerContext;
  readonly peer: Peer;
  /** Exchanges not yet answered completely. */
  openExchanges: number;
  /** Exchanges since the connection was made. */
  totalExchanges: number;
}

/** Ends a stream with INTERNAL_ERROR on the wire. */
const answerCut = new Error('answer cut');

const endStream = { endStream: true } as const;

/**
 * One HTTP/2 stream as Exchange and ResponseSink in one object. A class because it is the hottest value of the house: one
 * allocation, methods shared, and the abort controller made only when asked for.
 */
export class H2Exchange implements Exchange, ResponseSink {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly peer: Peer;
  /** Names and values in turn, as they came. */
  private readonly rawHeaders: readonly string[];
  private readonly stream: ServerHttp2Stream;
  private readonly connection: H2Connection;
  private controller: AbortController | undefined;
  private finished = false;
  private bodyRefused = false;

  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    rawHeaders: readonly string[],
    connection: H2Connection,
  ) {
    this.stream = stream;
    this.rawHeaders = rawHeaders;
    this.connection = connection;
    this.method = headers[':method'] ?? '';
    this.target = headers[':path'] ?? '';
    this.headers = headers as Record<string, string | undefined>;
    this.peer = connection.peer;
  }

  headerValues(name: string): readonly string[] {
    return this.rawHeaders.filter((_, i) => i % 2 === 1 && this.rawHeaders[i - 1] === name);
  }

  get sink(): ResponseSink {
    return this;
  }

  get signal(): AbortSignal {
    if (this.controller === undefined) {
      this.controller = new AbortController();
      if (!this.isGone() && !this.finished) this.watchForAbort();
    }
    return this.controller.signal;
  }

  private watchForAbort(): void {
    this.connection.context.abortables.add(this);
    this.stream.once('close', () => {
      this.connection.context.abortables.delete(this);
      if (!this.finished) this.abortSignal(clientGone);
    });
  }

  abortSignal(reason: Error): void {
    this.controller?.abort(reason);
  }

  /**
   * Whether nothing can be sent any more. Also aborts the signal at once: a writer that never yields to the event loop would
   * otherwise not get to see the 'close' event.
   */
  private isGone(): boolean {
    if (!this.stream.destroyed && !this.stream.closed) return false;
    if (!this.finished) this.abortSignal(clientGone);
    return true;
  }

  async body(limitBytes: number): Promise<Buffer> {
    const { clock, timeouts } = this.connection.context;
    try {
      return await readBody(this.stream, this.headers['content-length'], limitBytes, clock, timeouts.bodyMs);
    } catch (error) {
      this.bodyRefused = true;
      throw error;
    }
  }

  head(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.isGone()) return;
    this.stream.respond({ ':status': status, ...headers });
  }

  write(chunk: Uint8Array): boolean {
    if (this.method === 'HEAD') return true;
    return !this.isGone() && this.stream.write(chunk);
  }

  drained(): Promise<void> {
    const { stream } = this;
    if (this.isGone()) return new Promise(nextTurn);
    if (!stream.writableNeedDrain) return Promise.resolve();
    const { clock, timeouts } = this.connection.context;
    return new Promise((resolve) => {
      const timer: Timer = clock.setTimer(timeouts.stalledWriteMs, () => this.cutStalled());
      const go = () => {
        timer.cancel();
        stream.off('drain', go).off('close', go);
        resolve();
      };
      stream.on('drain', go).on('close', go);
    });
  }

  pendingBytes(): number {
    return this.stream.writableLength;
  }

  respond(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array): void {
    const { stream } = this;
    const gone = this.isGone();
    this.finish();
    if (gone) return;
    if (body.length === 0 || this.method === 'HEAD') {
      stream.respond({ ':status': status, ...headers }, endStream);
    } else {
      stream.respond({ ':status': status, ...headers });
      stream.end(body);
    }
    if (this.bodyRefused) this.refuseRest();
  }

  end(): void {
    this.finish();
    // Ending what is gone already makes Node build an error, stack and all, that nobody will see.
    if (!this.stream.destroyed) this.stream.end();
    if (this.bodyRefused) this.refuseRest();
  }

  abort(): void {
    this.finish();
    // `close(code)` would end the stream properly first; only `destroy` leaves the answer visibly incomplete.
    this.stream.destroy(answerCut);
  }

  /** The other side has left a full buffer unread for too long: to the core it went away. */
  private cutStalled(): void {
    this.abortSignal(clientGone);
    this.abort();
  }

  private finish(): void {
    if (this.finished) return;
    this.finished = true;
    this.connection.openExchanges--;
    if (this.controller !== undefined) this.connection.context.abortables.delete(this);
  }

  /** After the answer, tells the client that the rest of its body is not wanted (RFC 9113, 8.1). */
  private refuseRest(): void {
    this.stream.close(constants.NGHTTP2_NO_ERROR);
  }
}

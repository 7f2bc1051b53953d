import type { IncomingMessage, ServerResponse } from 'node:http';
import { nextTurn, type Timer } from '../../apimachinery/clock.ts';
import { clientGone, type Exchange, type Peer, type ResponseSink } from '../../endpoints/exchange.ts';
import { readBody } from './body.ts';
import type { ListenerContext } from './context.ts';
import { frameChunk } from './h1-framing.ts';

/** One HTTP/1.1 request as Exchange and ResponseSink in one object; the twin of `H2Exchange`. */
export class H1Exchange implements Exchange, ResponseSink {
  readonly method: string;
  readonly target: string;
  readonly peer: Peer;
  upgrade?: NonNullable<Exchange['upgrade']>;
  tunnel?: NonNullable<Exchange['tunnel']>;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  private readonly context: ListenerContext;
  private controller: AbortController | undefined;
  private finished = false;
  private bodyRefused = false;
  private expectsContinue: boolean;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    peer: Peer,
    context: ListenerContext,
    expectsContinue: boolean,
  ) {
    this.request = request;
    this.response = response;
    this.context = context;
    this.method = request.method ?? '';
    this.target = request.url ?? '';
    this.peer = peer;
    this.expectsContinue = expectsContinue;
  }

  get headers(): Readonly<Record<string, string | undefined>> {
    return this.request.headers as Record<string, string | undefined>;
  }

  headerValues(name: string): readonly string[] {
    return this.request.headersDistinct[name] ?? [];
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
    this.context.abortables.add(this);
    this.response.once('close', () => {
      this.context.abortables.delete(this);
      if (!this.finished) this.abortSignal(clientGone);
    });
  }

  abortSignal(reason: Error): void {
    this.controller?.abort(reason);
  }

  /** See `H2Exchange.isGone`. */
  private isGone(): boolean {
    if (!this.response.destroyed && !this.request.socket.destroyed) return false;
    if (!this.finished) this.abortSignal(clientGone);
    return true;
  }

  async body(limitBytes: number): Promise<Buffer> {
    const { request, context } = this;
    const length = request.headers['content-length'];
    if (this.expectsContinue && !(Number(length) > limitBytes)) {
      this.expectsContinue = false;
      this.response.writeContinue();
    }
    try {
      return await readBody(request, length, limitBytes, context.clock, context.timeouts.bodyMs);
    } catch (error) {
      this.bodyRefused = true;
      throw error;
    }
  }

  head(status: number, headers: Readonly<Record<string, string>>): void {
    if (this.isGone()) return;
    this.writeHead(status, headers);
    this.response.flushHeaders();
  }

  write(chunk: Uint8Array): boolean {
    const { response } = this;
    if (chunk.length === 0) return true;
    if (this.isGone()) return false;
    if (!response.chunkedEncoding || !response.socket) return response.write(chunk);
    return response.socket.write(frameChunk(chunk));
  }

  drained(): Promise<void> {
    const { response } = this;
    const { socket } = response;
    if (this.isGone()) return new Promise(nextTurn);
    if (!(response.writableNeedDrain || socket?.writableNeedDrain)) return Promise.resolve();
    return new Promise((resolve) => {
      const timer: Timer = this.context.clock.setTimer(this.context.timeouts.stalledWriteMs, () =>
        this.cutStalled(),
      );
      const go = () => {
        timer.cancel();
        response.off('drain', go).off('close', go);
        socket?.off('drain', go);
        resolve();
      };
      response.on('drain', go).on('close', go);
      socket?.on('drain', go);
    });
  }

  pendingBytes(): number {
    return this.response.writableLength;
  }

  respond(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array): void {
    const { response } = this;
    const gone = this.isGone();
    this.finish();
    if (gone) return;
    if (headers['content-length'] === undefined && status !== 204 && status !== 304) {
      this.writeHead(status, { ...headers, 'content-length': String(body.length) });
    } else {
      this.writeHead(status, headers);
    }
    response.end(body);
    if (this.bodyRefused) this.refuseRest();
  }

  end(): void {
    this.finish();
    this.response.end();
    if (this.bodyRefused) this.refuseRest();
  }

  abort(): void {
    this.finish();
    this.response.destroy();
  }

  /**
   * A connection whose upgrade was refused is not used again: what came behind such a request was meant for somebody else,
   * and Node throws it away.
   */
  private writeHead(status: number, headers: Readonly<Record<string, string>>): void {
    const isLast = this.context.stopping || this.request.headers.upgrade !== undefined;
    if (isLast) this.response.writeHead(status, { ...headers, connection: 'close' });
    else this.response.writeHead(status, headers);
  }

  /** The other side has left a full buffer unread for too long: to the core it went away. */
  private cutStalled(): void {
    this.abortSignal(clientGone);
    this.abort();
  }

  private finish(): void {
    if (this.finished) return;
    this.finished = true;
    if (this.controller !== undefined) this.context.abortables.delete(this);
  }

  /**
   * After the answer, closes a connection whose request body was not read to its end. What still arrives is thrown away for a
   * moment first: closing a socket with unread bytes makes the kernel send a reset that can overtake the answer.
   */
  private refuseRest(): void {
    const { request, response, context } = this;
    const { socket } = request;
    request.resume();
    response.once('finish', () => {
      socket.end();
      context.clock.setTimer(context.timeouts.lingerMs, () => socket.destroy());
    });
  }
}

import type { X509Certificate } from 'node:crypto';
import type { MessageChannel } from '../apimachinery/byte-channel.ts';
import type { UserInfo } from '../apimachinery/user.ts';

/** What a transport knows about the other side. */
export interface Peer {
  /** Address text for logs and audit; '' in-process. */
  readonly address: string;
  /**
   * The client certificate and, after it, what was sent with it. Nobody has checked more than that the other side has the key
   * of the first. The same value for every request of a connection; empty when none was presented.
   */
  readonly certificates: readonly X509Certificate[];
  /** Set by in-process transports that already know who is calling. */
  readonly user?: UserInfo;
}

/**
 * One request, whatever carried it. Made by a transport, handed to the core's `handle(exchange)`.
 * Header names are lower case; several values of one header are joined by ', '.
 */
export interface Exchange {
  readonly method: string;
  /** Path and query as sent: `/api/v1/pods?limit=5`. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Every value of a header that may be sent several times, in order and as it was sent; nothing when it was not. */
  headerValues(name: string): readonly string[];
  readonly peer: Peer;
  /**
   * Aborts when the other side went away (`clientGone`) or when the server stops and would wait no longer
   * (`serverStopping`). Made on first use: a request that never waits should not ask for it.
   */
  readonly signal: AbortSignal;
  /** The whole body. Rejects with a 413 ApiError past `limitBytes`. May be called once. */
  body(limitBytes: number): Promise<Buffer>;
  readonly sink: ResponseSink;
  /**
   * Becomes a WebSocket with this protocol, which the other side has offered, instead of being answered; afterwards the sink leads
   * nowhere. Absent when the other side does not ask for one, or the transport has none.
   */
  readonly upgrade?: (protocol: string) => Promise<MessageChannel>;
  /** The same for a connection of SPDY/3.1, whose bytes are the messages, cut anywhere; with these headers in the answer. */
  readonly tunnel?: (headers: Readonly<Record<string, string>>) => Promise<MessageChannel>;
}

/** Where the answer goes. `head` once, then `write` any number of times, then `end`. */
export interface ResponseSink {
  head(status: number, headers: Readonly<Record<string, string>>): void;
  /**
   * Queues bytes; chunks are shared and never written to. Returns false when the other side reads slower than we write:
   * then wait for `drained()` or, for a watch, count what is pending.
   */
  write(chunk: Uint8Array): boolean;
  /** Resolves when writing may go on, or the exchange has been aborted. */
  drained(): Promise<void>;
  /** Bytes queued here that the transport has not yet taken. */
  pendingBytes(): number;
  /** Status, headers and body in one go: the fast path of every short answer. */
  respond(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array): void;
  end(): void;
  /** Cuts the connection or stream without a proper end, so that a client sees the answer is incomplete. */
  abort(): void;
}

/** `signal.reason` when the other side closed the stream or connection before the answer was complete. */
export const clientGone: Error = new Error('the client went away');

/** `signal.reason` when the server is closing and its grace period has ended. */
export const serverStopping: Error = new Error('the server is stopping');

/** The core as transports see it. Never rejects: every failure becomes an answer. */
export type Handler = (exchange: Exchange) => Promise<void>;

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { MessageChannel } from '../../apimachinery/byte-channel.ts';
import { lazyPackage } from '../../apimachinery/lazy-package.ts';
import { maxWebSocketMessageBytes } from './limits.ts';

/** What of the package `ws` is used. */
interface WebSocket {
  send(data: Uint8Array, options: { readonly binary: boolean }, sent: (error?: Error) => void): void;
  on(event: 'message', callback: (data: Buffer) => void): void;
  on(event: 'close' | 'error', callback: () => void): void;
  pause(): void;
  resume(): void;
  close(code: number): void;
}

interface WsPackage {
  readonly WebSocketServer: new (
    options: object,
  ) => {
    on(event: 'headers', callback: (lines: string[]) => void): void;
    handleUpgrade(
      request: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      done: (socket: WebSocket) => void,
    ): void;
  };
}

const ws = lazyPackage<WsPackage>('ws');

const normalClosure = 1000;

/** Whether a request wants to become a WebSocket. */
export const wantsWebSocket = ({ method, headers }: IncomingMessage): boolean =>
  method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';

/**
 * Completes the handshake with the protocol that was chosen, '' for none. A socket that breaks meanwhile closes itself. The package does not
 * see what was offered: it refuses names with a slash, such as that of kubectl's tunnel.
 */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string,
): Promise<MessageChannel> {
  const { WebSocketServer } = ws();
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxWebSocketMessageBytes,
  });
  if (protocol !== '') server.on('headers', (lines) => lines.push(`Sec-WebSocket-Protocol: ${protocol}`));
  const { 'sec-websocket-protocol': _, ...headers } = request.headers;
  const asked: IncomingMessage = Object.create(request, { headers: { value: headers } });
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('the client went away'));
    if (socket.destroyed) return gone();
    socket.once('close', gone);
    server.handleUpgrade(asked, socket, head, (made) => resolve(channelOf(made, protocol)));
  });
}

function channelOf(socket: WebSocket, protocol: string): MessageChannel {
  const closing = new AbortController();
  /** Messages that wait: many come with one read of the socket, which is paused only for those behind them. */
  const waiting: Buffer[] = [];
  let receiver: ((message: Buffer) => void | Promise<void>) | undefined;
  let busy = false;
  const deliver = () => {
    while (receiver && !busy && waiting.length > 0) {
      const taking = receiver(waiting.shift()!);
      if (!taking) continue;
      busy = true;
      socket.pause();
      void taking.finally(() => {
        busy = false;
        deliver();
        if (!busy) socket.resume();
      });
    }
  };
  const close = () => closing.abort();
  socket.on('close', close);
  // Followed by 'close'.
  socket.on('error', () => {});
  socket.on('message', (message) => {
    waiting.push(message);
    deliver();
  });
  const send = (message: Uint8Array, binary: boolean): Promise<void> =>
    closing.signal.aborted
      ? Promise.resolve()
      : new Promise((resolve) => socket.send(message, { binary }, () => resolve()));
  return {
    protocol,
    closed: closing.signal,
    send: (message) => send(message, true),
    sendText: (message) => send(message, false),
    receive(callback) {
      receiver = callback;
      deliver();
    },
    close() {
      // Whatever still comes is thrown away, so that the other side's goodbye is read.
      receiver = () => {};
      socket.resume();
      socket.close(normalClosure);
    },
  };
}

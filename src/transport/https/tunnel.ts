import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { MessageChannel } from '../../apimachinery/byte-channel.ts';

const spdy = 'SPDY/3.1';

/** Whether a request wants its connection to speak SPDY from then on. One with a body is answered as if it did not. */
export const wantsSpdy = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === spdy.toLowerCase() &&
  (headers['content-length'] ?? '0') === '0' &&
  headers['transfer-encoding'] === undefined;

/** Switches a connection over to SPDY. Its bytes are the messages, cut as they come; `head` are those that are there already. */
export function acceptSpdy(
  socket: Socket,
  head: Buffer,
  headers: Readonly<Record<string, string>>,
): MessageChannel {
  const closing = new AbortController();
  socket.on('close', () => closing.abort());
  if (socket.destroyed) closing.abort();
  const lines = Object.entries({ connection: 'Upgrade', upgrade: spdy, ...headers });
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
  );
  const send = (message: Uint8Array): Promise<void> =>
    closing.signal.aborted
      ? Promise.resolve()
      : new Promise((resolve) => socket.write(message, () => resolve()));
  return {
    protocol: spdy,
    closed: closing.signal,
    send,
    sendText: send,
    receive(callback) {
      const take = (bytes: Buffer) => {
        const waiting = callback(bytes);
        if (!waiting) return;
        socket.pause();
        void waiting.finally(() => socket.resume());
      };
      socket.on('data', take);
      if (head.length > 0) take(head);
    },
    close() {
      socket.removeAllListeners('data');
      // What still comes is thrown away, so that the other side's end is read.
      socket.resume();
      socket.end();
    },
  };
}

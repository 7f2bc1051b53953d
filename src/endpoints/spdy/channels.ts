import type { MessageChannel } from '../../apimachinery/byte-channel.ts';
import { type SpdyStream, serveSpdy } from './session.ts';

/** Bytes that may come before everything is there to take them. */
const maxEarlyBytes = 256 * 1024;

/**
 * The streams of a SPDY connection, each named by its header `streamType`, as channels of messages whose first byte is their number.
 * `numbers` are the streams that are waited for; others are refused. Who ends a stream is heard of by a message of `closed` and its number.
 * Resolves when all are open, and rejects when the connection is closed before.
 */
export function channelsOver(
  connection: MessageChannel,
  numbers: ReadonlyMap<string, number>,
  closed: number,
): Promise<MessageChannel> {
  const streams = new Map<number, SpdyStream>();
  const early: Buffer[] = [];
  let earlyBytes = 0;
  let receiver: ((message: Buffer) => void | Promise<void>) | undefined;
  const pass = (message: Buffer): void | Promise<void> => {
    if (receiver) return receiver(message);
    early.push(message);
    earlyBytes += message.length;
    if (earlyBytes > maxEarlyBytes) connection.close();
  };
  const channel: MessageChannel = {
    protocol: connection.protocol,
    closed: connection.closed,
    async send(message) {
      // An empty message only tells that somebody is there, which the streams have told.
      if (message.length > 1) await streams.get(message[0]!)?.send(message.subarray(1));
    },
    sendText: (message) => channel.send(message),
    receive(callback) {
      receiver = callback;
      for (const message of early.splice(0)) void callback(message);
    },
    close() {
      for (const stream of streams.values()) stream.end();
      connection.close();
    },
  };
  return new Promise((resolve, reject) => {
    const accept = (stream: SpdyStream) => {
      const number = numbers.get(stream.headers.get('streamtype') ?? '');
      if (number === undefined || streams.has(number)) return undefined;
      streams.set(number, stream);
      if (streams.size === numbers.size) resolve(channel);
      const over = () => void pass(Buffer.from([closed, number]));
      return {
        take: (bytes: Uint8Array) => pass(Buffer.concat([Buffer.from([number]), bytes])),
        ended: over,
        reset: over,
      };
    };
    void serveSpdy(connection, accept).then(() => reject(new Error('the client went away')));
  });
}

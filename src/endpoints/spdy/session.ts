import type { MessageChannel } from '../../apimachinery/byte-channel.ts';
import { onAbort } from '../../apimachinery/on-abort.ts';
import { dataFrame, type Frame, frameReader, pingFrame, refusalFrame, replyFrame } from './frames.ts';
import { emptyBlocks, headerReader } from './headers.ts';

/** A stream that the other side has opened. */
export interface SpdyStream {
  readonly headers: ReadonlyMap<string, string>;
  /** Resolves when there is room for more, or nobody is there any more. */
  send(bytes: Uint8Array): Promise<void>;
  /** Nothing more will be sent. */
  end(): void;
}

/** What becomes of what the other side sends on a stream. */
export interface SpdyReader {
  /** Everything else waits until it has resolved. */
  take(bytes: Uint8Array): void | Promise<void>;
  /** Nothing more will come. */
  ended(): void;
  /** The stream is gone. */
  reset(): void;
}

/** Streams of one connection that are open at once. */
const maxStreams = 1_000;

interface OpenStream {
  reader: SpdyReader | undefined;
  /** Who may still send on it. */
  theirs: boolean;
  ours: boolean;
}

/**
 * SPDY/3.1 inside the messages of a channel, as kubectl speaks it to forward ports: streams of bytes both ways, without windows, as the
 * library of Go clients has none. `accept` answers who reads a new stream, or undefined to refuse it. Resolves when the channel is
 * closed.
 */
export async function serveSpdy(
  channel: MessageChannel,
  accept: (stream: SpdyStream) => SpdyReader | undefined,
): Promise<void> {
  const streams = new Map<number, OpenStream>();
  const blocks = headerReader();
  const emptyBlock = emptyBlocks();

  const over = (id: number, side: 'theirs' | 'ours') => {
    const stream = streams.get(id);
    if (!stream) return;
    stream[side] = false;
    if (!stream.theirs && !stream.ours) streams.delete(id);
  };
  const open = async ({ id, isLast, block }: Frame & { kind: 'open' }): Promise<void> => {
    const headers = await blocks.read(block);
    // Streams that a client opens have odd numbers.
    if (id % 2 === 0 || streams.has(id)) throw new Error('a stream has a number that it may not have');
    if (streams.size >= maxStreams) return channel.send(refusalFrame(id));
    const stream: OpenStream = { reader: undefined, theirs: true, ours: true };
    streams.set(id, stream);
    void channel.send(replyFrame(id, emptyBlock()));
    stream.reader = accept({
      headers,
      send: (bytes) => (stream.ours ? channel.send(dataFrame(id, bytes, false)) : Promise.resolve()),
      end() {
        if (!stream.ours) return;
        void channel.send(dataFrame(id, new Uint8Array(), true));
        over(id, 'ours');
      },
    });
    if (!stream.reader) {
      streams.delete(id);
      return channel.send(refusalFrame(id));
    }
    if (isLast) endOf(id);
  };
  const endOf = (id: number) => {
    const stream = streams.get(id);
    over(id, 'theirs');
    stream?.reader?.ended();
  };
  const drop = (id: number) => {
    const stream = streams.get(id);
    if (!stream) return;
    streams.delete(id);
    stream.ours = false;
    stream.reader?.reset();
  };
  const onFrame = async (frame: Frame): Promise<void> => {
    switch (frame.kind) {
      case 'open':
        return open(frame);
      case 'data': {
        const stream = streams.get(frame.id);
        if (!stream?.theirs) return undefined;
        if (frame.bytes.length > 0) await stream.reader?.take(frame.bytes);
        if (frame.isLast) endOf(frame.id);
        return undefined;
      }
      case 'reset':
        return drop(frame.id);
      case 'ping':
        return channel.send(pingFrame(frame.id));
      default:
        return channel.close();
    }
  };
  const take = frameReader(onFrame);
  // What is no SPDY ends the connection: there is no telling where it goes on.
  channel.receive((message) => take(message).catch(channel.close));
  await untilAborted(channel.closed);
  blocks.close();
  for (const id of streams.keys()) drop(id);
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  signal.aborted ? Promise.resolve() : new Promise((resolve) => void onAbort(signal, resolve));

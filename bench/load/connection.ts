import { connect, type TLSSocket } from 'node:tls';
import { createFrameReader } from './frame-reader.ts';
import {
  connectionPreface,
  flag,
  frame,
  frameHeaderBytes,
  frameType,
  maxFrameBytes,
  settingsFrame,
  windowUpdateFrame,
} from './frames.ts';
import { commonFields, pathField, statusOf } from './hpack.ts';

/** Where a server is and who calls. */
export interface Endpoint {
  /** `https://127.0.0.1:6443` */
  readonly url: string;
  /** PEM; the server's certificate is not checked when absent. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Told about one answer. `end` comes once; `error` says what went wrong, if anything. */
export interface AnswerReader {
  status(status: number): void;
  data(chunk: Buffer): void;
  end(error?: string): void;
}

export interface Connection {
  request(
    method: string,
    path: string,
    body: Buffer | undefined,
    contentType: string,
    reader: AnswerReader,
  ): void;
  close(): void;
}

/** What the transport of the Go client announces: large windows, so that the server is not held up by them. */
const streamWindowBytes = 4 * 1024 * 1024;
const connectionWindowBytes = 1024 * 1024 * 1024;
const defaultWindowBytes = 65_535;
const connectTimeoutMs = 10_000;

interface Stream {
  readonly reader: AnswerReader;
  unacknowledged: number;
}

/**
 * One HTTP/2 connection of the load generator. Frames are made and read by hand: on two cores a general client would take
 * more time than the server it measures, and then measure itself.
 */
export async function openConnection(endpoint: Endpoint): Promise<Connection> {
  const socket = await openSocket(endpoint);
  const authority = new URL(endpoint.url).host;
  const streams = new Map<number, Stream>();
  const fields = new Map<string, Buffer>();
  let nextStream = 1;
  let unacknowledged = 0;
  let sendWindow = defaultWindowBytes;
  let outgoing: Buffer[] = [];
  const heldBack: Buffer[] = [];
  let failure: string | undefined;

  const flush = () => {
    const all = outgoing;
    outgoing = [];
    if (!socket.destroyed) socket.write(all.length === 1 ? all[0]! : Buffer.concat(all));
  };
  const send = (bytes: Buffer) => {
    if (outgoing.length === 0) process.nextTick(flush);
    outgoing.push(bytes);
  };
  const sendBodies = () => {
    while (heldBack.length > 0 && payloadBytes(heldBack[0]!) <= sendWindow) {
      const next = heldBack.shift()!;
      sendWindow -= payloadBytes(next);
      send(next);
    }
  };
  const fail = (why: string) => {
    failure ??= why;
    for (const { reader } of streams.values()) reader.end(failure);
    streams.clear();
    socket.destroy();
  };
  const finish = (id: number, error?: string) => {
    const stream = streams.get(id);
    streams.delete(id);
    stream?.reader.end(error);
  };

  const onData = (id: number, chunk: Buffer) => {
    unacknowledged += chunk.length;
    if (unacknowledged > connectionWindowBytes / 2) {
      send(windowUpdateFrame(0, unacknowledged));
      unacknowledged = 0;
    }
    const stream = streams.get(id);
    if (!stream) return;
    stream.unacknowledged += chunk.length;
    if (stream.unacknowledged > streamWindowBytes / 2) {
      send(windowUpdateFrame(id, stream.unacknowledged));
      stream.unacknowledged = 0;
    }
    stream.reader.data(chunk);
  };

  const onFrame = (type: number, flags: number, id: number, payload: Buffer) => {
    switch (type) {
      case frameType.headers: {
        const start = (flags & flag.padded ? 1 : 0) + (flags & flag.priority ? 5 : 0);
        streams.get(id)?.reader.status(statusOf(payload.subarray(start)));
        break;
      }
      case frameType.settings:
        if (!(flags & flag.ack)) send(frame(frameType.settings, flag.ack, 0, Buffer.alloc(0)));
        break;
      case frameType.ping:
        if (!(flags & flag.ack)) send(frame(frameType.ping, flag.ack, 0, payload));
        break;
      case frameType.windowUpdate:
        if (id === 0) sendWindow += payload.readUInt32BE();
        sendBodies();
        break;
      case frameType.resetStream:
        finish(id, `stream reset with code ${payload.readUInt32BE()}`);
        break;
      case frameType.goAway:
        fail(`connection ended with code ${payload.readUInt32BE(4)}`);
        break;
      default:
    }
  };

  const reader = createFrameReader({ onData, onFrame, onStreamEnd: (id) => finish(id) });
  socket.on('data', reader);
  socket.on('error', (error) => fail(error.message));
  socket.on('close', () => fail('connection closed'));
  send(connectionPreface);
  send(settingsFrame({ headerTableSize: 0, enablePush: 0, initialWindowSize: streamWindowBytes }));
  send(windowUpdateFrame(0, connectionWindowBytes - defaultWindowBytes));

  const fieldsOf = (method: string, contentType: string): Buffer => {
    const key = `${method} ${contentType}`;
    let block = fields.get(key);
    if (!block) {
      const own = { accept: 'application/json', 'user-agent': 'binnacle-bench', ...endpoint.headers };
      block = commonFields(
        method,
        authority,
        contentType === '' ? own : { ...own, 'content-type': contentType },
      );
      fields.set(key, block);
    }
    return block;
  };

  return {
    request(method, path, body, contentType, answer) {
      if (failure !== undefined) return answer.end(failure);
      const id = nextStream;
      nextStream += 2;
      streams.set(id, { reader: answer, unacknowledged: 0 });
      const block = Buffer.concat([pathField(path), fieldsOf(method, contentType)]);
      const end = body ? 0 : flag.endStream;
      send(frame(frameType.headers, flag.endHeaders | end, id, block));
      if (!body) return;
      heldBack.push(...dataFrames(id, body));
      sendBodies();
    },
    close() {
      streams.clear();
      socket.destroy();
    },
  };
}

const payloadBytes = (whole: Buffer): number => whole.length - frameHeaderBytes;

/** Bodies must fit the window that a stream starts with: nothing here waits for more. */
function dataFrames(stream: number, body: Buffer): Buffer[] {
  if (body.length > defaultWindowBytes)
    throw new RangeError(`a body of ${body.length} bytes is too large to send`);
  const frames: Buffer[] = [];
  for (let at = 0; at < body.length; at += maxFrameBytes) {
    const last = at + maxFrameBytes >= body.length;
    frames.push(
      frame(frameType.data, last ? flag.endStream : 0, stream, body.subarray(at, at + maxFrameBytes)),
    );
  }
  return frames;
}

function openSocket({ url, ca, cert, key }: Endpoint): Promise<TLSSocket> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: hostname,
      port: Number(port),
      ALPNProtocols: ['h2'],
      rejectUnauthorized: ca !== undefined,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    });
    socket.setNoDelay(true);
    socket.setTimeout(connectTimeoutMs, () => socket.destroy(new Error(`${url} does not answer`)));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

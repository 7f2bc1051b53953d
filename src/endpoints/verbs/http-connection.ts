import type { IncomingMessage, ServerResponse } from 'node:http';
import { Duplex, Readable } from 'node:stream';
import { createServer } from '../../apimachinery/node-http.ts';
import type { PodHandler } from '../../apimachinery/node-link.ts';

/** One connection to a port of a pod, in bytes. */
export interface HttpConnection {
  /** Bytes of who has connected. Resolves when there is room for more, or the connection is closed. */
  take(bytes: Uint8Array): void | Promise<void>;
  /** Who has connected sends nothing more, and still gets the answers to what was asked. */
  end(): void;
  close(): void;
  /** Resolves when the connection is closed, by whomever. */
  readonly closed: Promise<void>;
}

/**
 * Speaks HTTP/1.1 to who has connected, and hands the requests to what listens at that moment; bodies stream both ways. The connection is cut,
 * as one with a program that ended, when nothing listens any more or what listens breaks.
 *
 * @param send takes bytes for who has connected; resolves when there is room for more
 */
export function httpConnection(
  listening: () => PodHandler | undefined,
  send: (bytes: Uint8Array) => Promise<void>,
): HttpConnection {
  let roomForMore = () => {};
  const stream = new Duplex({
    read: () => roomForMore(),
    write: (bytes: Buffer, _encoding, done) => void send(bytes).then(() => done(), done),
  });
  const closed = new Promise<void>((resolve) => {
    stream.once('close', () => {
      roomForMore();
      resolve();
    });
  });
  stream.once('finish', () => stream.destroy());
  // Followed by 'close'.
  stream.on('error', () => {});
  let ended = false;
  const server = createServer((request, response) => {
    const handler = listening();
    if (!handler) return void stream.destroy();
    answer(request, response, handler).catch(() => stream.destroy());
  });
  // Of Node's servers; its types do not know it.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.emit('connection', stream);
  return {
    closed,
    close: () => void stream.destroy(),
    end() {
      if (!ended) stream.push(null);
      ended = true;
    },
    take(bytes) {
      if (ended || stream.destroyed || stream.push(bytes)) return undefined;
      return new Promise((resolve) => (roomForMore = resolve));
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  response: InstanceType<typeof ServerResponse>,
  handler: PodHandler,
): Promise<void> {
  const { method = 'GET', url = '/', rawHeaders } = incoming;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  // What is written to a connection that is gone; followed by 'close'.
  response.on('error', () => {});
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const origin = `http://${headers.get('host') || 'localhost'}`;
  const request = new Request(url.startsWith('/') ? origin + url : new URL(url, origin), {
    ...{ method, headers, signal: gone.signal },
    ...(hasBody ? { body: Readable.toWeb(incoming), duplex: 'half' } : {}),
  } as RequestInit);
  const { status, statusText, headers: given, body } = await handler(request);
  const lines = [...given].filter(([name]) => name !== 'connection' && name !== 'transfer-encoding');
  response.writeHead(status, statusText, lines.flat());
  if (method === 'HEAD') await body?.cancel();
  else await body?.pipeTo(new WritableStream({ write: (bytes) => writeTo(response, bytes) }), gone);
  response.end();
  // The next request of the connection comes behind what nobody has read of this one.
  if (!request.bodyUsed) await request.body?.pipeTo(new WritableStream());
}

/** Resolves when there is room for more, or nobody listens any more. */
async function writeTo(response: InstanceType<typeof ServerResponse>, bytes: Uint8Array): Promise<void> {
  if (response.write(bytes) || response.destroyed) return;
  await new Promise<void>((resolve) => {
    const go = () => {
      response.off('drain', go);
      response.off('close', go);
      resolve();
    };
    response.once('drain', go);
    response.once('close', go);
  });
}

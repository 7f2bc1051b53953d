import { once } from 'node:events';
import tls from 'node:tls';
import { isRecord } from '../../src/apimachinery/object.ts';

export interface Credentials {
  readonly port: number;
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** A request as it is written, without any of a client's manners. Texts are Latin-1. */
export interface Sent {
  readonly method?: string;
  readonly path: string;
  /** Pairs: names may repeat. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: Uint8Array | string;
}

export interface Answer {
  /** 0: the connection was closed without an answer. */
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export async function connect({ port, ca, cert, key }: Credentials): Promise<tls.TLSSocket> {
  const socket = tls.connect({ host: '127.0.0.1', port, ca, cert, key, ALPNProtocols: ['http/1.1'] });
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}

const json = ['content-type', 'application/json'] as const;

/** The bytes of a request, with the length of its body and JSON as its type unless it says otherwise. */
export function requestBytes({ method = 'GET', path, headers = [], body }: Sent): Buffer {
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  const content = body === undefined ? undefined : Buffer.from(body as string);
  const all: (readonly [string, string])[] = [['host', 'localhost'], ['connection', 'close'], ...headers];
  if (content) {
    if (!given.has('content-type')) all.push(json);
    if (!given.has('content-length') && !given.has('transfer-encoding')) {
      all.push(['content-length', String(content.length)]);
    }
  }
  const head = `${method} ${path} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), content ?? Buffer.alloc(0)]);
}

/** Everything that comes until the other side closes. */
export async function readAll(socket: tls.TLSSocket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks);
}

/** Everything until the other side closes, or the first answer is complete. */
async function readAnswer(socket: tls.TLSSocket): Promise<Answer> {
  const chunks: Buffer[] = [];
  let length = 0;
  /** Bytes after which another look makes sense: long answers are not put together over and over. */
  let enough = 0;
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length < enough) return;
      const bytes = Buffer.concat(chunks);
      const whole = wholeLength(bytes);
      enough = whole ?? length + 1;
      if (whole === undefined || length < whole) return;
      resolve(parseAnswer(bytes));
      socket.destroy();
    });
    socket.on('close', () => resolve(parseAnswer(Buffer.concat(chunks))));
    if (socket.closed) socket.emit('close');
  });
}

const headEnd = '\r\n\r\n';

/** Bytes of head and body; endless for an answer that does not say how long it is, undefined while its head is not there. */
function wholeLength(bytes: Buffer): number | undefined {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return undefined;
  const { status, headers } = parseAnswer(bytes.subarray(0, end + headEnd.length));
  if (status === 0) {
    // Behind the head of a 100.
    const rest = wholeLength(bytes.subarray(end + headEnd.length));
    return rest === undefined ? undefined : end + headEnd.length + rest;
  }
  const said = headers.get('content-length');
  return said === undefined ? Number.POSITIVE_INFINITY : end + headEnd.length + Number(said);
}

/** Writes bytes on a connection of their own and reads the answer. */
export async function exchange(credentials: Credentials, bytes: Uint8Array): Promise<Answer> {
  const socket = await connect(credentials);
  socket.write(bytes);
  return readAnswer(socket);
}

export const send = (credentials: Credentials, sent: Sent): Promise<Answer> =>
  exchange(credentials, requestBytes(sent));

export function parseAnswer(bytes: Buffer): Answer {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return { status: 0, headers: new Map(), body: bytes };
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(statusLine.split(' ')[1] ?? 0);
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const rest = bytes.subarray(end + 4);
  if (status === 100) return parseAnswer(rest);
  return { status, headers, body: headers.get('transfer-encoding') === 'chunked' ? unchunked(rest) : rest };
}

function unchunked(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const length = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (lineEnd < 0 || !(length > 0)) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}

/** The body as an object; undefined when it is none. */
export function objectOf({ body }: Pick<Answer, 'body'>): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

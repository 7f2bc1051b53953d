import { readFileSync } from 'node:fs';
import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startSqliteWriter } from './sqlite-writer.ts';

/*
 * The least a Node server can do: HTTP/2 over TLS on the core stream API, sending bytes it was given. `PUT /bodies/NAME`
 * adds to them, `DELETE` forgets them, `GET` sends them, `GET /watch` stays open, `POST /write` answers the body `object` and sends the
 * body `event` to everybody who watches. `POST /create` reads its body as JSON, writes it as JSON again, stores that and answers it when it
 * is durable. `GET /turns/NAME` is `GET /bodies/NAME` for clients that take turns: of each connection one request in a turn of the event
 * loop. Arguments: port, database file, certificate, key and client CA.
 */

const chunkBytes = 128 * 1024;
const delayResolutionMs = 10;
const [port, databasePath, certPath, keyPath, caPath] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];

const bodies = new Map<string, Buffer>();
const watchers = new Set<ServerHttp2Stream>();
const delay = monitorEventLoopDelay({ resolution: delayResolutionMs });
delay.enable();

function sendBody(stream: ServerHttp2Stream, status: number, body: Buffer): void {
  stream.respond({ ':status': status, 'content-type': 'application/json', 'content-length': body.length });
  if (body.length <= chunkBytes) stream.end(body);
  else sendChunks(stream, body, 0);
}

function sendChunks(stream: ServerHttp2Stream, body: Buffer, from: number): void {
  for (let at = from; at < body.length; ) {
    const chunk = body.subarray(at, at + chunkBytes);
    at += chunk.length;
    if (at >= body.length) stream.end(chunk);
    else if (!stream.write(chunk)) {
      stream.once('drain', () => sendChunks(stream, body, at));
      return;
    }
  }
}

function forgetBody(stream: ServerHttp2Stream, name: string): void {
  bodies.delete(name);
  stream.respond({ ':status': 204 }, { endStream: true });
}

function readBody(stream: ServerHttp2Stream, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
}

const appendBody = (stream: ServerHttp2Stream, name: string): void =>
  readBody(stream, (body) => {
    bodies.set(name, Buffer.concat([bodies.get(name) ?? Buffer.alloc(0), body]));
    stream.respond({ ':status': 201 }, { endStream: true });
  });

let store: ((value: Uint8Array) => Promise<void>) | undefined;

const create = (stream: ServerHttp2Stream): void =>
  readBody(stream, (body) => {
    store ??= startSqliteWriter(databasePath, setImmediate);
    const value = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
    void store(value).then(() => sendBody(stream, 201, value));
  });

/** Requests of one connection that wait for their turn. */
const lines = new Map<unknown, (() => void)[]>();

function inTurn(connection: unknown, answer: () => void): void {
  const line = lines.get(connection);
  if (line) line.push(answer);
  else lines.set(connection, [answer]);
  if (!line && lines.size === 1) setImmediate(turn);
}

function turn(): void {
  const [[connection, line] = []] = lines;
  if (!line) return;
  lines.delete(connection);
  line.shift()!();
  if (line.length > 0) lines.set(connection, line);
  if (lines.size > 0) setImmediate(turn);
}

function onBody(stream: ServerHttp2Stream, method: string, name: string): void {
  if (method === 'PUT') appendBody(stream, name);
  else if (method === 'DELETE') forgetBody(stream, name);
  else sendBody(stream, 200, bodies.get(name) ?? Buffer.from('ready'));
}

function watch(stream: ServerHttp2Stream): void {
  watchers.add(stream);
  stream.once('close', () => watchers.delete(stream));
  stream.respond({ ':status': 200, 'content-type': 'application/json' });
}

function write(stream: ServerHttp2Stream): void {
  stream.resume();
  stream.on('end', () => {
    sendBody(stream, 201, bodies.get('object')!);
    const event = bodies.get('event')!;
    for (const watcher of watchers) watcher.write(event);
  });
}

function sendFigures(stream: ServerHttp2Stream): void {
  const line = (quantile: number, milliseconds: number) =>
    `binnacle_event_loop_delay_seconds{quantile="${quantile}"} ${Math.max(0, milliseconds - delayResolutionMs) / 1000}\n`;
  const text = [50, 99].map((percentile) => line(percentile / 100, delay.percentile(percentile) / 1e6));
  sendBody(stream, 200, Buffer.from(text.join('') + line(1, delay.max / 1e6)));
  delay.reset();
}

const server = createSecureServer({
  cert: readFileSync(certPath),
  key: readFileSync(keyPath),
  ca: readFileSync(caPath),
  requestCert: true,
  rejectUnauthorized: false,
});
server.on('secureConnection', (socket) => socket.setNoDelay(true));
server.on('stream', (stream, headers) => {
  const path = headers[':path'] ?? '';
  stream.on('error', () => {});
  if (path === '/watch') watch(stream);
  else if (path === '/write') write(stream);
  else if (path === '/create') create(stream);
  else if (path.startsWith('/turns/')) {
    inTurn(stream.session, () => sendBody(stream, 200, bodies.get(path.slice('/turns/'.length))!));
  } else if (path === '/metrics') sendFigures(stream);
  else onBody(stream, headers[':method'] ?? '', path.slice('/bodies/'.length));
});
server.listen(Number(port), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));

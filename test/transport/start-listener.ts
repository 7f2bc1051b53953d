import { type EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import type { TestContext } from 'node:test';
import tls from 'node:tls';
import { realClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { cryptoRandom } from '../../src/apimachinery/random.ts';
import type { Handler } from '../../src/endpoints/exchange.ts';
import { ensurePki, type Pki } from '../../src/pki/ensure-pki.ts';
import type { Timeouts } from '../../src/transport/https/limits.ts';
import { type HttpsListener, startHttps } from '../../src/transport/https/start-https.ts';

/** Certificates for a test, in a directory that goes away with it. */
export async function testPki(t: TestContext): Promise<Pki> {
  const dir = await mkdtemp(join(tmpdir(), 'binnacle-pki-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  return ensurePki(dir, { clock: realClock, random: cryptoRandom, hosts: [] });
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly identity?: { readonly cert: string; readonly key: string };
}

export interface TestListener {
  readonly listener: HttpsListener;
  readonly pki: Pki;
  /** One request on a connection of its own. */
  h1(asked?: Asked): Promise<Answer>;
  h2(asked?: Asked): Promise<Answer>;
  /** An HTTP/2 connection that ends with the test. */
  session(identity?: { cert: string; key: string }): http2.ClientHttp2Session;
  /** A TLS connection without HTTP on top. */
  tlsSocket(): Promise<tls.TLSSocket>;
  tcpSocket(): Promise<net.Socket>;
  /** What a client with a certificate is answered on HTTP/1.1 when its bytes come in pieces of this size. */
  inPieces(identity: { cert: string; key: string }, size: number): Promise<string>;
}

export async function collect(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export async function startListener(
  t: TestContext,
  handler: Handler,
  timeouts: Partial<Timeouts> = {},
): Promise<TestListener> {
  const pki = await testPki(t);
  const listener = await startHttps({
    handler,
    tls: { key: pki.serving.key, cert: pki.serving.cert },
    clientAuthorities: [pki.clientCa],
    clock: realClock,
    log: silentLog,
    timeouts: { lingerMs: 50, ...timeouts },
  });
  const trust = { ca: pki.servingCa, host: '127.0.0.1', port: listener.port };
  t.after(() => listener.close(0));

  const session: TestListener['session'] = (identity) => {
    const client = http2.connect(`https://127.0.0.1:${listener.port}`, {
      ca: pki.servingCa,
      maxSendHeaderBlockLength: 200_000,
      ...identity,
    });
    client.on('error', () => {});
    t.after(() => client.destroy());
    return client;
  };
  return {
    listener,
    pki,
    session,
    async h1({ method = 'GET', path = '/', headers = {}, body, identity } = {}) {
      const request = https.request({ ...trust, ...identity, method, path, headers, agent: false });
      request.on('error', () => {});
      request.end(body);
      const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
      return { status: response.statusCode ?? 0, headers: response.headers, text: await collect(response) };
    },
    async h2({ method = 'GET', path = '/', headers = {}, body, identity } = {}) {
      const client = session(identity);
      const stream = client.request({ ':method': method, ':path': path, ...headers });
      stream.end(body);
      const [answered] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
      const text = await collect(stream);
      client.close();
      return { status: Number(answered[':status']), headers: answered, text };
    },
    async tlsSocket() {
      const socket = tls.connect({ ...trust, ALPNProtocols: ['http/1.1'] });
      socket.on('error', () => {});
      t.after(() => socket.destroy());
      await once(socket, 'secureConnect');
      return socket;
    },
    async tcpSocket() {
      const socket = net.connect(listener.port, '127.0.0.1');
      socket.on('error', () => {});
      t.after(() => socket.destroy());
      await once(socket, 'connect');
      return socket;
    },
    async inPieces(identity, size) {
      const socket = net.connect({ port: listener.port, host: '127.0.0.1', noDelay: true });
      const pieces = new Duplex({
        read: () => void socket.resume(),
        write(bytes: Buffer, _, done) {
          const next = (at: number) => {
            if (at >= bytes.length) return done();
            socket.write(bytes.subarray(at, at + size), () => setImmediate(next, at + size));
          };
          next(0);
        },
      });
      socket.on('data', (bytes) => pieces.push(bytes) || socket.pause());
      socket.on('close', () => pieces.push(null));
      socket.on('error', () => {});
      const client = tls.connect({ ...identity, ca: pki.servingCa, socket: pieces, servername: 'localhost' });
      t.after(() => socket.destroy());
      client.on('error', () => {});
      client.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      return collect(client);
    },
  };
}

/** Resolves when `condition` holds; the test's own time limit ends it otherwise. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Resolves when something has closed, properly or with an error. */
export function closed(emitter: EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    emitter.on('error', () => {});
    emitter.once('close', () => resolve());
  });
}

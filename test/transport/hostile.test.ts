import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { describe, test } from 'node:test';
import type { Handler } from '../../src/endpoints/exchange.ts';
import { closed, startListener, until } from './start-listener.ts';

const ok: Handler = async ({ sink }) => sink.respond(200, {}, Buffer.from('ok'));

/** Everything a socket sends until it closes. */
async function untilClosed(socket: import('node:net').Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  if (!socket.closed) await closed(socket);
  return text;
}

describe('hostile clients', { timeout: 20_000 }, () => {
  test('plain HTTP on the TLS port gets a short explanation', async (t) => {
    const server = await startListener(t, ok);
    const socket = await server.tcpSocket();
    socket.write('GET /api HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.equal(
      await untilClosed(socket),
      'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n',
    );
  });

  test('garbage before, in and after the handshake closes that connection only', async (t) => {
    const server = await startListener(t, ok);
    for (const bytes of ['\0\0\0\0', '\x16\x03\x01\x00\x05hello', `\x16${'\xff'.repeat(300)}`]) {
      const socket = await server.tcpSocket();
      socket.write(Buffer.from(bytes, 'latin1'));
      await untilClosed(socket);
    }
    const tlsSocket = await server.tlsSocket();
    tlsSocket.write('\x01\x02 nonsense\r\n\r\n');
    assert.match(await untilClosed(tlsSocket), /^HTTP\/1.1 400 Bad Request/);
    assert.equal((await server.h1()).text, 'ok');
    await until(() => server.listener.connections() === 0);
  });

  test('whoever sends nothing, half a handshake or half a header is cut off in time', async (t) => {
    const silent = await startListener(t, ok, { handshakeMs: 50 });
    await untilClosed(await silent.tcpSocket());
    const half = await silent.tcpSocket();
    half.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
    await untilClosed(half);
    // With another server: a busy machine may not make a proper handshake in so short a time.
    const server = await startListener(t, ok, { headersMs: 50 });
    const slow = await server.tlsSocket();
    slow.write('GET / HTTP/1.1\r\nhost: x\r\nx-half: ');
    assert.match(await untilClosed(slow), /^HTTP\/1.1 408 /);
  });

  test('idle connections are closed after a while, h1 and h2', async (t) => {
    const server = await startListener(t, ok, { idleMs: 60 });
    const session = server.session();
    const agentless = await server.tlsSocket();
    agentless.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await Promise.all([closed(session), untilClosed(agentless)]);
  });

  test('an HTTP/2 stream that is open keeps its connection from being idle', async (t) => {
    const server = await startListener(
      t,
      async ({ sink }) => {
        sink.head(200, {});
        setTimeout(() => sink.end(), 250);
      },
      { idleMs: 60 },
    );
    const stream = server.session().request({ ':path': '/' });
    stream.resume();
    await once(stream, 'end');
  });

  test('a burst of stream resets ends that connection, and other clients notice nothing', async (t) => {
    const server = await startListener(t, ok);
    const session = server.session();
    await once(session, 'remoteSettings');
    const gone = closed(session);
    const flood = () => {
      const streams: http2.ClientHttp2Stream[] = [];
      for (let i = 0; i < 200 && !session.closed && !session.destroyed; i++) {
        const stream = session.request({ ':path': '/' });
        stream.on('error', () => {});
        streams.push(stream);
      }
      setImmediate(() => {
        for (const stream of streams) stream.close(http2.constants.NGHTTP2_CANCEL);
        if (!session.closed && !session.destroyed) setImmediate(flood);
      });
    };
    flood();
    await gone;
    assert.equal((await server.h2()).text, 'ok');
  });

  test('connections reset in the middle of requests and answers leave nothing behind', async (t) => {
    const chunk = Buffer.alloc(64 * 1024);
    let inFlight = 0;
    const server = await startListener(t, async ({ sink, signal }) => {
      inFlight++;
      sink.head(200, {});
      while (!signal.aborted) if (!sink.write(chunk)) await sink.drained();
      sink.end();
      inFlight--;
    });
    for (let i = 0; i < 10; i++) {
      const socket = await server.tlsSocket();
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
      const session = server.session();
      const stream = session.request({ ':path': '/' });
      stream.on('error', () => {});
      await Promise.all([once(socket, 'data'), once(stream, 'response')]);
      socket.destroy();
      session.destroy();
    }
    await until(() => inFlight === 0 && server.listener.connections() === 0);
  });

  test('a reader that stalls is cut after the allowed time', async (t) => {
    const chunk = Buffer.alloc(1024 * 1024);
    const server = await startListener(
      t,
      async ({ sink, signal }) => {
        sink.head(200, {});
        while (!signal.aborted) if (!sink.write(chunk)) await sink.drained();
      },
      { stalledWriteMs: 60 },
    );
    const socket = await server.tlsSocket();
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    socket.pause();
    const stream = server.session().request({ ':path': '/' });
    await closed(stream);
    await until(() => server.listener.connections() === 1);
  });
});

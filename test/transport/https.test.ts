import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { ApiError } from '../../src/apimachinery/status.ts';
import type { Exchange, Handler } from '../../src/endpoints/exchange.ts';
import { startListener, testPki } from './start-listener.ts';

const json = { 'content-type': 'application/json' };
const protocols = ['h1', 'h2'] as const;

/** Answers with what the core got to see. */
const echo: Handler = async ({ method, target, headers, peer, sink }) => {
  sink.respond(200, json, Buffer.from(JSON.stringify({ method, target, accept: headers['accept'], peer })));
};

/** Reads the body under a limit and answers with its length, or with the error. */
const readBody =
  (limitBytes: number): Handler =>
  async (exchange: Exchange) => {
    try {
      const body = await exchange.body(limitBytes);
      exchange.sink.respond(200, json, Buffer.from(String(body.length)));
    } catch (error) {
      assert(error instanceof ApiError);
      exchange.sink.respond(error.code, json, Buffer.from(error.message));
    }
  };

for (const protocol of protocols) {
  describe(`https over ${protocol}`, { timeout: 20_000 }, () => {
    test('the core sees method, raw target, headers and an anonymous peer', async (t) => {
      const server = await startListener(t, echo);
      const answer = await server[protocol]({
        method: 'DELETE',
        path: '/api/../%2e%2e//x?a=%00',
        headers: { accept: 'a/b' },
      });
      assert.equal(answer.status, 200);
      assert.deepEqual(JSON.parse(answer.text), {
        method: 'DELETE',
        target: '/api/../%2e%2e//x?a=%00',
        accept: 'a/b',
        peer: { address: '127.0.0.1', certificates: [] },
      });
    });

    test('the core sees the certificate that a client shows, whoever signed it, and those above it', async (t) => {
      const server = await startListener(t, echo);
      const stranger = await testPki(t);
      for (const { cert, key } of [stranger.admin, stranger.serving]) {
        const identity = { cert: cert + stranger.servingCa, key };
        const { peer } = JSON.parse((await server[protocol]({ identity })).text);
        assert.deepEqual(peer.certificates, [cert, stranger.servingCa]);
      }
    });

    test('a body up to the limit is read whole, one byte more is refused with 413', async (t) => {
      const server = await startListener(t, readBody(100_000));
      const send = (bytes: number, headers = {}) =>
        server[protocol]({ method: 'POST', body: Buffer.alloc(bytes, 'x'), headers });
      assert.equal((await send(100_000)).text, '100000');
      assert.equal((await send(0)).text, '0');
      assert.equal((await send(100_001, { 'content-length': '100001' })).status, 413);
      const streamed = await send(5_000_000, protocol === 'h1' ? { 'transfer-encoding': 'chunked' } : {});
      assert.deepEqual([streamed.status, streamed.text], [413, 'Request entity too large: limit is 100000']);
    });

    test('a half-sent body ends with 504 after the allowed time', async (t) => {
      const server = await startListener(t, readBody(100), { bodyMs: 50, headersMs: 5_000 });
      if (protocol === 'h2') {
        const stream = server.session().request({ ':method': 'POST', ':path': '/' });
        stream.on('error', () => {});
        stream.write('abc');
        const [headers] = await once(stream, 'response');
        assert.equal(headers[':status'], 504);
      } else {
        const socket = await server.tlsSocket();
        socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc');
        const [answer] = await once(socket, 'data');
        assert.match(String(answer), /^HTTP\/1.1 504 /);
        await once(socket, 'close');
      }
    });

    test('headers over 64 KiB together are refused with 431 and the server lives on', async (t) => {
      const server = await startListener(t, echo);
      const half = 'x'.repeat(35_000);
      assert.equal((await server[protocol]({ headers: { a: half, b: half } })).status, 431);
      assert.equal((await server[protocol]({ headers: { a: half } })).status, 200);
    });

    test('HEAD has headers and no body, OPTIONS reaches the core', async (t) => {
      const server = await startListener(t, echo);
      const head = await server[protocol]({ method: 'HEAD' });
      assert.deepEqual([head.status, head.text, head.headers['content-type']], [200, '', 'application/json']);
      assert.equal(
        JSON.parse((await server[protocol]({ method: 'OPTIONS', path: '*' })).text).method,
        'OPTIONS',
      );
    });

    test('an answer of many megabytes arrives whole, under back-pressure', async (t) => {
      const chunk = Buffer.alloc(256 * 1024, 'y');
      let waits = 0;
      const server = await startListener(t, async ({ sink }) => {
        sink.head(200, json);
        for (let i = 0; i < 40; i++) {
          if (sink.write(chunk)) continue;
          waits++;
          await sink.drained();
        }
        sink.end();
      });
      assert.equal((await server[protocol]()).text.length, 40 * chunk.length);
      assert(waits > 0);
    });

    test('abort() in the middle of an answer is an error at the client, not an end', async (t) => {
      const server = await startListener(t, async ({ sink }) => {
        sink.head(200, json);
        sink.write(Buffer.from('half'));
        setTimeout(() => sink.abort(), 20);
      });
      await assert.rejects(server[protocol]());
    });

    test('a core that fails cuts the answer instead of hanging', async (t) => {
      const server = await startListener(t, async () => {
        throw new Error('unexpected');
      });
      await assert.rejects(server[protocol]());
    });
  });
}

describe('https/1.1 only', { timeout: 20_000 }, () => {
  test('Expect: 100-continue is answered when the core wants the body, and not when it is too large', async (t) => {
    const server = await startListener(t, readBody(5));
    const ask = async (length: number) => {
      const socket = await server.tlsSocket();
      socket.write(`POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: ${length}\r\n\r\n`);
      return { socket, first: String((await once(socket, 'data'))[0]) };
    };
    const { socket, first } = await ask(5);
    assert.equal(first, 'HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('hello');
    assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1.1 200 /);
    assert.match((await ask(6)).first, /^HTTP\/1.1 413 /);
  });

  test('an upgrade request is an exchange like any other', async (t) => {
    const server = await startListener(t, echo);
    for (const upgrade of ['websocket', 'SPDY/3.1', 'h2c']) {
      const headers = { connection: 'Upgrade', upgrade };
      assert.equal((await server.h1({ headers })).status, 200);
    }
  });

  test('a request with a body keeps it, whatever it wants to become', async (t) => {
    const server = await startListener(t, readBody(100));
    const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1' };
    const { text } = await server.h1({ method: 'POST', headers, body: 'the body' });
    assert.equal(text, '8');
  });

  test('pipelined requests on one connection are answered in order', async (t) => {
    const server = await startListener(t, async ({ target, sink }) => {
      await new Promise((resolve) => setTimeout(resolve, target === '/1' ? 30 : 0));
      sink.head(200, json);
      sink.write(Buffer.from(`<${target}>`));
      sink.end();
    });
    const socket = await server.tlsSocket();
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.write('GET /1 HTTP/1.1\r\nhost: x\r\n\r\nGET /2 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await once(socket, 'close');
    assert.deepEqual(text.match(/<\/\d>/g), ['</1>', '</2>']);
  });
});

test('the certificate of a client may come in pieces', { timeout: 20_000 }, async (t) => {
  const server = await startListener(t, echo);
  const stranger = await testPki(t);
  for (const { cert, key } of [server.pki.admin, stranger.admin, stranger.serving]) {
    const answer = await server.inPieces({ cert, key }, 100);
    assert.match(answer, /^HTTP\/1.1 200 OK\r\n/);
    assert(answer.includes(JSON.stringify(cert)));
  }
});

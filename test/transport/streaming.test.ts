import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { clientGone, type Exchange, serverStopping } from '../../src/endpoints/exchange.ts';
import { closed, collect, startListener, until } from './start-listener.ts';

/** A core whose exchanges the test drives by hand. */
function manualCore() {
  const exchanges: Exchange[] = [];
  const handler = async (exchange: Exchange) => {
    exchanges.push(exchange);
  };
  const next = async (): Promise<Exchange> => {
    await until(() => exchanges.length > 0);
    return exchanges.shift()!;
  };
  return { handler, next };
}

describe('streamed answers', { timeout: 20_000 }, () => {
  test('headers and each small chunk leave at once, over h1 and h2', async (t) => {
    const core = manualCore();
    const server = await startListener(t, core.handler);
    const socket = await server.tlsSocket();
    socket.write('GET /watch HTTP/1.1\r\nhost: x\r\n\r\n');
    const overH1 = (await core.next()).sink;
    overH1.head(200, {});
    assert.match(String((await once(socket, 'data'))[0]), /^HTTP\/1.1 200 OK\r\n/);

    const stream = server.session().request({ ':path': '/watch' });
    const overH2 = (await core.next()).sink;
    overH2.head(200, {});
    assert.equal((await once(stream, 'response'))[0][':status'], 200);

    for (const text of ['{"a":1}\n', '{"b":2}\n']) {
      const chunk = Buffer.from(text);
      overH1.write(chunk);
      overH2.write(chunk);
      const [[first], [second]] = await Promise.all([once(socket, 'data'), once(stream, 'data')]);
      assert.equal(String(first), `8\r\n${text}\r\n`);
      assert.equal(String(second), text);
    }
    const ends = [once(socket, 'data'), once(stream, 'end')];
    overH1.end();
    overH2.end();
    assert.equal(String((await ends[0])![0]), '0\r\n\r\n');
    await ends[1];
  });

  test('pendingBytes grows while the other side does not read and falls when it does', async (t) => {
    const core = manualCore();
    const server = await startListener(t, core.handler);
    const socket = await server.tlsSocket();
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    socket.pause();
    const overH1 = (await core.next()).sink;
    const stream = server.session().request({ ':path': '/' });
    stream.on('error', () => {});
    const overH2 = (await core.next()).sink;
    const chunk = Buffer.alloc(256 * 1024);
    for (const sink of [overH1, overH2]) {
      sink.head(200, {});
      let writes = 0;
      while (sink.pendingBytes() < 4 * chunk.length && writes++ < 400) {
        sink.write(chunk);
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert(sink.pendingBytes() >= 4 * chunk.length, `${sink.pendingBytes()} after ${writes} writes`);
    }
    socket.resume();
    stream.resume();
    await until(() => overH1.pendingBytes() === 0 && overH2.pendingBytes() === 0);
  });

  test('the signal aborts when the client goes away, and not when the answer is complete', async (t) => {
    const core = manualCore();
    const server = await startListener(t, core.handler);
    const socket = await server.tlsSocket();
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    const overH1 = await core.next();
    const stream = server.session().request({ ':path': '/' });
    stream.on('error', () => {});
    const overH2 = await core.next();
    const reasons = [overH1.signal, overH2.signal].map(async (signal) => {
      await once(signal, 'abort');
      return signal.reason;
    });
    socket.destroy();
    stream.close(8);
    assert.deepEqual(await Promise.all(reasons), [clientGone, clientGone]);

    const finished = server.h2();
    const complete = await core.next();
    const { signal } = complete;
    complete.sink.respond(200, {}, Buffer.from('done'));
    assert.equal((await finished).text, 'done');
    assert.equal(signal.aborted, false);
  });

  test('a signal asked for after the client left is aborted already', async (t) => {
    const core = manualCore();
    const server = await startListener(t, core.handler);
    const stream = server.session().request({ ':path': '/' });
    stream.on('error', () => {});
    const exchange = await core.next();
    stream.session?.destroy();
    await until(() => server.listener.connections() === 0);
    assert.equal(exchange.signal.reason, clientGone);
    exchange.sink.respond(200, {}, Buffer.from('nobody'));
    exchange.sink.end();
    exchange.sink.abort();
  });
});

describe('closing', { timeout: 20_000 }, () => {
  test('lets answers in flight finish, closes idle connections and accepts no more', async (t) => {
    const core = manualCore();
    const server = await startListener(t, core.handler);
    const idle = [closed(await server.tlsSocket()), closed(server.session())];
    const answers = [server.h1(), server.h2()];
    const open = [await core.next(), await core.next()];
    await until(() => server.listener.connections() === 4);
    const closing = server.listener.close(10_000);
    await Promise.all(idle);
    await assert.rejects(server.tcpSocket());
    for (const { sink } of open) sink.respond(200, {}, Buffer.from('late'));
    assert.deepEqual(
      (await Promise.all(answers)).map(({ text }) => text),
      ['late', 'late'],
    );
    await closing;
    assert.equal(server.listener.connections(), 0);
  });

  test('a streamed answer that ends while closing ends properly', async (t) => {
    const core = manualCore();
    const server = await startListener(t, core.handler);
    const session = server.session();
    const stream = session.request({ ':path': '/watch' });
    const text = collect(stream);
    const { sink } = await core.next();
    sink.head(200, {});
    await once(stream, 'response');
    const closing = server.listener.close(10_000);
    sink.write(Buffer.from('last'));
    sink.end();
    assert.equal(await text, 'last');
    await closing;
  });

  test('an answer that is complete, and not out yet, gets out', async (t) => {
    const core = manualCore();
    const server = await startListener(t, core.handler);
    const large = Buffer.alloc(20_000_000, 'x');
    const answers = [server.h1(), server.h2()];
    for (const { sink } of [await core.next(), await core.next()]) sink.respond(200, {}, large);
    const streamed = server.h1();
    const { sink } = await core.next();
    sink.head(200, {});
    for (let i = 0; i < 3; i++) sink.write(Buffer.from('part'));
    sink.end();
    await server.listener.close(10_000);
    const lengths = (await Promise.all([...answers, streamed])).map(({ text }) => text.length);
    assert.deepEqual(lengths, [large.length, large.length, 'part'.length * 3]);
  });

  test('what does not finish in time is told so and then cut', async (t) => {
    const core = manualCore();
    const server = await startListener(t, core.handler);
    const answers = [server.h1(), server.h2()].map((answer) => assert.rejects(answer));
    const open = [await core.next(), await core.next()];
    for (const { sink } of open) sink.head(200, {});
    const signals = open.map(({ signal }) => signal);
    await server.listener.close(30);
    assert.deepEqual(
      signals.map(({ reason }) => reason),
      [serverStopping, serverStopping],
    );
    await Promise.all(answers);
    assert.equal(server.listener.connections(), 0);
  });
});

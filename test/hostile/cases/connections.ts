import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import { connect, requestBytes } from '../h1.ts';
import type { HostileServer } from '../server.ts';
import { type Case, configMaps, post } from './case.ts';

const many = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

function session({ credentials: { port, ca, cert, key } }: HostileServer): http2.ClientHttp2Session {
  const client = http2.connect(`https://127.0.0.1:${port}`, { ca, cert, key });
  client.on('error', () => {});
  return client;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function stillServes(server: HostileServer): Promise<void> {
  assert.equal((await server.send({ path: '/readyz' })).body.toString(), 'ok');
}

export const connections: readonly Case[] = [
  {
    name: '200 connections that send half a request and go',
    async run(server) {
      const half = requestBytes(post({ metadata: { name: 'half' }, data: { a: 'b'.repeat(1_000) } }));
      for (let round = 0; round < 10; round++) {
        await Promise.all(
          many(20, async (i) => {
            const socket = await connect(server.credentials);
            socket.write(half.subarray(0, 10 + i * 20 + round));
            await pause(1);
            socket.destroy();
          }),
        );
      }
      assert.equal((await server.send({ path: `${configMaps}/half` })).status, 404);
      await stillServes(server);
    },
  },
  {
    name: '300 connections that say nothing',
    async run(server) {
      const sockets = many(300, () => net.connect(server.credentials.port, '127.0.0.1'));
      await Promise.all(
        sockets.map((socket) =>
          once(
            socket.on('error', () => {}),
            'connect',
          ),
        ),
      );
      await stillServes(server);
      for (const socket of sockets) socket.destroy();
    },
  },
  {
    name: 'a body that is promised and never comes blocks nobody',
    async run(server) {
      const sockets = await Promise.all(
        many(20, async () => {
          const socket = await connect(server.credentials);
          socket.write(requestBytes({ ...post('{}'), headers: [['content-length', '1000000']] }));
          return socket;
        }),
      );
      await stillServes(server);
      for (const socket of sockets) socket.destroy();
    },
  },
  {
    name: 'writes whose senders go before the answer happen whole or not at all',
    async run(server) {
      const names = many(100, (i) => `gone-${i}`);
      await Promise.all(
        names.map(async (name) => {
          const socket = await connect(server.credentials);
          socket.end(requestBytes(post({ metadata: { name }, data: { a: 'b' } })));
          socket.destroy();
        }),
      );
      await pause(100);
      for (const name of names) {
        const { status, body } = await server.send({ path: `${configMaps}/${name}` });
        assert.ok(status === 404 || (status === 200 && body.includes('"data":{"a":"b"}')), body.toString());
        if (status === 200) await server.send({ method: 'DELETE', path: `${configMaps}/${name}` });
      }
    },
  },
  {
    name: 'a burst of HTTP/2 streams that are reset at once',
    async run(server) {
      const client = session(server);
      await once(client, 'remoteSettings');
      for (let round = 0; round < 20 && !client.closed && !client.destroyed; round++) {
        const streams = many(100, () => client.request({ ':path': `${configMaps}?watch=1` }));
        for (const stream of streams) {
          stream.on('error', () => {});
          stream.close(http2.constants.NGHTTP2_CANCEL);
        }
        await pause(1);
      }
      client.destroy();
      await stillServes(server);
    },
  },
  {
    name: 'HTTP/2 bodies that stop in the middle',
    async run(server) {
      const client = session(server);
      const streams = many(100, () =>
        client.request(
          { ':path': configMaps, ':method': 'POST', 'content-type': 'application/json' },
          { endStream: false },
        ),
      );
      for (const stream of streams) {
        stream.on('error', () => {});
        stream.write('{"metadata":{"name":"half"}');
      }
      await pause(20);
      client.destroy();
      await stillServes(server);
      assert.equal((await server.send({ path: `${configMaps}/half` })).status, 404);
    },
  },
  {
    name: 'garbage after the HTTP/2 preface',
    async run({ credentials: { port, ca, cert, key }, ...server }) {
      const tls = await import('node:tls');
      for (const bytes of [
        Buffer.alloc(1_000),
        Buffer.alloc(1_000, 0xff),
        Buffer.from('00ffff0000000000', 'hex'),
      ]) {
        const socket = tls.connect({ host: '127.0.0.1', port, ca, cert, key, ALPNProtocols: ['h2'] });
        socket.on('error', () => {});
        await once(socket, 'secureConnect');
        socket.resume();
        socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
        socket.end(bytes);
        await once(socket, 'close');
      }
      await stillServes({ credentials: { port, ca, cert, key }, ...server });
    },
  },
  {
    name: '50 watches whose readers do not read hold up neither writers nor memory',
    async run(server) {
      const client = session(server);
      const streams = many(50, () => client.request({ ':path': '/api/v1/configmaps?watch=1' }));
      await Promise.all(
        streams.map((stream) => {
          stream.on('error', () => {});
          stream.pause();
          return once(stream, 'response');
        }),
      );
      const before = (await server.pulse()).heapBytes;
      const data = { a: 'x'.repeat(50_000) };
      for (let i = 0; i < 100; i++) {
        const { status } = await server.send({
          ...post(
            { metadata: { name: 'loud' }, data: { ...data, i: `${i}` } },
            i === 0 ? configMaps : `${configMaps}/loud`,
          ),
          method: i === 0 ? 'POST' : 'PUT',
        });
        assert.ok(status === 200 || status === 201, String(status));
      }
      const after = (await server.pulse()).heapBytes;
      assert.ok(after - before < 300 * 1024 * 1024, `${Math.round((after - before) / 1024 / 1024)} MiB more`);
      client.destroy();
      await server.send({ method: 'DELETE', path: `${configMaps}/loud` });
    },
  },
  {
    name: 'lists whose readers stop reading',
    async run(server) {
      const sockets = await Promise.all(
        many(20, async () => {
          const socket = await connect(server.credentials);
          socket.pause();
          socket.write(requestBytes({ path: '/openapi/v2' }));
          return socket;
        }),
      );
      await stillServes(server);
      for (const socket of sockets) socket.destroy();
    },
  },
  {
    name: 'a storm of connections',
    async run(server) {
      const storm = many(300, () => {
        const socket = net.connect(server.credentials.port, '127.0.0.1');
        socket.on('error', () => {});
        socket.write(Buffer.from([0x16, 0x03, 0x01]));
        return socket;
      });
      await pause(20);
      for (const socket of storm) socket.resetAndDestroy();
      await stillServes(server);
    },
  },
];

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { PassThrough } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { CoreV1Api, KubeConfig, PortForward } from '@kubernetes/client-node';
import { type Cluster, type ContainerContext, createCluster } from '../../src/index.ts';
import { apiOver } from '../helpers/api.ts';
import { blocks, data, open as openStream } from '../helpers/spdy.ts';
import { openWebSocket, sendTogether } from '../helpers/web-socket.ts';

const namespace = 'default';
const pods = `/api/v1/namespaces/${namespace}/pods`;

/** Says what it is sent, in capitals and piece by piece. */
async function shout({ listen, signal, stdout }: ContainerContext): Promise<void> {
  listen(8080, async ({ method, url, headers, body }) => {
    const { pathname, search } = new URL(url);
    if (pathname === '/events') {
      const events = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(Buffer.from('one event\n')),
        cancel: () => stdout.write('nobody listens\n'),
      });
      return new Response(events);
    }
    if (pathname === '/unread') return new Response('enough');
    if (pathname === '/broken') throw new Error('out of order');
    const said = body?.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (bytes, controller) =>
          controller.enqueue(Buffer.from(Buffer.from(bytes).toString().toUpperCase())),
      }),
    );
    return new Response(said ?? `${method} ${pathname}${search} of ${headers.get('host')}\n`, {
      status: method === 'POST' ? 201 : 200,
      headers: [
        ['x-said-by', 'shout'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
    });
  });
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
}

async function ask(port: number, method: string, path: string, sent = '', agent?: Agent) {
  const asking = request({ port, host: '127.0.0.1', method, path, ...(agent ? { agent } : {}) });
  asking.end(sent);
  const [answer] = await once(asking, 'response');
  const text = Buffer.concat(await answer.toArray()).toString();
  return { status: answer.statusCode, headers: answer.headers, text };
}

describe('PortForward of @kubernetes/client-node', () => {
  let cluster: Cluster;
  let local: Server;
  let port: number;
  let kubeconfigPath: string;
  const config = new KubeConfig();

  before(async () => {
    cluster = await createCluster({ nodes: 1, images: { 'example/shout': shout } });
    ({ kubeconfigPath } = await cluster.listen());
    config.loadFromFile(kubeconfigPath);
    const spec = { nodeName: 'node-1', containers: [{ name: 'main', image: 'example/shout' }] };
    await apiOver(cluster.fetch).post(pods, { metadata: { name: 'shout' }, spec });
    await cluster.settled();
    const forward = new PortForward(config);
    local = createServer((socket) => {
      socket.on('error', () => {});
      forward.portForward(namespace, 'shout', [8080], socket, null, socket).then(
        (ws) => {
          if (!('on' in ws)) return;
          ws.addEventListener('close', () => socket.end());
          socket.on('close', () => ws.close());
        },
        () => socket.destroy(),
      );
    }).listen(0, '127.0.0.1');
    await once(local, 'listening');
    port = (local.address() as AddressInfo).port;
  });
  after(async () => {
    local?.close();
    await cluster?.close();
  });

  it('a program that speaks HTTP to a local port reaches what listens in the container', async () => {
    const got = await ask(port, 'GET', '/path?a=b');
    assert.deepEqual([got.status, got.text], [200, `GET /path?a=b of 127.0.0.1:${port}\n`]);
    assert.deepEqual([got.headers['x-said-by'], got.headers['set-cookie']], ['shout', ['a=1', 'b=2']]);
    const head = await ask(port, 'HEAD', '/');
    assert.deepEqual([head.status, head.text], [200, '']);
  });

  it('a client that names no protocol, or one in base64, is served too', async () => {
    const get = 'GET /x HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n';
    for (const protocols of [[], ['v4.base64.channel.k8s.io']]) {
      const path = `${pods}/shout/portforward?ports=8080`;
      const socket = await openWebSocket(kubeconfigPath, path, ...protocols);
      const isText = protocols.length > 0;
      let got = '';
      socket.receive((data) => {
        const content = isText ? Buffer.from(data.toString('latin1', 1), 'base64') : data.subarray(1);
        if (data[0] === (isText ? 0x30 : 0)) got += content.toString('latin1');
        if (got.endsWith('GET /x of h\n')) socket.close();
      });
      socket.send(isText ? `0${Buffer.from(get).toString('base64')}` : Buffer.from(`\0${get}`));
      await socket.closed;
      assert.match(got, /^\x90\x1fHTTP\/1\.1 200 /);
    }
  });

  it('SPDY in messages is read wherever it is cut, however many messages come at once', {
    timeout: 20_000,
  }, async () => {
    const block = blocks();
    const asked = 'GET /x HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n';
    const named = { port: '8080', requestID: '0' };
    const bytes = Buffer.concat([
      openStream(1, await block({ streamType: 'error', ...named })),
      data(1, '', true),
      openStream(3, await block({ streamType: 'data', ...named })),
      data(3, asked),
    ]);
    const path = `${pods}/shout/portforward`;
    const messages = Array.from(bytes, (byte) => Buffer.from([byte]));
    const socket = await sendTogether(kubeconfigPath, path, 'SPDY/3.1+portforward.k8s.io', messages);
    let got = '';
    for await (const chunk of socket) {
      got += chunk.toString('latin1');
      if (got.includes('GET /x of h\n')) break;
    }
    assert.match(got, /HTTP\/1\.1 200 /);
  });

  it('megabytes go both ways', async () => {
    const posted = await ask(port, 'POST', '/', 'loud '.repeat(800_000));
    assert.equal(posted.status, 201);
    assert.equal(posted.text === 'LOUD '.repeat(800_000), true);
  });

  it('a body that nobody reads does not stand in the way of the next request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const unread = await ask(port, 'POST', '/unread', 'x'.repeat(1_000_000), agent);
    assert.equal(unread.text, 'enough');
    const { text } = await ask(port, 'GET', '/next', '', agent);
    assert.match(text, /^GET \/next/);
    agent.destroy();
  });

  it('an answer without end comes as it is made, and stops when who asked goes away', async () => {
    const asking = request({ port, host: '127.0.0.1', path: '/events' }).end();
    const [answer] = await once(asking, 'response');
    const [first] = await once(answer, 'data');
    assert.equal(String(first), 'one event\n');
    answer.on('error', () => {});
    asking.destroy();
    const log = await cluster.fetch(`https://binnacle${pods}/shout/log?follow=true`);
    const reader = log.body!.pipeThrough(new TextDecoderStream()).getReader();
    assert.equal((await reader.read()).value, 'nobody listens\n');
    await reader.cancel();
  });

  it('what breaks in the container cuts its connection only', async () => {
    await assert.rejects(ask(port, 'GET', '/broken'), { code: 'ECONNRESET' });
    assert.equal((await ask(port, 'GET', '/again')).status, 200);
  });

  it('a port on which nothing listens is refused on the channel of errors', async () => {
    const [out, err] = [new PassThrough(), new PassThrough()];
    const forward = new PortForward(config);
    const ws = await forward.portForward(namespace, 'shout', [81], out, err, new PassThrough());
    assert.ok('on' in ws);
    await new Promise<void>((resolve) => ws.addEventListener('close', () => resolve()));
    out.end();
    err.end();
    const { uid } = (await config.makeApiClient(CoreV1Api).readNamespacedPod({ namespace, name: 'shout' }))
      .metadata!;
    const text = Buffer.concat(await err.toArray()).toString();
    assert.ok(text.startsWith(`error forwarding port 81 to pod shout, uid ${uid}: failed to connect`), text);
    assert.match(text, /dial tcp 127\.0\.0\.1:81: connect: connection refused$/);
    assert.deepEqual(await out.toArray(), []);
  });

  it('what is no port is refused before anything is upgraded', async () => {
    const forward = new PortForward(config);
    for (const bad of [0, 70_000]) {
      const [out, err] = [new PassThrough(), new PassThrough()];
      await assert.rejects(async () => forward.portForward(namespace, 'shout', [bad], out, err, out));
    }
  });
});

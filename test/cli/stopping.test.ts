import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { describe, type TestContext, test } from 'node:test';
import { type StartedBinnacle, startBinnacle, temporaryDirectory } from './start-binnacle.ts';

const namespaces = '/api/v1/namespaces';
const body = JSON.stringify({ metadata: { name: 'late' } });

const start = async (t: TestContext, ...argv: string[]) =>
  startBinnacle(t, await temporaryDirectory(t), ...argv);

/** A request over HTTP/1.1 on a connection of its own. */
const h1 = ({ url, tls }: StartedBinnacle, path: string, options: object = {}): ClientRequest =>
  request(new URL(path, url), { ...tls, agent: new Agent({ keepAlive: false }), ...options });

async function answered(asked: ClientRequest): Promise<{ status: number; complete: boolean; body: string }> {
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const content = await text(response);
  return { status: response.statusCode ?? 0, complete: response.complete, body: content };
}

const get = (server: StartedBinnacle, path: string) => answered(h1(server, path).end());

/** A POST whose headers and first byte are out, and the rest of its body not yet. */
async function halfSent(server: StartedBinnacle): Promise<ClientRequest> {
  const post = h1(server, namespaces, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' },
  });
  post.flushHeaders();
  await once(post, 'continue');
  post.write(body.slice(0, 1));
  return post;
}

describe('told to stop, binnacle serve', { timeout: 120_000 }, () => {
  test('ends watches properly over both protocols, finishes what is in flight, and exits with 0', async (t) => {
    const server = await start(t);
    const { url, tls, stop } = server;
    const watch = answered(h1(server, `${namespaces}?watch=1`).end());
    const session = connect(url, tls);
    const stream = session.request({ ':path': `${namespaces}?watch=1` });
    await once(stream, 'response');
    const watch2 = text(stream);
    const post = await halfSent(server);

    const stopped = stop();
    for (const events of [(await watch).body, await watch2]) {
      assert.equal(events.trim().split('\n').length, 4, events);
    }
    assert.equal((await watch).complete, true);
    assert.equal(stream.rstCode, 0);
    await assert.rejects(get(server, '/readyz'), { code: 'ECONNREFUSED' });
    const created = answered(post);
    post.end(body.slice(1));
    assert.equal((await created).status, 201);
    assert.equal(await stopped, 0, server.err());
  });

  test('serves on for the time of --shutdown-delay-duration, not ready any more', async (t) => {
    const server = await start(t, '--shutdown-delay-duration=1s');
    assert.equal((await get(server, '/readyz')).status, 200);
    const stopped = server.stop('SIGINT');
    await server.says(/stopping/);
    const unready = await get(server, '/readyz');
    assert.equal(unready.status, 500);
    assert.match(unready.body, /\[-\]shutdown failed/);
    assert.equal((await get(server, '/livez')).status, 200);
    assert.equal((await get(server, namespaces)).status, 200);
    assert.equal(await stopped, 0);
  });

  test('exits at once, with 1, when told so twice', async (t) => {
    const server = await start(t);
    const post = await halfSent(server);
    post.on('error', () => {});
    server.process.kill('SIGINT');
    await server.says(/stopping/);
    assert.equal(await server.stop('SIGINT'), 1);
  });
});

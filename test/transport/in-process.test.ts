import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { CoreV1Api, type KubeConfig, makeInformer, type V1ConfigMap, Watch } from '@kubernetes/client-node';
import { ApiError } from '../../src/apimachinery/status.ts';
import { clientGone, type Exchange, type Handler } from '../../src/endpoints/exchange.ts';
import { createDispatcher } from '../../src/transport/in-process/dispatcher.ts';
import { defaultUser } from '../../src/transport/in-process/exchange.ts';
import { createFetch } from '../../src/transport/in-process/fetch.ts';
import { inProcessKubeConfig } from '../../src/transport/in-process/kube-config.ts';
import { until } from './start-listener.ts';

const json = { 'content-type': 'application/json' };
type Seen = Record<'method' | 'target' | 'user' | 'body', string> & { headers: Record<string, string> };
const seenIn = async (response: Response) => (await response.json()) as Seen;
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

const echo: Handler = async (exchange) => {
  const { method, target, headers, peer, sink } = exchange;
  try {
    const body = (await exchange.body(10)).toString();
    sink.respond(200, json, bytes({ method, target, headers, user: peer.user?.name, body }));
  } catch (error) {
    assert(error instanceof ApiError);
    sink.respond(error.code, json, bytes(error.status));
  }
};

describe('in-process fetch', { timeout: 10_000 }, () => {
  test('carries method, target, headers, body and user; any host and relative URLs will do', async () => {
    const fetch = createFetch(echo, { user: { name: 'jane', groups: [] } });
    const response = await fetch('/api/v1/pods?limit=5#x', {
      method: 'POST',
      headers: { Accept: 'application/json', 'X-Two': 'a' },
      body: 'text',
    });
    assert.equal(response.status, 200);
    assert.equal(response.statusText, 'OK');
    const seen = await seenIn(response);
    assert.deepEqual(
      { ...seen, headers: undefined },
      { method: 'POST', target: '/api/v1/pods?limit=5', headers: undefined, user: 'jane', body: 'text' },
    );
    assert.equal(seen.headers['x-two'], 'a');
    assert.equal((await seenIn(await fetch(new Request('https://any.host/version')))).target, '/version');
    assert.equal((await seenIn(await createFetch(echo)('/'))).user, 'binnacle-admin');
  });

  test('a request with its own authorization is not the default user', async () => {
    const seen = await seenIn(await createFetch(echo)('/', { headers: { authorization: 'Bearer x' } }));
    assert.equal(seen.user, undefined);
  });

  test('a body over the limit is a 413', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(8)),
    });
    assert.equal((await createFetch(echo)('/', { method: 'PUT', body })).status, 413);
  });

  test('HEAD and 204 have no body; what a client does to its bytes stays its own', async () => {
    const shared = Buffer.from('cached');
    const fetch = createFetch(async ({ target, sink }) =>
      sink.respond(Number(target.slice(1)), {}, target === '/204' ? Buffer.alloc(0) : shared),
    );
    assert.equal((await fetch('/204')).body, null);
    assert.equal(await (await fetch('/200', { method: 'HEAD' })).text(), '');
    new Uint8Array(await (await fetch('/200')).arrayBuffer()).fill(0);
    for await (const chunk of (await fetch('/200')).body!) chunk.fill(0);
    assert.equal(shared.toString(), 'cached');
  });

  test('an answer streams, and a slow reader holds the writer back', async () => {
    const chunk = Buffer.alloc(32 * 1024);
    let written = 0;
    const fetch = createFetch(async ({ sink }) => {
      sink.head(200, {});
      for (; written < 20; written++) if (!sink.write(chunk)) await sink.drained();
      sink.end();
    });
    const response = await fetch('/');
    await new Promise(setImmediate);
    assert(written < 5, `${written} chunks written unread`);
    assert.equal((await response.arrayBuffer()).byteLength, 20 * chunk.length);
  });

  test('an abort signal ends a request before, and while, its answer is read', async () => {
    const exchanges: Exchange[] = [];
    const fetch = createFetch(async (exchange) => {
      exchanges.push(exchange);
      if (exchange.target === '/stream') exchange.sink.head(200, {});
    });
    await assert.rejects(fetch('/', { signal: AbortSignal.abort() }), { name: 'AbortError' });
    assert.equal(exchanges.length, 0);

    const waiting = new AbortController();
    const unanswered = fetch('/never', { signal: waiting.signal });
    await until(() => exchanges.length === 1);
    const aborted = once(exchanges[0]!.signal, 'abort');
    waiting.abort();
    await assert.rejects(unanswered, { name: 'AbortError' });
    await aborted;

    const reading = new AbortController();
    const response = await fetch('/stream', { signal: reading.signal });
    reading.abort(new Error('enough'));
    await assert.rejects(response.text(), /enough/);
    assert.equal(exchanges[1]!.signal.reason, clientGone);

    const cancelled = await fetch('/stream');
    await cancelled.body!.cancel();
    assert.equal(exchanges[2]!.signal.aborted, true);
  });

  test('a cut answer, and a core that fails, are errors at the client', async () => {
    const cut = createFetch(async ({ sink }) => {
      sink.head(200, {});
      sink.write(bytes('half'));
      sink.abort();
    });
    await assert.rejects((await cut('/')).text(), TypeError);
    const failing = createFetch(async () => {
      throw new Error('unexpected');
    });
    await assert.rejects(failing('/'), TypeError);
  });
});

/** A core that knows one list of ConfigMaps and lets the test write to its watches. */
function configMaps() {
  const watches = new Set<Exchange>();
  const item = (name: string, resourceVersion: string) => ({
    metadata: { name, namespace: 'default', resourceVersion },
  });
  const handler: Handler = async (exchange) => {
    if (exchange.target.includes('watch=true')) {
      watches.add(exchange);
      exchange.signal.addEventListener('abort', () => watches.delete(exchange));
      exchange.sink.head(200, json);
    } else if (exchange.method === 'POST') {
      const body = JSON.parse((await exchange.body(1000)).toString());
      exchange.sink.respond(201, json, bytes(body));
    } else {
      const list = {
        kind: 'ConfigMapList',
        apiVersion: 'v1',
        metadata: { resourceVersion: '5' },
        items: [item('a', '3')],
      };
      exchange.sink.respond(200, json, bytes(list));
    }
  };
  const send = (type: string, name: string, resourceVersion: string) => {
    for (const { sink } of watches)
      sink.write(bytes(`${JSON.stringify({ type, object: item(name, resourceVersion) })}\n`));
  };
  return { handler, watches, send };
}

describe('in-process KubeConfig', { timeout: 10_000 }, () => {
  test('API clients read and write, errors arrive with their code', async () => {
    const api = (await inProcessKubeConfig(configMaps().handler)).makeApiClient(CoreV1Api);
    const { items } = await api.listNamespacedConfigMap({ namespace: 'default' });
    assert.deepEqual(
      items.map(({ metadata }) => metadata?.name),
      ['a'],
    );
    const body: V1ConfigMap = { metadata: { name: 'b' }, data: { ключ: 'значение' } };
    assert.deepEqual((await api.createNamespacedConfigMap({ namespace: 'default', body })).data, body.data);
    const refused = await inProcessKubeConfig(async ({ sink }) =>
      sink.respond(404, json, bytes({ code: 404 })),
    );
    await assert.rejects(refused.makeApiClient(CoreV1Api).listNode(), { code: 404 });
  });

  test('tokens and impersonation of its user are sent', async () => {
    const seen: Exchange[] = [];
    const config = await inProcessKubeConfig(async (exchange) => {
      seen.push(exchange);
      exchange.sink.respond(200, json, bytes({ items: [] }));
    });
    config.users = [{ name: 'binnacle', token: 'secret', impersonateUser: 'jane' }];
    await config.makeApiClient(CoreV1Api).listNode();
    assert.equal(seen[0]!.headers['authorization'], 'Bearer secret');
    assert.equal(seen[0]!.headers['impersonate-user'], 'jane');
    assert.equal(seen[0]!.peer.user, undefined);
  });

  test('a dispatcher hands on every value of a repeated header', async () => {
    const seen = Promise.withResolvers<Exchange>();
    const { dispatch } = createDispatcher(async (exchange) => {
      seen.resolve(exchange);
      exchange.sink.respond(200, json, bytes({}));
    }, defaultUser);
    dispatch(
      { method: 'GET', path: '/', headers: { 'Impersonate-Group': ['a, b', 'c'], accept: 'x, y' } },
      {},
    );
    const exchange = await seen.promise;
    assert.deepEqual(exchange.headerValues('impersonate-group'), ['a, b', 'c']);
    assert.deepEqual(exchange.headerValues('accept'), ['x, y']);
    assert.deepEqual(exchange.headerValues('impersonate-uid'), []);
    assert.equal(exchange.headers['impersonate-group'], 'a, b, c');
  });

  test('Watch delivers events as they happen and ends when aborted', async () => {
    const core = configMaps();
    const config: KubeConfig = await inProcessKubeConfig(core.handler);
    const events: string[] = [];
    const controller = await new Watch(config).watch(
      '/api/v1/configmaps',
      {},
      (type, object) => events.push(`${type} ${object.metadata.name}`),
      () => events.push('done'),
    );
    core.send('ADDED', 'b', '6');
    await until(() => events.length === 1);
    core.send('DELETED', 'b', '7');
    await until(() => events.length === 2);
    controller.abort();
    await until(() => events.length === 3 && core.watches.size === 0);
    assert.deepEqual(events, ['ADDED b', 'DELETED b', 'done']);
  });

  test('an informer lists, follows and survives the end of a watch', async () => {
    const core = configMaps();
    const config = await inProcessKubeConfig(core.handler);
    const api = config.makeApiClient(CoreV1Api);
    const informer = makeInformer(config, '/api/v1/namespaces/default/configmaps', () =>
      api.listNamespacedConfigMap({ namespace: 'default' }),
    );
    await informer.start();
    await until(() => core.watches.size === 1);
    core.send('ADDED', 'b', '6');
    await until(() => informer.get('b', 'default') !== undefined);
    for (const { sink } of core.watches) sink.end();
    core.watches.clear();
    await until(() => core.watches.size === 1);
    core.send('MODIFIED', 'b', '9');
    await until(() => informer.get('b', 'default')?.metadata?.resourceVersion === '9');
    assert(informer.get('a', 'default'));
    await informer.stop();
  });
});

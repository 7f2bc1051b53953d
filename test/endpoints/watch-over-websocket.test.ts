import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Cluster, createCluster, type LocalListener } from '../../src/index.ts';
import { type Api, apiOver, brief, configMap, expectCode, type Loose } from '../helpers/api.ts';
import { until } from '../helpers/until.ts';
import { openWebSocket } from '../helpers/web-socket.ts';

const collection = '/api/v1/namespaces/default/configmaps';

describe('a watch over a WebSocket', { timeout: 60_000 }, () => {
  let cluster: Cluster;
  let listener: LocalListener;
  let api: Api;
  before(async () => {
    cluster = await createCluster();
    listener = await cluster.listen();
    api = apiOver(cluster.fetch);
  });
  after(() => cluster?.close());

  /** Events as they come; `closed` is the code that the server closes with. */
  async function watch(query: string, ...protocols: string[]) {
    const socket = await openWebSocket(
      listener.kubeconfigPath,
      `${collection}?watch=1${query}`,
      ...protocols,
    );
    const events: Loose[] = [];
    socket.receive((data, isBinary) => {
      assert.equal(isBinary, false);
      events.push(JSON.parse(data.toString()));
    });
    const take = async (count: number) => {
      await until(() => events.length >= count);
      return events.splice(0, count);
    };
    return { socket, take, closed: socket.closed, events };
  }

  /** Watches that are open, as the server counts them. */
  async function open(): Promise<number> {
    const text = await (await cluster.fetch('/metrics')).text();
    return Number(/^apiserver_longrunning_requests\{verb="WATCH"\} (\d+)$/m.exec(text)?.[1]);
  }

  it('has a message of text for each event', async () => {
    const { socket, take, closed } = await watch('&fieldSelector=metadata.name!=kube-root-ca.crt');
    assert.equal(socket.protocol, '');
    await api.post(collection, configMap('told', { a: '1' }));
    await api.patch(`${collection}/told`, 'merge', { data: { a: '2' } });
    await api.delete(`${collection}/told`);
    const events = await take(3);
    assert.deepEqual(brief(events as never), ['ADDED told', 'MODIFIED told', 'DELETED told']);
    assert.equal(await open(), 1);
    // What a client says is not listened to.
    socket.send('hello');
    await api.post(collection, configMap('and-on'));
    assert.deepEqual(brief((await take(1)) as never), ['ADDED and-on']);
    socket.close();
    assert.equal(await closed, 1005);
    await until(async () => (await open()) === 0);
  });

  it('brings all that there is, however much', async () => {
    const names = Array.from({ length: 300 }, (_, at) => `many-${at}`);
    await Promise.all(
      names.map((name) =>
        api.post(collection, { ...configMap(name), metadata: { name, labels: { many: 'y' } } }),
      ),
    );
    const { take, socket } = await watch('&labelSelector=many&resourceVersion=0');
    const seen = (await take(300)).map(({ object }) => object.metadata.name);
    assert.deepEqual(seen.toSorted(), names.toSorted());
    socket.terminate();
    await until(async () => (await open()) === 0);
  });

  it('ends when its time is up, and tells what went wrong', async () => {
    const brief = await watch('&resourceVersion=0&timeoutSeconds=1');
    assert.equal(await brief.closed, 1000);
    const failed = await watch(
      '&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=99999999999',
    );
    assert.equal(await failed.closed, 1000);
    const [{ type, object }] = failed.events as [Loose];
    assert.deepEqual([type, object.kind, object.reason], ['ERROR', 'Status', 'Timeout']);
  });

  it('has one bookmark shortly before its end', async () => {
    const { resourceVersion } = expectCode(await api.get(collection), 200).metadata;
    const asked = `&allowWatchBookmarks=true&resourceVersion=${resourceVersion}&timeoutSeconds=3`;
    const { events, closed } = await watch(asked);
    assert.equal(await closed, 1000);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['BOOKMARK'],
    );
  });

  it('speaks the one protocol that is offered', async () => {
    const { socket } = await watch('&resourceVersion=0', 'any.protocol');
    assert.equal(socket.protocol, 'any.protocol');
    socket.close();
    await assert.rejects(watch('', 'one', 'two'), /Unexpected server response: 400/);
    await until(async () => (await open()) === 0);
  });

  it('is refused as any other request is', async () => {
    const refused = openWebSocket(listener.kubeconfigPath, '/api/v1/nothing?watch=1');
    await assert.rejects(refused, /Unexpected server response: 404/);
  });
});

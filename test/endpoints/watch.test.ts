import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { brief, configMap, expectCode, pod, versionOf } from '../helpers/api.ts';
import { type Bench, bench, settled } from './kit.ts';

const collection = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';

describe('watch', () => {
  let use: Bench;
  after(() => use.cluster.close());
  before(async () => {
    use = await bench();
  });
  const listVersion = async (path = collection) =>
    expectCode(await use.api.get(path), 200).metadata.resourceVersion;

  it('starts with what there is and goes on with what happens', async () => {
    await use.api.post(collection, configMap('first', { a: '1' }));
    const watch = await use.api.watch(`${collection}?watch=1`);
    assert.equal(watch.response.headers.get('content-type'), 'application/json');
    assert.deepEqual(brief(await watch.take(1)), ['ADDED first']);
    await use.api.post(collection, configMap('second'));
    await use.api.patch(`${collection}/second`, 'merge', { data: { b: '2' } });
    await use.api.delete(`${collection}/second`);
    const events = await watch.take(3);
    assert.deepEqual(brief(events), ['ADDED second', 'MODIFIED second', 'DELETED second']);
    const versions = events.map(({ object }) => versionOf(object));
    assert.ok(versions[0]! < versions[1]! && versions[1]! < versions[2]!, `${versions}`);
    assert.deepEqual(events[2]?.object.data, { b: '2' });
    assert.equal(events[2]?.object.kind, 'ConfigMap');
    await watch.close();
  });

  it('from a version tells all that came after, and nothing else', async () => {
    const version = await listVersion();
    for (const name of ['x', 'y']) await use.api.post(collection, configMap(name));
    await use.api.delete(`${collection}/x`);
    const watch = await use.api.watch(`${collection}?watch=true&resourceVersion=${version}`);
    assert.deepEqual(brief(await watch.take(3)), ['ADDED x', 'ADDED y', 'DELETED x']);
    await use.api.delete(`${collection}/y`);
    assert.deepEqual(brief(await watch.take(1)), ['DELETED y']);
    await watch.close();
  });

  it('from a version in the future waits for later ones', async () => {
    const version = Number(await listVersion());
    const watch = await use.api.watch(`${collection}?watch=1&resourceVersion=${version + 1}`);
    await use.api.post(collection, configMap('skipped'));
    await use.api.post(collection, configMap('told'));
    assert.deepEqual(brief(await watch.take(1)), ['ADDED told']);
    await watch.close();
    for (const name of ['skipped', 'told']) await use.api.delete(`${collection}/${name}`);
  });

  it('objects enter and leave a label selector', async () => {
    const version = await listVersion();
    const watch = await use.api.watch(
      `${collection}?watch=1&resourceVersion=${version}&labelSelector=app%3Dweb`,
    );
    await use.api.post(collection, configMap('roaming', { n: '0' }));
    await use.api.patch(`${collection}/roaming`, 'merge', { metadata: { labels: { app: 'web' } } });
    await use.api.patch(`${collection}/roaming`, 'merge', { data: { n: '1' } });
    const left = expectCode(
      await use.api.patch(`${collection}/roaming`, 'merge', { metadata: { labels: null }, data: { n: '2' } }),
      200,
    );
    await use.api.patch(`${collection}/roaming`, 'merge', { metadata: { labels: { app: 'web' } } });
    await use.api.delete(`${collection}/roaming`);
    const events = await watch.take(5);
    assert.deepEqual(brief(events), [
      'ADDED roaming',
      'MODIFIED roaming',
      'DELETED roaming',
      'ADDED roaming',
      'DELETED roaming',
    ]);
    const deleted = events[2]?.object;
    assert.deepEqual(deleted.metadata.labels, { app: 'web' }, 'the last state that matched');
    assert.equal(versionOf(deleted), versionOf(left), 'at the version of the change');
    await watch.close();
  });

  it('objects enter and leave a field selector', async () => {
    const watch = await use.api.watch(
      `${pods}?watch=1&fieldSelector=spec.nodeName%3Dn1,status.phase%3DRunning`,
    );
    await use.api.post(pods, pod('runner'));
    await use.api.post(`${pods}/runner/binding`, {
      metadata: { name: 'runner' },
      target: { kind: 'Node', name: 'n1' },
    });
    await use.api.patch(`${pods}/runner/status`, 'merge', { status: { phase: 'Running' } });
    await use.api.patch(`${pods}/runner/status`, 'merge', { status: { phase: 'Succeeded' } });
    assert.deepEqual(brief(await watch.take(2)), ['ADDED runner', 'DELETED runner']);
    await watch.close();
    await use.api.delete(`${pods}/runner?gracePeriodSeconds=0`);
  });

  const single: [what: string, path: string][] = [
    ['a field selector', `${collection}?watch=1&fieldSelector=metadata.name%3Done`],
    ['the deprecated path of an object', '/api/v1/watch/namespaces/default/configmaps/one'],
    [
      'all namespaces and a field selector',
      '/api/v1/configmaps?watch=1&fieldSelector=metadata.name%3Done,metadata.namespace%3Ddefault',
    ],
  ];
  it('an object that is asked for by its own path is read', async () => {
    await use.api.post(collection, configMap('alone'));
    const read = expectCode(await use.api.get(`${collection}/alone?watch=1`), 200);
    assert.equal(read.kind, 'ConfigMap');
    await use.api.delete(`${collection}/alone`);
  });

  for (const [what, path] of single) {
    it(`one object by ${what}`, async () => {
      const watch = await use.api.watch(path);
      for (const name of ['one', 'one-more']) await use.api.post(collection, configMap(name));
      for (const name of ['one-more', 'one']) await use.api.delete(`${collection}/${name}`);
      assert.deepEqual(brief(await watch.take(2)), ['ADDED one', 'DELETED one']);
      await watch.close();
    });
  }

  it('is not to be had of a path with a name, which is a get', async () => {
    await use.api.post(collection, configMap('named'));
    assert.equal(expectCode(await use.api.get(`${collection}/named?watch=1`), 200).metadata.name, 'named');
    await use.api.delete(`${collection}/named`);
  });

  for (const path of [
    '/api/v1/watch/configmaps',
    '/api/v1/watch/namespaces/other/configmaps',
    '/api/v1/namespaces/other/configmaps?watch=1',
  ]) {
    it(`scope of ${path}`, async () => {
      await use.api.post('/api/v1/namespaces', { metadata: { name: 'other' } });
      await use.api.post('/api/v1/namespaces', { metadata: { name: 'other-2' } });
      const version = await listVersion();
      const watch = await use.api.watch(`${path}${path.includes('?') ? '&' : '?'}resourceVersion=${version}`);
      for (const namespace of ['other-2', 'other'])
        await use.api.post(`/api/v1/namespaces/${namespace}/configmaps`, configMap(`in-${namespace}`));
      for (const namespace of ['other-2', 'other'])
        await use.api.delete(`/api/v1/namespaces/${namespace}/configmaps/in-${namespace}`);
      const everywhere = !path.includes('/other/');
      const expected = everywhere
        ? ['ADDED in-other-2', 'ADDED in-other', 'DELETED in-other-2', 'DELETED in-other']
        : ['ADDED in-other', 'DELETED in-other'];
      assert.deepEqual(brief(await watch.take(expected.length)), expected);
      await watch.close();
    });
  }

  it('sendInitialEvents ends the initial state with a bookmark that says so', async () => {
    const query = 'watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan';
    const watch = await use.api.watch(`${collection}?${query}`);
    const [added, bookmark] = await watch.take(2);
    assert.equal(added?.type, 'ADDED');
    assert.equal(bookmark?.type, 'BOOKMARK');
    assert.equal(bookmark?.object.kind, 'ConfigMap');
    assert.deepEqual(bookmark?.object.metadata.annotations, { 'k8s.io/initial-events-end': 'true' });
    assert.equal(bookmark?.object.metadata.resourceVersion, await listVersion());
    await watch.close();
  });

  it('says so in Tables too, in a row that has nothing but that', async () => {
    const query = 'watch=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan';
    const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
    const empty = '/api/v1/namespaces/empty/configmaps';
    const ended = { 'k8s.io/initial-events-end': 'true' };
    const afterObjects = await use.api.watch(`${collection}?${query}`, headers);
    const [, bookmark] = await afterObjects.take(2);
    await afterObjects.close();
    assert.equal(bookmark?.object.columnDefinitions, null, 'they were told with the first object');
    assert.deepEqual(bookmark?.object.rows[0].object.metadata.annotations, ended);
    const atOnce = await use.api.watch(`${empty}?${query}`, headers);
    const [only] = await atOnce.take(1);
    await atOnce.close();
    const resourceVersion = await listVersion();
    assert.equal(only?.type, 'BOOKMARK');
    assert.equal(only?.object.columnDefinitions.length, 3);
    assert.deepEqual(only?.object.metadata, { resourceVersion });
    const object = {
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion, annotations: ended },
    };
    assert.deepEqual(only?.object.rows, [{ cells: ['', 0, '<unknown>'], object }]);
    const limits = await use.api.watch(`/api/v1/limitranges?${query}`, headers);
    const [ofNoColumns] = await limits.take(1);
    await limits.close();
    assert.deepEqual(ofNoColumns?.object.rows[0].cells, ['', '0001-01-01T00:00:00Z']);
    const bare = await use.api.watch(`${empty}?${query}&includeObject=None`, headers);
    const [without] = await bare.take(1);
    await bare.close();
    assert.equal(without?.object.rows[0].object, null);
  });

  it('sendInitialEvents=false starts at the newest state', async () => {
    const watch = await use.api.watch(
      `${collection}?watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan`,
    );
    await use.api.post(collection, configMap('only'));
    assert.deepEqual(brief(await watch.take(1)), ['ADDED only']);
    await watch.close();
    await use.api.delete(`${collection}/only`);
  });

  it('bookmarks come every minute, and two seconds before the end, to those who asked', async () => {
    const version = await listVersion();
    const asked = await use.api.watch(
      `${collection}?watch=1&resourceVersion=${version}&allowWatchBookmarks=true&timeoutSeconds=90`,
    );
    const silent = await use.api.watch(`${collection}?watch=1&resourceVersion=${version}&timeoutSeconds=90`);
    await use.api.post('/api/v1/namespaces/default/secrets', { metadata: { generateName: 'elsewhere-' } });
    const now = await listVersion();
    await settled();
    use.clock.advance(61_000);
    const [bookmark] = await asked.take(1);
    assert.equal(bookmark?.type, 'BOOKMARK');
    assert.equal(bookmark?.object.metadata.resourceVersion, now);
    assert.equal(bookmark?.object.apiVersion, 'v1');
    use.clock.advance(27_000);
    const [last] = await asked.take(1);
    assert.equal(last?.type, 'BOOKMARK');
    use.clock.advance(2_000);
    assert.deepEqual(await asked.rest(), []);
    assert.deepEqual(await silent.rest(), []);
  });

  it('timeoutSeconds ends the stream properly', async () => {
    const watch = await use.api.watch(
      `${collection}?watch=1&resourceVersion=${await listVersion()}&timeoutSeconds=5`,
    );
    await settled();
    use.clock.advance(5_000);
    assert.equal(await watch.next(), undefined);
  });

  it('a time of 0 is no wish, and one below 0 is over at once', async () => {
    const zero = await use.api.watch(`${collection}?watch=1&resourceVersion=0&timeoutSeconds=0`);
    await use.api.post(collection, configMap('zero'));
    use.clock.advance(1_000);
    await use.api.patch(`${collection}/zero`, 'merge', { data: { still: 'open' } });
    const seen = [];
    for (let event = await zero.next(); event; event = await zero.next()) {
      seen.push(event.type);
      if (event.object.metadata.name === 'zero' && event.type === 'MODIFIED') break;
    }
    assert.equal(seen.at(-1), 'MODIFIED');
    await zero.close();
    const version = await listVersion();
    const past = await use.api.watch(`${collection}?watch=1&resourceVersion=${version}&timeoutSeconds=-1`);
    assert.deepEqual(await past.rest(), []);
    const newest = await use.api.watch(`${collection}?watch=1&timeoutSeconds=-1`);
    assert.deepEqual(await newest.rest(), [
      {
        type: 'ERROR',
        object: {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'context deadline exceeded',
          reason: 'InternalError',
          code: 500,
        },
      },
    ]);
  });

  it('tells every watcher the same in the same order', async () => {
    const version = await listVersion();
    const open = () => use.api.watch(`${collection}?watch=1&resourceVersion=${version}`);
    const early = [await open(), await open()];
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      const path = `${collection}/w${writer}`;
      await use.api.post(collection, configMap(`w${writer}`));
      for (let n = 0; n < 5; n++) await use.api.patch(path, 'merge', { data: { n: String(n) } });
      await use.api.delete(path);
    });
    await Promise.all(writers);
    const late = await open();
    const told = await Promise.all([...early, late].map((watch) => watch.take(8 * 7)));
    const [expected, ...others] = told.map((events) =>
      events.map(({ type, object }) => `${object.metadata.resourceVersion} ${type} ${object.metadata.name}`),
    );
    for (const other of others) assert.deepEqual(other, expected);
    const versions = told[0]!.map(({ object }) => versionOf(object));
    assert.deepEqual(
      versions,
      [...versions].sort((a, b) => a - b),
    );
    assert.equal(new Set(versions).size, versions.length);
    for (const watch of [...early, late]) await watch.close();
  });

  it('speaks Table, with the columns in the first event only, and PartialObjectMetadata', async () => {
    const version = await listVersion();
    const path = `https://binnacle${collection}?watch=1&resourceVersion=${version}&timeoutSeconds=1`;
    const open = (as: string) =>
      use.api.fetch(path, { headers: { accept: `application/json;as=${as};v=v1;g=meta.k8s.io` } });
    const [table, partial] = [await open('Table'), await open('PartialObjectMetadata')];
    for (const name of ['t1', 't2']) await use.api.post(collection, configMap(name));
    await settled();
    use.clock.advance(1_000);
    const lines = async (response: Response) =>
      (await response.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    const tables = await lines(table);
    assert.deepEqual(
      tables.map(({ object }) => [object.kind, object.rows[0].cells[0]]),
      [
        ['Table', 't1'],
        ['Table', 't2'],
      ],
    );
    assert.ok(tables[0].object.columnDefinitions.length > 0);
    assert.equal(tables[1].object.columnDefinitions?.length ?? 0, 0);
    const partials = await lines(partial);
    assert.deepEqual(
      partials.map(({ object }) => [object.kind, object.metadata.name, object.data]),
      [
        ['PartialObjectMetadata', 't1', undefined],
        ['PartialObjectMetadata', 't2', undefined],
      ],
    );
  });

  const refused: [query: string, code: number, message: RegExp][] = [
    ['watch=1&resourceVersion=zzz', 500, /Invalid value: "zzz"/],
    ['watch=1&labelSelector=a%20in%20b', 400, /unable to parse requirement/],
    [
      'watch=1&fieldSelector=data.a%3Db',
      400,
      /"data\.a" is not a known field selector: only "metadata\.name", "metadata\.namespace"/,
    ],
    [
      'watch=1&sendInitialEvents=true',
      422,
      /sendInitialEvents requires setting resourceVersionMatch to NotOlderThan/,
    ],
    [
      'watch=1&resourceVersion=1&resourceVersionMatch=Exact',
      422,
      /resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided/,
    ],
  ];
  for (const [query, code, message] of refused) {
    it(`?${query} is refused`, async () => {
      assert.match(expectCode(await use.api.get(`${collection}?${query}`), code).message, message);
    });
  }

  it('is not to be had as YAML', async () => {
    const answer = await use.api.get(`${collection}?watch=1`, { accept: 'application/yaml' });
    assert.equal(answer.status, 406);
    assert.match(answer.text, /^apiVersion: v1\ncode: 406\n/);
  });
});

it('a server that stops ends its watches', async () => {
  const { cluster, api } = await bench(7);
  const watch = await api.watch(`${collection}?watch=1`);
  const rest = watch.rest();
  await cluster.close();
  assert.deepEqual(await rest, []);
});

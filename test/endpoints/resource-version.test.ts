import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configMap, expectCode, expectFailure, versionOf } from '../helpers/api.ts';
import { type Bench, bench, memoryKv, replicaOn, settled } from './kit.ts';

const collection = '/api/v1/namespaces/default/configmaps';
const names = (list: { items: { metadata: { name: string } }[] }) =>
  list.items.map(({ metadata }) => metadata.name);

describe('resourceVersion of get and list', () => {
  let use: Bench;
  after(() => use.cluster.close());
  /** resourceVersion after a, after b, after c and after the deletion of b. */
  const at = { a: 0, b: 0, c: 0, gone: 0 };

  before(async () => {
    use = await bench();
    const { api } = use;
    at.a = versionOf(expectCode(await api.post(collection, configMap('a')), 201));
    at.b = versionOf(expectCode(await api.post(collection, configMap('b')), 201));
    at.c = versionOf(expectCode(await api.post(collection, configMap('c')), 201));
    await api.delete(`${collection}/b`);
    at.gone = versionOf(expectCode(await api.get(collection), 200));
  });

  it('is decimal and grows with every write', () => {
    assert.ok(at.a < at.b && at.b < at.c && at.c < at.gone, JSON.stringify(at));
  });

  it('is the same whichever way an object is read', async () => {
    const { api } = use;
    const object = expectCode(await api.get(`${collection}/a`), 200);
    const list = expectCode(await api.get(collection), 200);
    assert.equal(versionOf(object), at.a);
    assert.equal(versionOf(list.items[0]), at.a);
  });

  const lists: [query: string, names: string[], version: 'newest' | keyof typeof at][] = [
    ['', ['a', 'c'], 'newest'],
    ['resourceVersion=', ['a', 'c'], 'newest'],
    ['resourceVersion=0', ['a', 'c'], 'newest'],
    ['resourceVersion=<b>', ['a', 'c'], 'newest'],
    ['resourceVersion=<b>&resourceVersionMatch=NotOlderThan', ['a', 'c'], 'newest'],
    ['resourceVersion=<b>&resourceVersionMatch=NotOlderThan&limit=9', ['a', 'c'], 'newest'],
    ['resourceVersion=<a>&resourceVersionMatch=Exact', ['a'], 'a'],
    ['resourceVersion=<b>&resourceVersionMatch=Exact', ['a', 'b'], 'b'],
    ['resourceVersion=<c>&resourceVersionMatch=Exact', ['a', 'b', 'c'], 'c'],
    ['resourceVersion=<b>&limit=9', ['a', 'b'], 'b'],
    ['resourceVersion=<c>&resourceVersionMatch=Exact&fieldSelector=metadata.name=b', ['b'], 'c'],
  ];
  for (const [query, expected, version] of lists) {
    it(`list ?${query}`, async () => {
      const filled = query.replace(/<(\w+)>/, (_all, name: keyof typeof at) => String(at[name]));
      const list = expectCode(await use.api.get(`${collection}?${filled}`), 200);
      assert.deepEqual(names(list), expected);
      assert.equal(versionOf(list), version === 'newest' ? at.gone : at[version]);
    });
  }

  for (const query of ['', 'resourceVersion=0', 'resourceVersion=1']) {
    it(`get ?${query} is not older than that`, async () => {
      assert.equal(versionOf(expectCode(await use.api.get(`${collection}/c?${query}`), 200)), at.c);
    });
  }

  it('get with resourceVersionMatch=Exact gives the object as it was', async () => {
    const exactly = (name: string, version: number) =>
      use.api.get(`${collection}/${name}?resourceVersion=${version}&resourceVersionMatch=Exact`);
    assert.equal(versionOf(expectCode(await exactly('b', at.c), 200)), at.b);
    expectFailure(await exactly('b', at.a), 404, 'NotFound');
    expectFailure(await exactly('b', at.gone), 404, 'NotFound');
  });

  const refusals: [query: string, code: number, message: RegExp][] = [
    ['resourceVersion=abc', 400, /resourceVersion: Invalid value: "abc"/],
    ['resourceVersion=-1', 400, /Invalid value: "-1"/],
    [
      'resourceVersionMatch=Exact',
      422,
      /resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided/,
    ],
    [
      'resourceVersion=0&resourceVersionMatch=Exact',
      422,
      /resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"/,
    ],
    [
      'resourceVersion=1&resourceVersionMatch=Sometimes',
      422,
      /resourceVersionMatch: Unsupported value: "Sometimes": supported values: /,
    ],
    [
      'resourceVersion=1&resourceVersionMatch=NotOlderThan&continue=x',
      422,
      /resourceVersionMatch is forbidden when continue is provided/,
    ],
    ['sendInitialEvents=true', 422, /sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list/],
  ];
  for (const [query, code, message] of refusals) {
    it(`list ?${query} is refused`, async () => {
      const answer = expectCode(await use.api.get(`${collection}?${query}`), code);
      assert.match(answer.message, message);
    });
  }

  for (const path of [`${collection}?`, `${collection}/a?`, `${collection}?resourceVersionMatch=Exact&`]) {
    it(`a version from the future: ${path.slice(collection.length)}`, async () => {
      const asked = at.gone + 1000;
      let answered = false;
      const answering = use.api.get(`${path}resourceVersion=${asked}`);
      void answering.finally(() => (answered = true));
      for (; !answered; use.clock.advance(3_000)) await settled();
      const answer = await answering;
      const status = expectFailure(answer, 504, 'Timeout');
      assert.equal(status.message, `Timeout: Too large resource version: ${asked}, current: ${at.gone}`);
      assert.equal(status.details?.retryAfterSeconds, 1);
      assert.equal(status.details?.causes?.[0]?.reason, 'ResourceVersionTooLarge');
      assert.equal(answer.headers.get('retry-after'), '1');
    });
  }

  it('a version that is written while the reader waits is answered', async () => {
    const answering = use.api.get(`${collection}?resourceVersion=${at.gone + 1}`);
    await settled();
    await use.api.post('/api/v1/namespaces/default/secrets', { metadata: { name: 'later' } });
    assert.deepEqual(names(expectCode(await answering, 200)), ['a', 'c']);
  });
});

describe('a past that only the store remembers', () => {
  it('objects and lists are answered as they were', async () => {
    const kv = memoryKv();
    const first = await replicaOn(kv);
    const made = expectCode(await first.api.post(collection, configMap('a', { v: '1' })), 201);
    const changed = expectCode(await first.api.put(`${collection}/a`, configMap('a', { v: '2' })), 200);
    await first.api.delete(`${collection}/a`);
    await first.close();

    const { api, close } = await replicaOn(kv);
    const exactly = (version: number) => `resourceVersion=${version}&resourceVersionMatch=Exact`;
    for (const object of [made, changed]) {
      const query = exactly(versionOf(object));
      assert.deepEqual(expectCode(await api.get(`${collection}/a?${query}`), 200), object);
      const list = expectCode(await api.get(`${collection}?${query}`), 200);
      assert.deepEqual(list.items[0].data, object.data);
    }
    const before = exactly(versionOf(made) - 1);
    expectFailure(await api.get(`${collection}/a?${before}`), 404, 'NotFound');
    await close();
  });
});

describe('a past that the store has forgotten', () => {
  it('exact lists are refused, pages go on inconsistently', async () => {
    const kv = memoryKv();
    const first = await replicaOn(kv);
    for (const name of ['a', 'b', 'c', 'd'])
      expectCode(await first.api.post(collection, configMap(name)), 201);
    const page = expectCode(await first.api.get(`${collection}?limit=2`), 200);
    await first.api.delete(`${collection}/c`);
    expectCode(await first.api.post(collection, configMap('e')), 201);
    await first.close();
    await kv.compact(kv.revision());

    const { api, close } = await replicaOn(kv);
    const old = page.metadata.resourceVersion;
    const exact = expectFailure(
      await api.get(`${collection}?resourceVersion=${old}&resourceVersionMatch=Exact`),
      410,
      'Expired',
    );
    assert.equal(exact.message, 'The resourceVersion for the provided list is too old.');
    const one = await api.get(`${collection}/c?resourceVersion=${old}&resourceVersionMatch=Exact`);
    assert.equal(expectFailure(one, 410, 'Expired').message, exact.message);

    const lost = expectFailure(
      await api.get(`${collection}?limit=2&continue=${page.metadata.continue}`),
      410,
      'Expired',
    );
    assert.match(
      lost.message ?? '',
      /^The provided continue parameter is too old to display a consistent list result\./,
    );
    assert.ok(lost.metadata.continue);
    const rest = expectCode(await api.get(`${collection}?continue=${lost.metadata.continue}`), 200);
    assert.deepEqual(names(rest), ['d', 'e']);
    assert.ok(versionOf(rest) > Number(old));

    const watch = await api.watch(`${collection}?watch=1&resourceVersion=${old}`);
    assert.equal(watch.response.status, 200);
    const events = await watch.rest();
    assert.equal(events.length, 1);
    assert.equal(events[0]?.type, 'ERROR');
    assert.equal(events[0]?.object.code, 410);
    assert.equal(events[0]?.object.reason, 'Expired');
    assert.match(events[0]?.object.message, new RegExp(`^too old resource version: ${old} \\(\\d+\\)$`));
    await close();
    await kv.close();
  });

  it('a past that only the store still has is read from there', async () => {
    const kv = memoryKv();
    const first = await replicaOn(kv);
    for (const name of ['a', 'b', 'c']) expectCode(await first.api.post(collection, configMap(name)), 201);
    const page = expectCode(await first.api.get(`${collection}?limit=1`), 200);
    await first.api.delete(`${collection}/b`);
    await first.close();

    const { api, close } = await replicaOn(kv);
    const rest = expectCode(await api.get(`${collection}?continue=${page.metadata.continue}`), 200);
    assert.deepEqual(names(rest), ['b', 'c']);
    assert.equal(versionOf(rest), versionOf(page));
    const watch = await api.watch(`${collection}?watch=1&resourceVersion=${page.metadata.resourceVersion}`);
    const [event] = await watch.take(1);
    assert.equal(event?.type, 'DELETED');
    assert.equal(event?.object.metadata.name, 'b');
    await watch.close();
    await close();
    await kv.close();
  });
});

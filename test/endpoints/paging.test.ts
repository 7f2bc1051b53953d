import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { configMap, expectCode, type Loose } from '../helpers/api.ts';
import { type Bench, bench } from './kit.ts';

const collection = '/api/v1/namespaces/default/configmaps';
const items = 10;
const name = (index: number) => `item-${String(index).padStart(2, '0')}`;

describe('pages of a list', () => {
  let use: Bench;
  after(() => use.cluster.close());

  before(async () => {
    use = await bench();
    for (let index = 0; index < items; index++) {
      const labels = { parity: index % 2 === 0 ? 'even' : 'odd' };
      expectCode(await use.api.post(collection, configMap(name(index), undefined, { labels })), 201);
    }
  });

  /** All pages; `between` runs after each. */
  async function pages(
    query: string,
    between: (page: number) => Promise<unknown> = async () => {},
  ): Promise<Loose[]> {
    const found: Loose[] = [];
    let token = '';
    do {
      const page = expectCode(
        await use.api.get(`${collection}?${query}${token === '' ? '' : `&continue=${token}`}`),
        200,
      );
      found.push(page);
      token = page.metadata.continue ?? '';
      await between(found.length);
    } while (token !== '');
    return found;
  }

  it('show one snapshot while writes go on', async () => {
    const found = await pages('limit=3', async (page) => {
      await use.api.delete(`${collection}/${name(9)}`);
      await use.api.post(collection, configMap(`item-0${page}-new`));
      await use.api.patch(`${collection}/${name(8)}`, 'merge', { data: { page: String(page) } });
    });
    const seen = found.flatMap((page) => page.items.map((item: Loose) => item.metadata.name));
    assert.deepEqual(
      seen,
      Array.from({ length: items }, (_, index) => name(index)),
    );
    assert.deepEqual(
      found.map((page) => page.metadata.remainingItemCount),
      [7, 4, 1, undefined],
    );
    assert.equal(new Set(found.map((page) => page.metadata.resourceVersion)).size, 1);
    assert.equal(found.at(-1).items.at(-1).data, undefined);
    for (let page = 1; page <= found.length; page++) await use.api.delete(`${collection}/item-0${page}-new`);
    await use.api.post(collection, configMap(name(9), undefined, { labels: { parity: 'odd' } }));
  });

  it('of a selection do not count what remains', async () => {
    const found = await pages('limit=2&labelSelector=parity%3Deven');
    assert.deepEqual(
      found.map((page) => page.items.map((item: Loose) => item.metadata.name)),
      [[name(0), name(2)], [name(4), name(6)], [name(8)]],
    );
    assert.ok(found.every((page) => page.metadata.remainingItemCount === undefined));
  });

  it('no token follows a page that holds the rest', async () => {
    const [page, ...more] = await pages(`limit=${items}`);
    assert.equal(page.items.length, items);
    assert.equal(page.metadata.continue, undefined);
    assert.deepEqual(more, []);
  });

  for (const limit of ['0', '-5', '']) {
    it(`limit=${limit} means no limit`, async () => {
      assert.equal(expectCode(await use.api.get(`${collection}?limit=${limit}`), 200).items.length, items);
    });
  }

  it('go across namespaces in the order of keys', async () => {
    await use.api.post('/api/v1/namespaces', { metadata: { name: 'zoo' } });
    await use.api.post('/api/v1/namespaces/zoo/secrets', { metadata: { name: 'a' } });
    await use.api.post('/api/v1/namespaces/default/secrets', { metadata: { name: 'b' } });
    const first = expectCode(await use.api.get('/api/v1/secrets?limit=1'), 200);
    const second = expectCode(
      await use.api.get(`/api/v1/secrets?limit=1&continue=${first.metadata.continue}`),
      200,
    );
    assert.deepEqual(
      [first, second].map((page) => page.items[0].metadata.namespace),
      ['default', 'zoo'],
    );
  });

  const token = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const bad: [what: string, query: string, message: RegExp][] = [
    ['limit that is no number', 'limit=ten', /strconv\.ParseInt: parsing "ten": invalid syntax/],
    ['garbage', 'continue=%00', /continue key is not valid/],
    [
      'another version',
      `continue=${token({ v: 'v2', rv: 5, start: 'a' })}`,
      /continue key is not valid: server does not recognize this encoded version/,
    ],
    [
      'a path out of the list',
      `continue=${token({ v: 'meta.k8s.io/v1', rv: 5, start: '../secrets/' })}`,
      /continue key is not valid/,
    ],
    [
      'a version beside it',
      `resourceVersion=5&continue=${token({ v: 'meta.k8s.io/v1', rv: 5, start: 'a' })}`,
      /specifying resource version is not allowed when using continue/,
    ],
  ];
  for (const [what, query, message] of bad) {
    it(`refuses ${what}`, async () => {
      const status = expectCode(await use.api.get(`${collection}?${query}`), 400);
      assert.match(status.message, message);
    });
  }
});

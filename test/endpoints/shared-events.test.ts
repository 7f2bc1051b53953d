import assert from 'node:assert/strict';
import { test } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { jsonRepresentation } from '../../src/endpoints/representations/json.ts';
import { partialMetadataRepresentation } from '../../src/endpoints/representations/partial-metadata.ts';
import { tableRepresentation } from '../../src/endpoints/representations/table.ts';
import { prettyRepresentation } from '../../src/endpoints/representations/text.ts';
import type { Representation } from '../../src/endpoints/representations/types.ts';
import { frameOf } from '../../src/endpoints/watch/frames.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import { builtinResources } from '../../src/resources/index.ts';
import { openStorage, openWatch, podKey, select } from '../storage/kit.ts';

const clock = virtualClock();
const pods = createCatalog(builtinResources).find('', 'v1', 'pods')!;

/** Each made anew, as every request makes its own. */
const representations: Readonly<Record<string, () => Representation>> = {
  json: () => jsonRepresentation(pods),
  'pretty json': () => prettyRepresentation(jsonRepresentation(pods)),
  metadata: () => partialMetadataRepresentation(pods, 'v1'),
  'metadata v1beta1': () => partialMetadataRepresentation(pods, 'v1beta1'),
  table: () => tableRepresentation(pods, 'v1', 'Metadata', clock),
  'table of objects': () => tableRepresentation(pods, 'v1', 'Object', clock),
};

async function watchers(labels: string) {
  const storage = await openStorage();
  const selection = () => (labels === '' ? {} : { selection: select(labels) });
  const open = () => openWatch(storage, { after: storage.cache.revision, ...selection() });
  return { ...storage, pair: [await open(), await open()] as const };
}

for (const [name, make] of Object.entries(representations)) {
  test(`watchers of ${name} send the same bytes of one event`, async () => {
    const { put, remove, pair } = await watchers('app=x');
    await put(podKey('p'), { labels: { app: 'x' } });
    await put(podKey('p'), { labels: { app: 'x' }, v: 1 });
    await put(podKey('p'), { labels: { app: 'y' } });
    await put(podKey('p'), { labels: { app: 'x' }, v: 2 });
    await remove(podKey('p'));
    const [one, other] = pair.map((watch) => {
      const representation = make();
      return watch.take(10).map((item) => frameOf(item, representation, false));
    });
    assert.equal(one!.length, 5);
    for (const [index, bytes] of one!.entries()) assert.equal(other![index], bytes, `event ${index}`);
    assert.equal(new Set(one!.map(String)).size, 5);
  });
}

test('watchers with different encodings do not', async () => {
  const { put, pair } = await watchers('');
  await put(podKey('p'));
  const [item] = pair[0].take(1);
  const frames = Object.entries(representations).map(
    ([name, make]) => [name, frameOf(item!, make(), false).toString()] as const,
  );
  // Indented JSON is for answers; watches stay one object a line.
  const { 'pretty json': pretty, ...others } = Object.fromEntries(frames);
  assert.equal(pretty, others['json']);
  assert.equal(new Set(Object.values(others)).size, Object.keys(others).length);
});

test('a table names its columns in the first event of each stream, and ages go on', async () => {
  const { put, pair } = await watchers('');
  await put(podKey('p'));
  const [item] = pair[0].take(1);
  const table = (first: boolean) =>
    JSON.parse(frameOf(item!, representations['table']!(), first).toString()).object;
  assert.ok(table(true).columnDefinitions.length > 0);
  assert.equal(table(false).columnDefinitions, null);
  const before = frameOf(item!, representations['table']!(), false);
  clock.advance(1_000);
  assert.notEqual(frameOf(item!, representations['table']!(), false), before);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFieldSelector } from '../../src/apimachinery/field-selector.ts';
import { parseLabelSelector } from '../../src/apimachinery/label-selector.ts';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { builtinResources } from '../../src/resources/index.ts';
import { Entry } from '../../src/storage/entry.ts';
import { selection } from '../../src/storage/selection.ts';
import { names, openStorage, podKey, podPrefix, select } from './kit.ts';

const seed = Number(process.env['SEED'] ?? 1);
const entryOf = (object: KubeObject) => new Entry('/k', Buffer.from(JSON.stringify(object)), 1, 1);

test('S25 searching the bytes never changes the verdict on labels', () => {
  const random = seededRandom(seed);
  const keys = ['app', 'a', 'x.io/app', 'p'];
  const values = ['', 'a', 'app', 'a-b', 'a.b', '1', 'true'];
  const pick = (from: readonly string[]) => from[random.int(from.length)]!;
  const terms = [
    () => `${pick(keys)}=${pick(values)}`,
    () => `${pick(keys)}!=${pick(values)}`,
    () => `${pick(keys)} in (${pick(values)})`,
    () => `${pick(keys)} in (${pick(values)},${pick(values)})`,
    () => `${pick(keys)} notin (${pick(values)})`,
    () => pick(keys),
    () => `!${pick(keys)}`,
  ];
  for (let i = 0; i < 4_000; i++) {
    const labels = Object.fromEntries(
      Array.from({ length: random.int(4) }, () => [pick(keys), pick(values)]),
    );
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'x',
        annotations: { [pick(keys)]: pick(values) },
        ...(random.int(3) ? { labels } : {}),
      },
    };
    const text = Array.from({ length: 1 + random.int(2) }, () => terms[random.int(terms.length)]!()).join(
      ',',
    );
    const wanted = parseLabelSelector(text).matches(object.metadata.labels);
    assert.equal(select(text).matches(entryOf(object)), wanted, `${text} on ${JSON.stringify(object)}`);
  }
});

const values = [
  'Running',
  'a"b',
  'a\\b',
  '<a>&',
  'größe',
  '',
  '0',
  '3',
  '1e3',
  'true',
  'false',
  'null',
  'a b',
  '-',
  '::1',
];

test('S25 … nor on any selectable field of any kind', () => {
  for (const { resource, kind, selectableFields } of builtinResources) {
    for (const field of Object.keys(selectableFields)) {
      for (const stored of [...values, 0, 3, 1e21, true, false, undefined]) {
        const object = objectWith(kind, field, stored);
        const actual = selectableFields[field]!(object);
        for (const value of new Set([...values, actual])) {
          const escaped = value.replace(/[\\,=]/g, '\\$&');
          const found = selection(
            parseLabelSelector(''),
            parseFieldSelector(`${field}=${escaped}`),
            () => selectableFields[field]!,
          ).matches(entryOf(object));
          assert.equal(found, actual === value, `${resource} ${field}=${value} on ${JSON.stringify(object)}`);
        }
      }
    }
  }
});

function objectWith(kind: string, field: string, value: unknown): KubeObject {
  const object: KubeObject = { apiVersion: 'v1', kind, metadata: { name: 'x', namespace: 'a' } };
  let at: Record<string, unknown> = object;
  const path = field.split('.');
  for (const name of path.slice(0, -1)) at = at[name] = { ...(at[name] as object) };
  if (value !== undefined) at[path.at(-1)!] = value;
  return object;
}

test('S26 a selection by name finds what it would find without the short cut', async () => {
  const { put, list } = await openStorage();
  for (const namespace of ['a', 'ab', 'b'])
    for (const name of ['x', 'xx', 'x-0']) await put(podKey(name, namespace), { labels: { in: namespace } });
  const found = async (prefix: string, fields: string, labels = '') =>
    names(await list({ prefix, selection: select(labels, fields) })).length;
  assert.equal(await found(podPrefix, 'metadata.name=x'), 3);
  assert.equal(await found(`${podPrefix}a/`, 'metadata.name=x'), 1);
  assert.equal(await found(`${podPrefix}a/`, 'metadata.name=x', 'in=b'), 0);
  assert.equal(await found(podPrefix, 'metadata.name=x', 'in=b'), 1);
  assert.equal(await found(podPrefix, 'metadata.name=a/x'), 0);
  assert.equal(await found(podPrefix, 'metadata.name=x,metadata.name=xx'), 0);
  assert.equal(await found(podPrefix, 'metadata.name='), 0);
  assert.equal(await found(podPrefix, 'metadata.name!=x'), 6);
});

test('S26 … page by page too', async () => {
  const { put, list, cache } = await openStorage();
  for (const namespace of ['a', 'b', 'c']) await put(podKey('x', namespace));
  const byName = select('', 'metadata.name=x');
  const first = await list({ selection: byName, limit: 2 });
  assert.equal(first.entries.length, 2);
  assert.ok(first.continueToken);
  const from = (start: string) => ({ revision: cache.revision, start });
  assert.equal((await list({ selection: byName, from: from('c/x') })).entries.length, 1);
  const inNamespace = { prefix: `${podPrefix}a/`, selection: byName };
  assert.equal((await list({ ...inNamespace, from: from('x') })).entries.length, 1);
  assert.equal((await list({ ...inNamespace, from: from('y') })).entries.length, 0);
});

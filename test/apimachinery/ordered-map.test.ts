import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { emptyMap, fromSorted, type OrderedMap, prefixEnd } from '../../src/apimachinery/ordered-map.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';

const key = (number: number) =>
  `/registry/${String.fromCharCode(97 + (number % 5))}/${String(number).padStart(5, '0')}`;

const sortedEntries = (model: ReadonlyMap<string, number>) =>
  [...model].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));

function assertSame(map: OrderedMap<number>, model: ReadonlyMap<string, number>): void {
  assert.equal(map.size, model.size);
  assert.deepEqual([...map.entriesFrom('')], sortedEntries(model));
}

describe('ordered map', () => {
  for (const { seed, keys, steps } of [
    { seed: 1, keys: 40, steps: 2_000 },
    { seed: 2, keys: 3_000, steps: 12_000 },
    { seed: 3, keys: 20_000, steps: 12_000 },
  ])
    test(`answers like a Map, and old maps stay as they were (seed ${seed}, ${keys} keys)`, () => {
      const random = seededRandom(seed);
      const model = new Map<string, number>();
      let map = emptyMap<number>();
      const kept: { map: OrderedMap<number>; model: Map<string, number> }[] = [];
      for (let step = 0; step < steps; step++) {
        const at = key(random.int(keys));
        // Growing and shrinking phases, so that nodes are split and joined at every level.
        const growing = Math.floor(step / (steps / 4)) % 2 === 0;
        if (random.int(10) < (growing ? 8 : 2)) {
          map = map.set(at, step);
          model.set(at, step);
        } else {
          const before = map;
          map = map.delete(at);
          assert.equal(map === before, !model.delete(at));
        }
        assert.equal(map.get(at), model.get(at));
        if (step % (steps / 10) === 0) kept.push({ map, model: new Map(model) });
      }
      for (const old of kept) assertSame(old.map, old.model);
      assertSame(map, model);
    });

  test('runs through ascending, descending and interleaved insertions and deletions', () => {
    const count = 5_000;
    const orders: Record<string, (i: number) => number> = {
      ascending: (i) => i,
      descending: (i) => count - 1 - i,
      interleaved: (i) => (i * 1_237) % count,
    };
    for (const order of Object.values(orders)) {
      let map = emptyMap<number>();
      for (let i = 0; i < count; i++) map = map.set(key(order(i)), order(i));
      assert.equal(map.size, count);
      for (let i = 0; i < count; i++) assert.equal(map.get(key(i)), i);
      for (let i = 0; i < count; i++) map = map.delete(key(order(i)));
      assert.equal(map, emptyMap());
    }
  });

  test('counts and visits ranges', () => {
    const random = seededRandom(4);
    const keys = [...new Set(Array.from({ length: 2_000 }, () => key(random.int(9_000))))].sort();
    const map = fromSorted(
      keys,
      keys.map((_, index) => index),
    );
    for (const prefix of ['', '/', '/registry/a/', '/registry/c/000', '/registry/e/08', '/registry/f/', 'x'])
      assert.equal(map.countPrefix(prefix), keys.filter((k) => k.startsWith(prefix)).length, prefix);
    for (let round = 0; round < 200; round++) {
      const start = key(random.int(9_000));
      const end = key(random.int(9_000));
      assert.equal(map.countRange(start, end), keys.filter((k) => k >= start && k < end).length);
      const visited: string[] = [];
      map.forEachFrom(start, (k) => visited.push(k) < 5);
      const expected = keys.filter((k) => k >= start).slice(0, 5);
      assert.deepEqual(visited, expected);
      assert.equal(map.entriesFrom(start).next().value?.[0], expected[0]);
    }
  });

  test('is built from sorted keys, and refuses others', () => {
    for (const count of [0, 1, 32, 33, 1_024, 1_025, 5_000]) {
      const keys = Array.from({ length: count }, (_, i) => String(i).padStart(6, '0'));
      let map = fromSorted(keys, keys);
      assert.deepEqual(
        [...map.entriesFrom('')].map(([k]) => k),
        keys,
      );
      for (const k of keys) map = map.set(k, 'new').delete(k);
      assert.equal(map.size, 0);
    }
    assert.throws(() => fromSorted(['b', 'a'], [1, 2]), /not ascending/);
    assert.throws(() => fromSorted(['a', 'a'], [1, 2]), /not ascending/);
  });

  test('names the end of a prefix', () => {
    assert.equal(prefixEnd('/registry/'), '/registry0');
    assert.equal(prefixEnd('a'), 'b');
    assert.ok('\u007fany' < prefixEnd(''));
  });
});

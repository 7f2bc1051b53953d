import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRecord, type Json, type JsonObject, jsonEqual, setOwn } from '../../src/apimachinery/object.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { applyMergePatch } from '../../src/patch/merge-patch.ts';
import { assertRefused, frozen, randomMap } from './support.ts';

const applied: [rule: string, current: Json, patch: Json, expected: Json][] = [
  ['M1 set', { a: 'b' }, { a: 'c' }, { a: 'c' }],
  ['M1 add', { a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  ['M1 remove', { a: 'b', c: 1 }, { a: null }, { c: 1 }],
  ['M1 remove what is not there', { a: 1 }, { b: null }, { a: 1 }],
  ['M1 lists are replaced', { a: ['b'] }, { a: ['c', 'd'] }, { a: ['c', 'd'] }],
  ['M1 a list by a scalar', { a: ['b'] }, { a: 'c' }, { a: 'c' }],
  ['M1 nested', { a: { b: 'c', d: 1 } }, { a: { b: 'd', d: null } }, { a: { b: 'd' } }],
  ['M1 a map for a scalar', { a: 1 }, { a: { b: { c: 1 } } }, { a: { b: { c: 1 } } }],
  ['M1 nothing', { a: 1 }, {}, { a: 1 }],
  ['M2 nulls of what is new', {}, { a: { b: { c: null, d: 1 } } }, { a: { b: { d: 1 } } }],
  ['M2 nulls inside lists', {}, { a: [null, { b: null, c: 1 }] }, { a: [null, { c: 1 }] }],
];

for (const [rule, current, patch, expected] of applied) {
  test(rule, () => assert.deepEqual(applyMergePatch(frozen(current), frozen(patch)), expected));
}

test('M3 a patch that is no object is refused', () => {
  const text = 'into Go value of type map[string]interface {}';
  assertRefused(
    () => applyMergePatch({}, []),
    400,
    `error decoding patch: json: cannot unmarshal array ${text}`,
  );
  assertRefused(() => applyMergePatch({}, true), 400, `json: cannot unmarshal bool ${text}`);
  assertRefused(() => applyMergePatch({}, null), 400, 'Invalid JSON Patch');
});

test('P3 a deeply nested patch is refused', () => {
  const patch = JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`) as Json;
  assertRefused(() => applyMergePatch({}, patch), 400, 'exceeded max depth');
});

/** The merge patch that turns one value without nulls into another. */
function difference(from: JsonObject, to: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) setOwn(patch, key, null);
  for (const key of Object.keys(to)) {
    const [before, after] = [Object.hasOwn(from, key) ? from[key] : undefined, to[key]];
    if (isRecord(before) && isRecord(after))
      setOwn(patch, key, difference(before as JsonObject, after as JsonObject));
    else if (!jsonEqual(before, after)) setOwn(patch, key, after);
  }
  return patch;
}

test('M1 M2 P1 P2 the difference of two values turns one into the other (seeds 1 to 300)', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seededRandom(seed);
    const from = frozen(randomMap(random, 4, false));
    const to = frozen(randomMap(random, 4, false));
    const patched = applyMergePatch(from, frozen(difference(from as JsonObject, to as JsonObject)));
    assert.ok(jsonEqual(patched, to), `seed ${seed}`);
  }
});

test('M1 applying a patch twice is applying it once (seeds 1 to 300)', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seededRandom(seed);
    const current = frozen(randomMap(random, 4, false));
    const patch = frozen(randomMap(random, 4, true));
    const once = frozen(applyMergePatch(current, patch));
    assert.ok(jsonEqual(applyMergePatch(once, patch), once), `seed ${seed}`);
  }
});

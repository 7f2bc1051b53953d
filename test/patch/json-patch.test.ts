import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../src/apimachinery/object.ts';
import { unknownJsonPatchFields } from '../../src/patch/index.ts';
import { applyJsonPatch } from '../../src/patch/json-patch.ts';
import { assertRefused, frozen } from './support.ts';

const run = (current: Json, patch: Json) => applyJsonPatch(frozen(current), frozen(patch));

const applied: [rule: string, current: Json, patch: Json, expected: Json][] = [
  ['J1 no operations', { a: 1 }, [], { a: 1 }],
  ['J1 null is no operations', { a: 1 }, null, { a: 1 }],
  ['J1 add a field', { a: 1 }, [{ op: 'add', path: '/b', value: { c: 2 } }], { a: 1, b: { c: 2 } }],
  ['J1 add over a field', { a: 1 }, [{ op: 'add', path: '/a', value: 2 }], { a: 2 }],
  ['J1 add without a value is null', {}, [{ op: 'add', path: '/a' }], { a: null }],
  ['J1 remove', { a: 1, b: 2 }, [{ op: 'remove', path: '/a' }], { b: 2 }],
  ['J1 replace', { a: { b: 1 } }, [{ op: 'replace', path: '/a/b', value: [] }], { a: { b: [] } }],
  ['J1 move', { a: { b: 1 }, c: {} }, [{ op: 'move', from: '/a/b', path: '/c/d' }], { a: {}, c: { d: 1 } }],
  ['J1 copy', { a: [1] }, [{ op: 'copy', from: '/a', path: '/b' }], { a: [1], b: [1] }],
  [
    'J1 a copy lives its own life',
    { a: { x: [1] } },
    [
      { op: 'add', path: '/a/x/-', value: 2 },
      { op: 'copy', from: '/a', path: '/b' },
      { op: 'add', path: '/b/x/-', value: 3 },
      { op: 'remove', path: '/a/x/0' },
    ],
    { a: { x: [2] }, b: { x: [1, 2, 3] } },
  ],
  [
    'J1 a value of the patch can be changed by later operations',
    {},
    [
      { op: 'add', path: '/a', value: { b: [] } },
      { op: 'add', path: '/a/b/-', value: 1 },
    ],
    { a: { b: [1] } },
  ],
  ['J4 escapes', { 'a/b': 1, '~1': 2 }, [{ op: 'remove', path: '/a~1b' }], { '~1': 2 }],
  ['J4 escapes are undone once', { '~1': 2 }, [{ op: 'remove', path: '/~01' }], {}],
  ['J4 an empty key is a key', { '': 1 }, [{ op: 'replace', path: '/', value: 2 }], { '': 2 }],
  ['J4 the whole object', { a: 1 }, [{ op: 'replace', path: '', value: { b: 1 } }], { b: 1 }],
  ['J4 test of the whole object', { a: 1 }, [{ op: 'test', path: '', value: { a: 1 } }], { a: 1 }],
  ['J5 add before', [1, 3], [{ op: 'add', path: '/1', value: 2 }], [1, 2, 3]],
  ['J5 add at the end', [1], [{ op: 'add', path: '/1', value: 2 }], [1, 2]],
  ['J5 append', { a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
  ['J5 append by -1', [1], [{ op: 'add', path: '/-1', value: 2 }], [1, 2]],
  ['J5 add before the last', [1], [{ op: 'add', path: '/-2', value: 0 }], [0, 1]],
  ['J5 remove the last', [1, 2, 3], [{ op: 'remove', path: '/-1' }], [1, 2]],
  ['J5 replace from the end', [1, 2], [{ op: 'replace', path: '/-2', value: 0 }], [0, 2]],
  ['J6 replace adds a missing field', {}, [{ op: 'replace', path: '/a', value: 1 }], { a: 1 }],
  [
    'J7 test',
    { a: { b: [1, 'x'], c: 1 } },
    [{ op: 'test', path: '/a', value: { c: 1, b: [1, 'x'] } }],
    { a: { b: [1, 'x'], c: 1 } },
  ],
  ['J7 a missing field is null', {}, [{ op: 'test', path: '/a', value: null }], {}],
  ['J7 copy of a missing field', {}, [{ op: 'copy', from: '/a', path: '/b' }], { b: null }],
];

for (const [rule, current, patch, expected] of applied) {
  test(rule, () => assert.deepEqual(run(current, patch), expected));
}

const refused: [rule: string, code: number, text: string, current: Json, patch: Json][] = [
  [
    'J1 a later failure',
    422,
    'testing value /a failed: test failed',
    { a: 1 },
    [
      { op: 'remove', path: '/a' },
      { op: 'test', path: '/a', value: 1 },
    ],
  ],
  [
    'J3 not a list',
    400,
    'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    {},
    {},
  ],
  [
    'J3 not operations',
    400,
    'json: cannot unmarshal string into Go value of type handlers.jsonPatchOp',
    {},
    ['x'],
  ],
  [
    'J3 path no text',
    400,
    'json: cannot unmarshal number into Go struct field jsonPatchOp.path of type string',
    {},
    [{ op: 'add', path: 1 }],
  ],
  ['J3 unknown op', 422, 'Unexpected kind: toString', {}, [{ op: 'toString', path: '/a' }]],
  ['J3 no op', 422, 'Unexpected kind: unknown', {}, [{ path: '/a' }]],
  ['J3 no path', 422, 'add operation failed to decode path: missing value', {}, [{ op: 'add' }]],
  [
    'J3 no path to replace',
    422,
    'replace operation failed to decode path: operation missing path field: missing value',
    {},
    [{ op: 'replace', path: null }],
  ],
  [
    'J3 no from',
    422,
    'move operation failed to decode from: operation, missing from field: missing value',
    {},
    [{ op: 'move', path: '/a' }],
  ],
  [
    'J4 no slash',
    422,
    'add operation does not apply: doc is missing path: "a": missing value',
    {},
    [{ op: 'add', path: 'a', value: 1 }],
  ],
  [
    'J4 whole object by a scalar',
    422,
    'replace operation value must be object or array',
    {},
    [{ op: 'replace', path: '', value: 1 }],
  ],
  [
    'J5 beyond the end',
    422,
    `error in add for path: '/5': Unable to access invalid index: 5: invalid index referenced`,
    [1],
    [{ op: 'add', path: '/5', value: 1 }],
  ],
  [
    'J5 before the start',
    422,
    'Unable to access invalid index: -2: invalid index referenced',
    [1],
    [{ op: 'remove', path: '/-2' }],
  ],
  [
    'J5 no index',
    422,
    `error in add for path: '/x': value was not a proper array index: 'x': strconv.Atoi: parsing "x": invalid syntax`,
    [1],
    [{ op: 'add', path: '/x', value: 1 }],
  ],
  [
    'J5 an index of many digits',
    422,
    'value out of range',
    [1],
    [{ op: 'remove', path: `/${'9'.repeat(400)}` }],
  ],
  [
    'J6 remove',
    422,
    `error in remove for path: '/spec/x': Unable to remove nonexistent key: x: missing value`,
    { spec: {} },
    [{ op: 'remove', path: '/spec/x' }],
  ],
  [
    'J6 remove an inherited field',
    422,
    'Unable to remove nonexistent key: toString',
    {},
    [{ op: 'remove', path: '/toString' }],
  ],
  [
    'J6 remove below a missing field',
    422,
    'remove operation does not apply: doc is missing path: "/a/b": missing value',
    {},
    [{ op: 'remove', path: '/a/b' }],
  ],
  [
    'J6 below a scalar',
    422,
    'add operation does not apply: doc is missing path: "/a/b": missing value',
    { a: 'x' },
    [{ op: 'add', path: '/a/b', value: 1 }],
  ],
  [
    'J6 move',
    422,
    `error in move for path: 'b': Unable to remove nonexistent key: b: missing value`,
    { a: {} },
    [{ op: 'move', from: '/a/b', path: '/c' }],
  ],
  [
    'J6 move into itself',
    422,
    'doc is missing destination path: /a/b: missing value',
    { a: {} },
    [{ op: 'move', from: '/a', path: '/a/b' }],
  ],
  [
    'J6 replace a missing item',
    422,
    'replace operation does not apply: doc is missing key: /1: missing value',
    [1],
    [{ op: 'replace', path: '/1', value: 1 }],
  ],
  [
    'J7 test',
    422,
    'testing value /spec/x failed: test failed',
    { spec: { x: 1 } },
    [{ op: 'test', path: '/spec/x', value: '1' }],
  ],
  [
    'J7 test below a missing field',
    422,
    'test operation does not apply: is missing path: /a/b: missing value',
    {},
    [{ op: 'test', path: '/a/b', value: 1 }],
  ],
];

for (const [rule, code, text, current, patch] of refused) {
  test(`${rule}: ${code}`, () => assertRefused(() => run(current, patch), code, text));
}

test('P5 the message of a patch that does not apply is the fixed one', () => {
  assertRefused(
    () => run({}, [{ op: 'remove', path: '/a' }]),
    422,
    'the server rejected our request due to an error in our request',
  );
});

test('J2 10,000 operations on a long list are quick, one more is refused', () => {
  const long = { items: Array.from({ length: 10_000 }, (_, index) => index) };
  const operations = Array.from({ length: 10_000 }, () => ({ op: 'remove', path: '/items/0' }));
  assert.deepEqual(run(long, operations), { items: [] });
  assertRefused(
    () => run(long, [...operations, { op: 'add', path: '/x' }]),
    413,
    'The allowed maximum operations in a JSON patch is 10000, got 10001',
  );
});

test('J8 copies may add 3 MiB together', () => {
  const current = { big: 'x'.repeat(1024 * 1024 - 2) };
  const copies = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ op: 'copy', from: '/big', path: `/copy${index}` }));
  assert.equal(Object.keys(run(current, copies(3)) as object).length, 4);
  assertRefused(
    () => run(current, copies(4)),
    422,
    'Unable to complete the copy, the accumulated size increase of copy is 4194304, exceeding the limit 3145728',
  );
});

test('P2 __proto__ is a key like any other', () => {
  const current = JSON.parse('{"a":{"__proto__":{"x":1}}}') as Json;
  const patched = run(current, [
    { op: 'copy', from: '/a', path: '/__proto__' },
    { op: 'add', path: '/a/__proto__/y', value: 2 },
    { op: 'add', path: '/constructor', value: 3 },
  ]);
  assert.equal(
    JSON.stringify(patched),
    '{"a":{"__proto__":{"x":1,"y":2}},"__proto__":{"__proto__":{"x":1}},"constructor":3}',
  );
  assert.equal(({} as Record<string, unknown>)['y'], undefined);
});

test('P3 no operations nest without bound', () => {
  let value: Json = [];
  for (let depth = 0; depth < 1_000; depth++) value = [value];
  assertRefused(() => run({}, [{ op: 'add', path: '/a', value }]), 400, 'exceeded max depth');
  const doublings = Array.from({ length: 14 }, (_, index) => ({
    op: 'copy',
    from: '/a',
    path: `/a${'/a'.repeat(2 ** index)}`,
  }));
  assertRefused(() => run({ a: {} }, doublings), 422, 'exceeded max depth');
});

test('unknown fields of operations are found for field validation', () => {
  assert.deepEqual(unknownJsonPatchFields([{ op: 'test' }, { op: 'add', foo: 1, value: { bar: 1 } }]), [
    'json patch unknown field "[1].foo"',
  ]);
});

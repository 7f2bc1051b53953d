import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Random, seededRandom } from '../../src/apimachinery/random.ts';
import { fillAlwaysPresent } from '../../src/scheme/codec/always-present.ts';
import { DecodeError } from '../../src/scheme/codec/decode-error.ts';
import { decodeText } from '../../src/scheme/codec/decode-text.ts';
import { jsonSyntaxError } from '../../src/scheme/codec/json-syntax-error.ts';
import { shapeObject } from '../../src/scheme/codec/shape.ts';
import { encodeStored, withResourceVersion } from '../../src/scheme/codec/stored.ts';
import type { TypeSchema } from '../../src/scheme/schema.ts';
import { loadSchemas } from '../../src/scheme/schema-set.ts';

const schemas = loadSchemas();
const seeds = [1, 2, 3, 20_260_101];
const kinds = [...schemas.names()].filter((name) => schemas.struct(name).fields.has('metadata'));
const oddStrings = [
  '',
  '__proto__',
  'constructor',
  '1',
  '1Gi',
  '2024-01-01T00:00:00Z',
  'aGk=',
  '\ud800',
  '😀',
  '"\\',
  'x'.repeat(50),
];
const oddValues = [
  null,
  true,
  false,
  0,
  -0,
  1,
  1.5,
  -1,
  2 ** 31,
  2 ** 53,
  1e21,
  '',
  [],
  {},
  [null],
  { a: null },
];

const pick = <T>(random: Random, from: readonly T[]): T => from[random.int(from.length)]!;

/** A value that mostly fits the type. */
function fittingValue(type: TypeSchema, random: Random, depth: number): unknown {
  if (random.int(40) === 0) return pick(random, oddValues);
  if (depth > 6) return null;
  switch (type.kind) {
    case 'struct':
      return structValue(type.ref, random, depth);
    case 'list':
      return Array.from({ length: random.int(3) }, () => fittingValue(type.items, random, depth + 1));
    case 'map':
      return Object.fromEntries(
        Array.from({ length: random.int(3) }, () => [
          pick(random, oddStrings),
          fittingValue(type.values, random, depth + 1),
        ]),
      );
    case 'integer':
    case 'number':
      return random.int(100);
    case 'boolean':
      return random.int(2) === 1;
    case 'any':
      return pick(random, oddValues);
    case 'time':
      return pick(random, ['2024-02-29T12:00:00.123456Z', '1999-12-31T23:59:59.999999-11:00']);
    case 'quantity':
      return pick(random, ['1', '0.5', '100Mi', '1e3', '1500m', 3, 0.25, '-1Ki']);
    case 'bytes':
      return pick(random, ['', 'aGk=', 'aGl=', 'YWJj']);
    default:
      return pick(random, oddStrings);
  }
}

function structValue(name: string, random: Random, depth: number): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [field, { type }] of schemas.struct(name).fields) {
    if (random.int(4) === 0) value[field] = fittingValue(type, random, depth + 1);
  }
  if (random.int(8) === 0)
    Object.defineProperty(value, pick(random, oddStrings), { value: 1, enumerable: true });
  return value;
}

/** Runs a step that may refuse its input, but must not fail in any other way. */
function mayRefuse<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

for (const seed of seeds) {
  test(`values that nearly fit are shaped or refused, and their shape is stable (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let i = 0; i < 400; i++) {
      const name = pick(random, kinds);
      const text = JSON.stringify(structValue(name, random, 0));
      const shaped = mayRefuse(() => shapeObject(schemas, name, JSON.parse(text)));
      if (!shaped) continue;
      const again = shapeObject(schemas, name, JSON.parse(JSON.stringify(shaped.object)));
      assert.equal(JSON.stringify(again.object), JSON.stringify(shaped.object), text);
      assert.deepEqual(again.unknown, []);
      fillAlwaysPresent(schemas, name, shaped.object);
      const served = withResourceVersion(encodeStored(shaped.object), 7);
      assert.equal(JSON.parse(served.toString()).metadata.resourceVersion, '7');
    }
  });

  test(`broken texts are decoded or refused (seed ${seed})`, () => {
    const random = seededRandom(seed);
    const start = JSON.stringify(structValue('io.k8s.api.core.v1.Pod', random, 0));
    const yaml =
      'a: &x {b: [1, "two", yes]}\nc: *x\nd:\n  - e: |\n      f\n    <<: *x\n# g\n? h\n: !!int 3\n';
    for (let i = 0; i < 400; i++) {
      for (const [source, mediaType] of [
        [start, 'json'],
        [yaml, 'yaml'],
      ] as const) {
        const bytes = Buffer.from(source);
        for (let n = random.int(4) + 1; n > 0; n--)
          bytes[random.int(bytes.length)] = random.bytes(1)[0]! & 0x7f;
        const cut = bytes.subarray(0, random.int(3) === 0 ? random.int(bytes.length) : bytes.length);
        const decoded = mayRefuse(() => decodeText(cut, mediaType));
        if (decoded) JSON.stringify(decoded.value);
      }
    }
  });

  test(`what JSON.parse refuses is explained, and only that (seed ${seed})`, () => {
    const random = seededRandom(seed);
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '1',
      '-',
      '.',
      'e',
      'true',
      'nul',
      ' ',
      '\\',
      '\n',
      'x',
    ];
    for (let i = 0; i < 3000; i++) {
      const text = Array.from({ length: random.int(8) }, () => pick(random, pieces)).join('');
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      const why = jsonSyntaxError(text);
      assert.match(why, /^(invalid character|unexpected end of JSON input)/);
      if (valid) assert.equal(why, 'unexpected end of JSON input', text);
    }
  });
}

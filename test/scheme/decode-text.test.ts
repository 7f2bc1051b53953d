import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecodeError, decodeFailure } from '../../src/scheme/codec/decode-error.ts';
import { decodeText } from '../../src/scheme/codec/decode-text.ts';
import { maxDepth } from '../../src/scheme/codec/json-text.ts';
import { strictDecodingError, strictFindings } from '../../src/scheme/codec/strict.ts';
import { typeMetaOf } from '../../src/scheme/codec/type-meta.ts';
import { maxYamlBytes, maxYamlTokens } from '../../src/scheme/codec/yaml-text.ts';

const json = (text: string) => decodeText(Buffer.from(text), 'json');
const yaml = (text: string) => decodeText(Buffer.from(text), 'yaml');
const refused = (message: string | RegExp) => (error: unknown) => {
  assert.ok(error instanceof DecodeError, String(error));
  if (typeof message === 'string') assert.equal(error.message, message);
  else assert.match(error.message, message);
  return true;
};

const syntaxErrors: [string, string][] = [
  ['', 'unexpected end of JSON input'],
  ['{"a":', 'unexpected end of JSON input'],
  ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ['[1 2]', "invalid character '2' after array element"],
  ['{} x', "invalid character 'x' after top-level value"],
  ['{"a":tru}', "invalid character '}' in literal true (expecting 'e')"],
  ['{"a":01}', "invalid character '1' after object key:value pair"],
  ['{"a":1.x}', "invalid character 'x' after decimal point in numeric literal"],
  ['{"a":"\n"}', "invalid character '\\n' in string literal"],
  ['{"a":"\\x"}', "invalid character 'x' in string escape code"],
  ['{"a":"\u0000"}', "invalid character '\\x00' in string literal"],
  ['{"a":"\u0007"}', "invalid character '\\a' in string literal"],
  ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
  ['é', "invalid character 'Ã' looking for beginning of value"],
  ["{'a':1}", "invalid character '\\'' looking for beginning of object key string"],
];

for (const [text, message] of syntaxErrors) {
  test(`JSON ${JSON.stringify(text)} is refused in the words of the reference server`, () => {
    assert.throws(() => json(text), refused(`couldn't get version/kind; json parse error: ${message}`));
  });
}

test('bytes that are not UTF-8 are refused', () => {
  for (const bytes of [
    [0x7b, 0xff],
    [0x22, 0xc0, 0x80, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
  ]) {
    assert.throws(() => decodeText(Uint8Array.from(bytes), 'json'), refused(/invalid UTF-8/));
  }
});

test('nesting is limited', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  assert.ok(json(nested(maxDepth)).value);
  assert.throws(() => json(nested(maxDepth + 1)), refused(/exceeded max depth/));
  assert.throws(() => json('['.repeat(100_000)), refused(/exceeded max depth/));
  assert.throws(() => yaml('['.repeat(20_000)), refused(/exceeded max depth|yaml:/));
  assert.throws(() => yaml(`${'- '.repeat(5_000)}a`), refused(/exceeded max depth/));
});

test('numbers that a double cannot hold are refused, never rounded', () => {
  assert.throws(() => json('{"a":9007199254740993}'), refused(/^integer 9007199254740993 is out of range/));
  assert.throws(() => json('{"a":[-12345678901234567890]}'), refused(/^integer -12345678901234567890/));
  assert.throws(() => json('{"a":1e400}'), refused(/number 1e400 is out of range/));
  assert.throws(() => yaml('a: 9007199254740993'), refused(/^integer 9007199254740993/));
  const kept = json('{"a":9007199254740991,"b":"9007199254740993","c":0.1234567890123456789,"d":1e15}').value;
  assert.deepEqual(kept, { a: 9007199254740991, b: '9007199254740993', c: 0.12345678901234568, d: 1e15 });
});

test('duplicate JSON keys are named by their path, once each; the last one counts', () => {
  const { value, duplicates } = json(
    '{"a": {"b": [{"c":1}, {"c":1,"c":2,"d":{"x" :1,"x":2,"x":3}}], "b\\u0062":1, "bb":2}, "e":"\\",\\"e\\":"}',
  );
  assert.deepEqual(duplicates, [
    'duplicate field "a.b[1].c"',
    'duplicate field "a.b[1].d.x"',
    'duplicate field "a.bb"',
  ]);
  assert.deepEqual(value, { a: { b: [{ c: 1 }, { c: 2, d: { x: 3 } }], bb: 2 }, e: '","e":' });
  assert.deepEqual(json('{"__proto__":1,"__proto__":2}').duplicates, ['duplicate field "__proto__"']);
});

test('halves of characters that stand alone are replaced, as Go replaces them', () => {
  const text = '{"a":"\\ud800","b\\uDC00":["\\ud83d\\ude00","\\ud83dx\\ude00"],"c":"\\\\ud800"}';
  const value = { a: '\ufffd', 'b\ufffd': ['😀', '\ufffdx\ufffd'], c: '\\ud800' };
  assert.deepEqual(json(text).value, value);
  assert.deepEqual(yaml(`a: "\\ud800"\nb: "\\ud83d\\ude00"`).value, { a: '\ufffd', b: '😀' });
  const twice = json('{"\\ud800":1,"\\ud801":2}');
  assert.deepEqual(twice.value, { '\ufffd': 2 });
});

test('unquoted YAML scalars mean what they mean to kubectl', () => {
  const { value } = yaml(
    [
      'a: yes\nb: "yes"\nc: Off\nd: 0755\ne: 0x1f\nf: 1_000\ng: -0b11\nh: 08\ni: 1e3\nj: .5\nk: 2001-12-14t21:59:43Z',
      'l: ~\nm:\nnn: 1:30\no: !!str 12\np: !!binary aGk=\n1: one\ntrue: yes\nq: |\n  two\n  lines\nr: 1.2.3\ns: "1"',
    ].join('\n'),
  );
  assert.deepEqual(value, {
    a: true,
    b: 'yes',
    c: false,
    d: 493,
    e: 31,
    f: 1000,
    g: -3,
    h: 8,
    i: 1000,
    j: 0.5,
    k: '2001-12-14t21:59:43Z',
    l: null,
    m: null,
    nn: '1:30',
    o: '12',
    p: 'hi',
    1: 'one',
    true: true,
    q: 'two\nlines\n',
    r: '1.2.3',
    s: '1',
  });
});

test('YAML: first document, merge keys, duplicates with their lines', () => {
  assert.deepEqual(yaml('---\na: 1\n---\nb: [').value, { a: 1 });
  assert.deepEqual(yaml('').value, null);
  assert.deepEqual(yaml('x: &x {p: 1, q: 2}\nz:\n  <<: *x\n  q: 3\n').value, {
    x: { p: 1, q: 2 },
    z: { p: 1, q: 3 },
  });
  const { value, duplicates } = yaml('spec:\n  replicas: 1\n  replicas: 2\nspec2: 1\n');
  assert.deepEqual(value, { spec: { replicas: 2 }, spec2: 1 });
  assert.deepEqual(duplicates, ['line 3: key "replicas" already set in map']);
});

const yamlErrors: [string, RegExp][] = [
  ['a: b: c', /^error converting YAML to JSON: yaml: line 1: /],
  ['a: 1\nb: [', /^error converting YAML to JSON: yaml: line \d: /],
  ['a: &a [*a]', /anchor 'a' value contains itself/],
  ['a: *nope', /unknown anchor 'nope' referenced/],
  ['? [a]\n: b', /unsupported map key/],
  ['a: .inf', /unsupported value: \.inf/],
  ['a:\n  <<: 1', /map merge requires map/],
  [`a: ${'x'.repeat(maxYamlBytes)}`, /larger than \d+ bytes; send it as JSON/],
  ['- a\n'.repeat(maxYamlTokens / 3), /more than \d+ tokens; send it as JSON/],
  [
    `a: &a [${'x,'.repeat(99)}x]\nb: &b [${'*a,'.repeat(99)}*a]\nc: &c [${'*b,'.repeat(99)}*b]\nd: [${'*c,'.repeat(99)}*c]`,
    /excessive aliasing/,
  ],
  [`a: &a ${'x'.repeat(100_000)}\nb: [${'*a,'.repeat(1000)}*a]`, /excessive aliasing/],
];

for (const [text, message] of yamlErrors) {
  test(`YAML ${JSON.stringify(text.slice(0, 40))} is refused`, () =>
    assert.throws(() => yaml(text), refused(message)));
}

test('JSON sent as YAML has the limits and messages of JSON', () => {
  const large = JSON.stringify({ data: { key: 'x'.repeat(maxYamlBytes) } });
  assert.deepEqual(yaml(large).value, JSON.parse(large));
  assert.deepEqual(yaml('{"a":1,"a":2}').duplicates, ['duplicate field "a"']);
});

test('prototype keys are ordinary keys', () => {
  for (const { value } of [
    json('{"__proto__":{"x":1},"constructor":2}'),
    yaml('__proto__: {x: 1}\nconstructor: 2'),
  ]) {
    assert.deepEqual(Object.entries(value as object), [
      ['__proto__', { x: 1 }],
      ['constructor', 2],
    ]);
    assert.equal(({} as Record<string, unknown>)['x'], undefined);
  }
});

test('the 400 says what the body is, or quotes its start', () => {
  const error = new DecodeError('why');
  const message = (body: string, found?: { kind: string; version: string }) =>
    decodeFailure(error, 'Pod', found, Buffer.from(body)).message;
  assert.equal(
    message('{}', { kind: 'Pod', version: 'v1' }),
    'Pod in version "v1" cannot be handled as a Pod: why',
  );
  assert.equal(message(''), 'the object provided is unrecognized (must be of type Pod): why (<empty>)');
  assert.equal(
    message(`{"a":"${'x'.repeat(50)}"}`),
    'the object provided is unrecognized (must be of type Pod): why ({"a":"xxxxxxxxxxxxxxxxxxxxxxxx ...)',
  );
  assert.equal(message('abc'), 'the object provided is unrecognized (must be of type Pod): why (616263)');
});

test('what a body says it is must be strings', () => {
  assert.deepEqual(typeMetaOf({ kind: 'Pod' }), { apiVersion: '', kind: 'Pod' });
  assert.throws(
    () => typeMetaOf({ kind: 3 }),
    refused(/cannot unmarshal number into Go struct field \.kind of type string$/),
  );
  assert.throws(
    () => typeMetaOf([]),
    refused(/cannot unmarshal array into Go value of type struct \{ APIVersion/),
  );
});

test('findings of fieldValidation: an unknown field is not also a duplicate one', () => {
  const unknown = ['unknown field "spec.x"'];
  const duplicates = ['duplicate field "spec.x"', 'duplicate field "spec.y"'];
  assert.deepEqual(strictFindings({ duplicates }, unknown), [
    'unknown field "spec.x"',
    'duplicate field "spec.y"',
  ]);
  const yaml = strictFindings({ duplicates: ['line 2: key "a" already set in map'] }, unknown);
  assert.equal(
    strictDecodingError(yaml)?.message,
    'strict decoding error: yaml: unmarshal errors:\n  line 2: key "a" already set in map, unknown field "spec.x"',
  );
  assert.equal(strictDecodingError([]), undefined);
});

import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { exchange, objectOf, requestBytes } from '../h1.ts';
import { assertStatus } from '../server.ts';
import { allowed, type Case, configMaps, post, refused, withType, yaml } from './case.ts';

const limitBytes = 3 * 1024 * 1024;
const open = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}`;
const dry = `${configMaps}?dryRun=All`;
const strict = `${dry}&fieldValidation=Strict`;

const nested = (depth: number, start: string, end: string) =>
  `${open},"data":${start.repeat(depth)}${end.repeat(depth)}}`;

/** Each level names the one before it nine times. */
function laughs(levels: number): string {
  const lines = ['a0: &a0 "lol"'];
  for (let i = 1; i < levels; i++) lines.push(`a${i}: &a${i} [${`*a${i - 1},`.repeat(9)}]`);
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n${lines.join('\n')}\n`;
}

const chunked = (body: string, path = dry) =>
  Buffer.concat([
    requestBytes({
      method: 'POST',
      path,
      headers: [
        ['transfer-encoding', 'chunked'],
        ['content-type', 'application/json'],
      ],
    }),
    Buffer.from(body),
  ]);

/** A refusal that may come as a plain answer of the HTTP layer, or as a closed connection. */
const refusedByHttp = (name: string, bytes: () => Uint8Array): Case => ({
  name,
  async run({ credentials }) {
    const { status } = await exchange(credentials, bytes());
    assert.ok(status === 0 || (status >= 400 && status < 500), `answered ${status}`);
  },
});

export const bodies: readonly Case[] = [
  refused(
    'a body over 3 MiB',
    post(`${open},"data":{"a":"${'x'.repeat(limitBytes)}"}}`),
    413,
    /limit is 3145728/,
  ),
  refused(
    'a body said to be over 3 MiB, of which nothing comes',
    {
      method: 'POST',
      path: configMaps,
      headers: [
        ['content-length', '99999999999'],
        ['content-type', 'application/json'],
      ],
    },
    413,
  ),
  {
    name: 'a chunked body over 3 MiB',
    async run({ credentials }) {
      const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
      const answer = await exchange(credentials, chunked(`${chunk.repeat(50)}0\r\n\r\n`));
      if (answer.status !== 0) assertStatus(answer, 413);
    },
  },
  {
    name: 'a chunked body is read like any other',
    async run({ credentials }) {
      const text = `${open}}`;
      const pieces = [...text].map((char) => `1\r\n${char}\r\n`).join('');
      const answer = await exchange(credentials, chunked(`${pieces}0\r\n\r\n`));
      assert.equal(answer.status, 201, answer.body.toString());
    },
  },
  refusedByHttp('a chunk of a negative length', () => chunked('-5\r\nhello\r\n0\r\n\r\n')),
  refusedByHttp('a chunk of an endless length', () => chunked('ffffffffffffffffff\r\nhello\r\n0\r\n\r\n')),
  refusedByHttp('a chunk without a length', () => chunked('zz\r\nhello\r\n0\r\n\r\n')),
  refusedByHttp('two lengths that differ', () =>
    requestBytes({
      method: 'POST',
      path: dry,
      headers: [
        ['content-length', '5'],
        ['content-length', '6'],
      ],
      body: '{}    ',
    }),
  ),
  refusedByHttp('a length and chunks', () =>
    requestBytes({
      method: 'POST',
      path: dry,
      headers: [
        ['content-length', '6'],
        ['transfer-encoding', 'chunked'],
      ],
      body: '0\r\n\r\n',
    }),
  ),
  refusedByHttp('a negative length', () =>
    requestBytes({ method: 'POST', path: dry, headers: [['content-length', '-1']], body: '{}' }),
  ),
  refusedByHttp('a length that is no number', () =>
    requestBytes({ method: 'POST', path: dry, headers: [['content-length', '1e3']], body: '{}' }),
  ),
  refused('no body at all', { method: 'POST', path: dry, headers: [['content-length', '0']] }, 400),
  refused('a body that is JSON and no object', post('[1,2,3]', dry), 400),
  refused('a body of null', post('null', dry), [400, 422]),
  refused('a body cut in the middle', post(open, dry), 400, /unexpected end of JSON input/),
  refused('a body with text behind it', post(`${open}} garbage`, dry), 400, /after top-level value/),
  refused('a byte order mark', post(`\ufeff${open}}`, dry), 400),
  refused('arrays in 100,000 levels', post(nested(100_000, '[', ']'), dry), 400, /max depth/),
  refused(
    'objects in 100,000 levels',
    post(nested(100_000, '{"a":', '}').replace('"a":}', '"a":1}'), dry),
    400,
  ),
  refused('1.5 million opening brackets', post('['.repeat(1_500_000), dry), 400),
  refused('invalid UTF-8', post(Buffer.from(`${open},"data":{"a":"\xff\xfe"}}`, 'latin1'), dry), 400),
  refused(
    'a gzipped body that says so',
    { ...post(gzipSync(`${open}}`), dry), headers: [['content-encoding', 'gzip']] },
    [400, 415],
  ),
  refused(
    'a gzip bomb',
    { ...post(gzipSync(Buffer.alloc(200_000_000)), dry), headers: [['content-encoding', 'gzip']] },
    [400, 415],
  ),
  refused(
    'duplicate keys under Strict',
    post(`${open},"data":{"a":"1","a":"2"}}`, strict),
    400,
    /duplicate field "data\.a"/,
  ),
  allowed('duplicate keys under Warn', post(`${open},"data":{"a":"1","a":"2"}}`, dry), 201, ({ headers }) =>
    assert.match(headers.get('warning') ?? '', /duplicate field/),
  ),
  allowed(
    '100,000 duplicate keys',
    post(`${open},"data":{${'"a":"1",'.repeat(100_000)}"a":"2"}}`, dry),
    201,
    (answer) => assert.deepEqual(objectOf(answer)?.['data'], { a: '2' }),
  ),
  allowed(
    'warnings on a hundred long unknown fields fit a header',
    post(`${open},${Array.from({ length: 150 }, (_, i) => `"${'u'.repeat(15_000)}${i}":1`).join()}}`, dry),
    201,
    ({ headers }) => assert.ok((headers.get('warning') ?? '').length < 16_384),
  ),
  refused('a number beyond 2^53', post(`${open},"immutable":9007199254740993}`, dry), 400),
  refused(
    'a fraction where an integer belongs',
    post(
      { metadata: { name: 'p' }, spec: { containers: [], terminationGracePeriodSeconds: 1.5 } },
      '/api/v1/namespaces/default/pods?dryRun=All',
    ),
    400,
  ),
  ...[
    '1e999',
    '-1e999',
    '9007199254740993',
    '99999999999999999999999',
    '1e400',
    'NaN',
    'Infinity',
    '-',
    '01',
    '0x10',
    '1.',
    '.5',
    '+1',
  ].map((number) =>
    refused(
      `terminationGracePeriodSeconds: ${number}`,
      post(
        `{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}],"terminationGracePeriodSeconds":${number}}}`,
        '/api/v1/namespaces/default/pods?dryRun=All',
      ),
      400,
    ),
  ),
  refused(
    'a number of 100,000 digits',
    post(`{"metadata":{"name":"p","generation":${'9'.repeat(100_000)}}}`, dry),
    400,
  ),
  refused(
    'an exponent of 100,000 digits',
    post(`{"metadata":{"name":"p","generation":1e${'9'.repeat(100_000)}}}`, dry),
    400,
  ),
  refused('a YAML alias bomb', yaml(laughs(12), dry), 400),
  refused('a YAML alias that contains itself', yaml('a: &a [*a]', dry), 400, /contains itself/),
  refused('a YAML alias of nothing', yaml('a: *b', dry), 400),
  refused('YAML flow lists in 100,000 levels', yaml(`a: ${'['.repeat(100_000)}`, dry), 400),
  refused('YAML block lists in 100,000 levels', yaml('- '.repeat(100_000), dry), 400),
  refused(
    'YAML mappings in 600 levels',
    yaml(Array.from({ length: 600 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), dry),
    [400, 422],
  ),
  refused('200 KB of YAML keys that are questions', yaml('? '.repeat(100_000), dry), 400),
  refused('200 KB of YAML anchors', yaml('&a '.repeat(60_000), dry), 400),
  refused('200 KB of YAML tags', yaml('!!str '.repeat(30_000), dry), 400),
  refused('200 KB of open YAML quotes', yaml(`a: "${'\\\n'.repeat(100_000)}`, dry), 400),
  refused('200 KB of YAML tabs', yaml(`a:${'\t'.repeat(200_000)}- b`, dry), 400),
  refused('200 KB of YAML documents', yaml('---\n'.repeat(50_000), dry), [400, 422]),
  refused('200 KB of YAML comments and colons', yaml(': #\n'.repeat(50_000), dry), 400),
  refused('a YAML merge of a scalar', yaml('metadata: {<<: 5}', dry), 400),
  refused('a YAML map as a key', yaml('{a: b}: c', dry), 400),
  refused('YAML .nan', yaml('metadata: {name: p, generation: .nan}', dry), 400),
  refused('YAML numbers beyond 2^53', yaml('metadata: {name: p, generation: 9007199254740993}', dry), 400),
  refused('a YAML tag for a constructor', yaml('metadata: !!js/function "function(){}"', dry), 400),
  refused(
    'YAML over its limit',
    yaml(`metadata: {name: p}\ndata:\n  a: "${'x'.repeat(1_000_000)}"`, dry),
    400,
    /send it as JSON/,
  ),
  ...[
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'application/json-patch+json',
    '*/*',
    'json',
    ';',
    'a/b/c',
    `application/${'x'.repeat(8_000)}`,
  ].map((type) => refused(`Content-Type ${type.slice(0, 40)}`, withType(post(`${open}}`, dry), type), 415)),
  allowed(
    'Content-Type with parameters',
    withType(post(`${open}}`, dry), 'Application/JSON; charset=latin1; __proto__=x'),
    201,
  ),
];

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Answer, type Api, expectCode } from '../helpers/api.ts';
import { type Bench, bench } from './kit.ts';

const collection = '/api/v1/namespaces/default/configmaps';

/** RFC 7234 warnings as their texts. */
const warningsOf = ({ headers }: Answer): string[] =>
  [...(headers.get('warning') ?? '').matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text]) =>
    text!.replaceAll('\\"', '"'),
  );

describe('fieldValidation (KEP-2885)', () => {
  let use: Bench;
  let api: Api;
  before(async () => {
    use = await bench();
    api = use.api;
  });
  after(() => use.cluster.close());

  let serial = 0;
  /** One unknown field at the top, one in metadata, one field twice. */
  const bodies = {
    json: () =>
      `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"v${++serial}","colour":"red"},"data":{"a":"1"},"data":{"a":"2"},"extra":{"deep":1}}`,
    yaml: () =>
      `kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: v${++serial}\n  colour: red\ndata: {a: "1"}\ndata: {a: "2"}\nextra: {deep: 1}\n`,
  } as const;
  const problems = {
    json: ['unknown field "metadata.colour"', 'duplicate field "data"', 'unknown field "extra"'],
    yaml: [
      'line 7: key "data" already set in map',
      'unknown field "metadata.colour"',
      'unknown field "extra"',
    ],
  } as const;

  it('a patch is read first, and then what it makes is looked at', async () => {
    expectCode(await api.post(collection, { metadata: { name: 'patched' } }), 201);
    const path = `${collection}/patched?fieldValidation=Strict`;
    const body = '{"zebra":1,"data":{"a":"1"},"metadata":{"colour":"red"},"data":{"a":"2"},"ant":1}';
    const { message } = expectCode(await api.patch(path, 'strategic', body), 422);
    assert.match(
      message,
      /strict decoding error: duplicate field "data", unknown field "ant", unknown field "metadata.colour", unknown field "zebra"$/,
    );
  });

  for (const format of ['json', 'yaml'] as const) {
    const post = (mode: string) =>
      api.post(`${collection}?fieldValidation=${mode}`, bodies[format](), {
        'content-type': `application/${format}`,
      });

    it(`Strict refuses (${format})`, async () => {
      const answer = await post('Strict');
      const { message, reason } = expectCode(answer, 400);
      assert.equal(reason, 'BadRequest');
      const [first, ...others] = problems[format];
      const told = [format === 'yaml' ? `yaml: unmarshal errors:\n  ${first}` : first, ...others];
      assert.equal(
        message,
        `ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: ${told.join(', ')}`,
      );
      assert.deepEqual(warningsOf(answer), []);
    });

    for (const mode of ['Warn', '']) {
      it(`"${mode}" warns (${format})`, async () => {
        const answer = await post(mode);
        const { data, extra, metadata } = expectCode(answer, 201);
        assert.deepEqual(data, { a: '2' }, 'the last one counts');
        assert.equal(extra, undefined);
        assert.equal(metadata.colour, undefined);
        assert.deepEqual(warningsOf(answer), problems[format], 'in the order of the document');
      });
    }

    it(`Ignore says nothing (${format})`, async () => {
      const answer = await post('Ignore');
      expectCode(answer, 201);
      assert.equal(answer.headers.get('warning'), null);
    });
  }

  it('holds for PUT and every patch type', async () => {
    const name = `v${++serial}`;
    const path = `${collection}/${name}`;
    expectCode(await api.post(collection, { metadata: { name } }), 201);
    assert.match(
      expectCode(await api.put(`${path}?fieldValidation=Strict`, { metadata: { name }, odd: 1 }), 400)
        .message,
      /strict decoding error: unknown field "odd"/,
    );
    for (const type of ['merge', 'strategic'] as const) {
      const strict = await api.patch(`${path}?fieldValidation=Strict`, type, { odd: 1 });
      assert.ok([400, 422].includes(strict.status), strict.text);
      assert.match(strict.text, /unknown field \\"odd\\"/);
      assert.deepEqual(warningsOf(await api.patch(`${path}?fieldValidation=Warn`, type, { odd: 1 })), [
        'unknown field "odd"',
      ]);
    }
    const added = await api.patch(`${path}?fieldValidation=Strict`, 'json', [
      { op: 'add', path: '/odd', value: 1 },
    ]);
    assert.match(added.text, /unknown field \\"odd\\"/);
    const duplicate = await api.patch(
      `${path}?fieldValidation=Strict`,
      'merge',
      '{"data":{"a":"1","a":"2"}}',
    );
    assert.match(duplicate.text, /duplicate field \\"data\.a\\"/);
  });

  it('names the place in lists and maps', async () => {
    const body = {
      metadata: { name: `v${++serial}` },
      spec: {
        containers: [
          { name: 'a', image: 'b' },
          { name: 'c', image: 'd', ports: [{ containerPort: 80, port: 1 }] },
        ],
      },
    };
    const answer = await api.post('/api/v1/namespaces/default/pods?fieldValidation=Strict', body);
    assert.match(expectCode(answer, 400).message, /unknown field "spec\.containers\[1\]\.ports\[0\]\.port"/);
  });

  it('is case-sensitive', async () => {
    const answer = await api.post(`${collection}?fieldValidation=Strict`, {
      metadata: { name: 'x' },
      Data: { a: 'b' },
    });
    assert.match(expectCode(answer, 400).message, /unknown field "Data"/);
  });

  it('refuses other modes', async () => {
    const status = expectCode(
      await api.post(`${collection}?fieldValidation=Maybe`, { metadata: { name: 'x' } }),
      422,
    );
    assert.equal(
      status.message,
      'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Maybe": supported values: "", "Ignore", "Strict", "Warn"',
    );
  });
});

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import https from 'node:https';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { type Api, configMap, expectCode, expectFailure, type Loose, pod } from '../helpers/api.ts';
import { assertSubset } from '../helpers/subset.ts';
import { type Bench, bench } from './kit.ts';

const collection = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';
const as = (kind: string, version = 'v1') => ({
  accept: `application/json;as=${kind};v=${version};g=meta.k8s.io`,
});

let use: Bench;
let api: Api;
before(async () => {
  use = await bench();
  api = use.api;
  expectCode(
    await api.post(collection, configMap('conf', { text: 'a\nb: "c"', yes: 'true' }, { labels: { l: '1' } })),
    201,
  );
  expectCode(await api.post(pods, pod('web', { nodeName: 'n1' })), 201);
  use.clock.advance(90_000);
});
after(() => use.cluster.close());

describe('JSON', () => {
  it('of a list says what its items are once', async () => {
    for (const path of [
      collection,
      pods,
      '/apis/events.k8s.io/v1/events',
      '/apis/autoscaling/v1/horizontalpodautoscalers',
    ]) {
      const list = expectCode(await api.get(path), 200);
      assert.match(list.kind, /List$/);
      for (const item of list.items) {
        assert.deepEqual([item.kind, item.apiVersion], [undefined, undefined]);
        assert.ok(item.metadata.name);
      }
    }
    const table = expectCode(await api.get(`${pods}?includeObject=Object`, as('Table')), 200);
    assert.equal(table.rows[0].object.kind, 'Pod');
  });

  it('of a Table, or of metadata, ends in a line end', async () => {
    for (const headers of [as('Table'), as('PartialObjectMetadata')]) {
      const { text } = await api.get(`${collection}/conf`, headers);
      assert.match(text, /^[^\n]+\n$/);
    }
  });

  it('shows what is always there and has no value as null', async () => {
    const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles';
    assert.equal(expectCode(await api.post(roles, { metadata: { name: 'none' } }), 201).rules, null);
    const empty = { metadata: { name: 'empty' }, rules: [] };
    assert.equal(expectCode(await api.post(roles, empty), 201).rules, null);
    const conditions = [{ type: 'Ready', status: 'True' }];
    const patched = await api.patch(`${pods}/web/status`, 'strategic', { status: { conditions } });
    const expected = { type: 'Ready', status: 'True', lastProbeTime: null, lastTransitionTime: null };
    assert.deepEqual(expectCode(patched, 200).status.conditions, [expected]);
    const { metadata } = expectCode(await api.get(`${pods}/web`), 200);
    const again = await api.patch(`${pods}/web/status`, 'strategic', { status: { conditions } });
    assert.equal(expectCode(again, 200).metadata.resourceVersion, metadata.resourceVersion);
  });
});

describe('Table', () => {
  it('of a list', async () => {
    const answer = await api.get(pods, as('Table'));
    assert.equal(answer.headers.get('content-type'), 'application/json');
    const table = expectCode(answer, 200);
    assertSubset(table, { kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
    assert.match(table.metadata.resourceVersion, /^\d+$/);
    assert.deepEqual(
      table.columnDefinitions.map(({ name, type, format, priority }: Loose) => [
        name,
        type,
        format,
        priority,
      ]),
      [
        ['Name', 'string', 'name', 0],
        ['Ready', 'string', '', 0],
        ['Status', 'string', '', 0],
        ['Restarts', 'string', '', 0],
        ['Age', 'string', '', 0],
        ['IP', 'string', '', 1],
        ['Node', 'string', '', 1],
        ['Nominated Node', 'string', '', 1],
        ['Readiness Gates', 'string', '', 1],
      ],
    );
    assert.ok(table.columnDefinitions.every(({ description }: Loose) => description.length > 0));
    assert.deepEqual(table.rows[0].cells, [
      'web',
      '0/1',
      'Pending',
      '0',
      '90s',
      '<none>',
      'n1',
      '<none>',
      '<none>',
    ]);
    assertSubset(table.rows[0].object, {
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { name: 'web' },
      spec: undefined,
    });
  });

  it('of one object', async () => {
    const table = expectCode(await api.get(`${collection}/conf`, as('Table')), 200);
    assert.deepEqual(
      table.rows.map((row: Loose) => row.cells),
      [['conf', 2, '90s']],
    );
  });

  it('of what a write answers', async () => {
    const body = configMap('tabled');
    const created = expectCode(await api.post(collection, body, as('Table')), 201);
    assert.equal(created.rows[0].cells[0], 'tabled');
    const deleted = expectCode(
      await api.request('DELETE', `${collection}/tabled`, { headers: as('Table') }),
      200,
    );
    assert.equal(deleted.kind, 'Status');
  });

  it('of nothing has an empty list of rows, and none when the kind has no columns of its own', async () => {
    const rowsOf = async (path: string) => expectCode(await api.get(path, as('Table')), 200).rows;
    assert.deepEqual(await rowsOf('/api/v1/namespaces/none/pods'), []);
    assert.deepEqual(await rowsOf('/apis/apps/v1/namespaces/none/deployments'), []);
    for (const path of [
      '/api/v1/namespaces/none/limitranges',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    ])
      assert.equal(await rowsOf(path), null);
  });

  it('of FlowSchemas, in the order in which they are tried', async () => {
    const path = '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas';
    const { rows } = expectCode(await api.get(path, as('Table')), 200);
    const shown = rows.map(({ cells }: Loose) => [cells[2], cells[0]]);
    assert.deepEqual(shown.slice(0, 2), [
      [1, 'exempt'],
      [2, 'probes'],
    ]);
    assert.deepEqual(shown.at(-1), [10_000, 'catch-all']);
    const sorted = shown.toSorted(
      ([one, a]: [number, string], [other, b]: [number, string]) => one - other || (a < b ? -1 : 1),
    );
    assert.deepEqual(shown, sorted);
  });

  it('with whole objects, or none', async () => {
    const whole = expectCode(await api.get(`${collection}?includeObject=Object`, as('Table')), 200);
    assertSubset(whole.rows[0].object, { kind: 'ConfigMap', apiVersion: 'v1', data: { yes: 'true' } });
    const none = expectCode(await api.get(`${collection}?includeObject=None`, as('Table')), 200);
    assert.equal(none.rows[0].object, null);
    const status = expectCode(await api.get(`${collection}?includeObject=Some`, as('Table')), 400);
    assert.equal(
      status.message,
      `Unable to convert to Table as requested: includeObject: Invalid value: "Some": must be 'Metadata', 'Object', 'None', or empty`,
    );
  });

  it('in its older version, and page by page', async () => {
    const table = expectCode(await api.get(`${collection}?limit=1`, as('Table', 'v1beta1')), 200);
    assert.equal(table.apiVersion, 'meta.k8s.io/v1beta1');
    expectCode(await api.post(collection, configMap('conf-2')), 201);
    const page = expectCode(await api.get(`${collection}?limit=1`, as('Table')), 200);
    assert.equal(page.metadata.remainingItemCount, 1);
    const next = expectCode(
      await api.get(`${collection}?limit=1&continue=${page.metadata.continue}`, as('Table')),
      200,
    );
    assert.equal(next.rows[0].cells[0], 'conf-2');
    await api.delete(`${collection}/conf-2`);
  });

  it('errors stay a Status', async () => {
    expectFailure(await api.get(`${collection}/none`, as('Table')), 404, 'NotFound');
  });
});

describe('PartialObjectMetadata', () => {
  it('of one object and of a list', async () => {
    const one = expectCode(await api.get(`${collection}/conf`, as('PartialObjectMetadata')), 200);
    assertSubset(one, {
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { labels: { l: '1' } },
      data: undefined,
    });
    const list = expectCode(await api.get(collection, as('PartialObjectMetadataList')), 200);
    assertSubset(list, { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' });
    assertSubset(list.items, [
      { kind: 'PartialObjectMetadata', metadata: { name: 'conf' }, data: undefined },
    ]);
  });
});

describe('Accept', () => {
  const accepted: [accept: string, kind: string][] = [
    ['application/json', 'ConfigMapList'],
    ['*/*', 'ConfigMapList'],
    ['application/*', 'ConfigMapList'],
    ['application/vnd.kubernetes.protobuf, application/json', 'ConfigMapList'],
    [
      'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json',
      'Table',
    ],
    ['application/json;as=Table;v=v9;g=meta.k8s.io,application/json', 'ConfigMapList'],
    ['application/json;as=Widget;v=v1;g=meta.k8s.io;q=1,application/json;q=0.5', 'ConfigMapList'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'ConfigMapList'],
  ];
  for (const [accept, kind] of accepted) {
    it(accept, async () => assert.equal(expectCode(await api.get(collection, { accept }), 200).kind, kind));
  }

  for (const accept of [
    'text/html',
    'application/json;as=Table;v=v9;g=meta.k8s.io',
    'application/cbor-seq',
    'image/*',
  ]) {
    it(`${accept} cannot be had`, async () => {
      const status = expectFailure(await api.get(collection, { accept }), 406, 'NotAcceptable');
      assert.match(
        status.message ?? '',
        /^only the following media types are accepted: application\/json, application\/yaml/,
      );
    });
  }
});

describe('YAML', () => {
  it('out', async () => {
    const answer = await api.get(`${collection}/conf`, { accept: 'application/yaml' });
    assert.equal(answer.headers.get('content-type'), 'application/yaml');
    assertSubset(parse(answer.text), { kind: 'ConfigMap', data: { text: 'a\nb: "c"', yes: 'true' } });
    const list = parse((await api.get(collection, { accept: 'application/yaml' })).text);
    assertSubset(list, { kind: 'ConfigMapList', items: [{ metadata: { name: 'conf' } }] });
  });

  it('out, so that readers of YAML 1.1 understand the same', async () => {
    const texts = ['no', 'on', 'Y', '1:30', '2001-01-01', '1_000', '0b11', '<<', 'a\tb', '\n a', 'v1.2.3'];
    const data = Object.fromEntries(texts.map((text, i) => [`k${i}`, text]));
    expectCode(await api.post(collection, configMap('odd', data)), 201);
    const { text } = await api.get(`${collection}/odd`, { accept: 'application/yaml' });
    assert.deepEqual(parse(text, { version: '1.1' }).data, data);
    assert.match(text, /^ {2}k0: "no"$/m);
    assert.match(text, /^ {2}k7: "<<"$/m);
    assert.match(text, /^ {2}k10: v1\.2\.3$/m);
    assert.match(text, /^ {2}creationTimestamp: "/m);
    expectCode(await api.delete(`${collection}/odd`), 200);
  });

  it('out, keys sorted and items at the level of their list, errors too', async () => {
    const { text } = await api.get(`${pods}/web`, { accept: 'application/yaml' });
    assert.deepEqual(text.match(/^\w+/gm), ['apiVersion', 'kind', 'metadata', 'spec', 'status']);
    assert.match(text, /^ {2}containers:\n {2}- image: /m);
    const missing = await api.get(`${pods}/none`, { accept: 'application/yaml' });
    assert.equal(missing.headers.get('content-type'), 'application/yaml');
    assert.match(missing.text, /^apiVersion: v1\ncode: 404\n/);
    const discovery = await api.get('/api/v1', { accept: 'application/yaml' });
    assert.match(discovery.text, /^groupVersion: v1\nkind: APIResourceList\n/);
  });

  for (const type of ['application/yaml', 'application/yaml; charset=utf-8']) {
    it(`in, as ${type}`, async () => {
      const body =
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: from-yaml\ndata:\n  answer: "no"\n  many: |\n    one\n    two\n';
      const created = expectCode(await api.post(collection, body, { 'content-type': type }), 201);
      assert.deepEqual(created.data, { answer: 'no', many: 'one\ntwo\n' });
      await api.delete(`${collection}/from-yaml`);
    });
  }

  it('that is none is refused', async () => {
    const status = expectCode(
      await api.post(collection, 'a: [b', { 'content-type': 'application/yaml' }),
      400,
    );
    assert.equal(status.reason, 'BadRequest');
  });
});

it('other bodies are a 415', async () => {
  const status = expectFailure(
    await api.post(collection, 'x', { 'content-type': 'text/csv' }),
    415,
    'UnsupportedMediaType',
  );
  assert.match(
    status.message ?? '',
    /^the body of the request was in an unknown format - accepted media types include: application\/json, application\/yaml/,
  );
});

describe('pretty', () => {
  const indented = /^\{\n {2}"/;
  const cases: [what: string, query: string, agent: string, pretty: boolean][] = [
    ['asked for', 'pretty=true', 'x', true],
    ['not wanted', 'pretty=false', 'curl/8', false],
    ['for curl', '', 'curl/8', true],
    ['for a browser', '', 'Mozilla/5.0', true],
    ['for others', '', 'kubectl/1.36', false],
  ];
  for (const [what, query, agent, pretty] of cases) {
    it(what, async () => {
      for (const path of [`${collection}/conf`, collection, `${collection}/none`]) {
        const answer = await api.get(`${path}?${query}`, { 'user-agent': agent });
        assert.equal(indented.test(answer.text), pretty, answer.text.slice(0, 80));
        assert.ok(answer.json.kind);
      }
    });
  }
});

describe('long lists', () => {
  it('are compressed when asked and worthwhile', async () => {
    const text = 'x'.repeat(50_000);
    for (let n = 0; n < 4; n++)
      await api.post('/api/v1/namespaces/kube-public/configmaps', configMap(`big-${n}`, { text }));
    const listener = await use.cluster.listen();
    const config = parse(await readFile(listener.kubeconfigPath, 'utf8'));
    const pem = (data: string) => Buffer.from(data, 'base64').toString();
    const ask = (path: string, encoding: string) =>
      new Promise<{ encoding: string | undefined; body: Buffer }>((resolve, reject) => {
        const { cluster } = config.clusters[0];
        const { user } = config.users[0];
        https
          .get(
            `${listener.url}${path}`,
            {
              agent: false,
              ca: pem(cluster['certificate-authority-data']),
              cert: pem(user['client-certificate-data']),
              key: pem(user['client-key-data']),
              headers: { 'accept-encoding': encoding },
            },
            async (response) => {
              const body = Buffer.concat(await response.toArray());
              resolve({ encoding: response.headers['content-encoding'], body });
            },
          )
          .on('error', reject);
      });
    const path = '/api/v1/namespaces/kube-public/configmaps';
    const zipped = await ask(path, 'gzip, deflate');
    assert.equal(zipped.encoding, 'gzip');
    assert.ok(zipped.body.length < 20_000);
    const plain = await ask(path, 'identity');
    assert.equal(plain.encoding, undefined);
    assert.equal(gunzipSync(zipped.body).toString(), plain.body.toString());
    assert.equal(JSON.parse(plain.body.toString()).items.length, 4);
    assert.equal((await ask('/api/v1/namespaces/kube-system/secrets', 'gzip')).encoding, undefined);
    for (const document of ['/openapi/v2', '/openapi/v3/apis/apps/v1']) {
      const [short, long] = [await ask(document, 'gzip'), await ask(document, 'identity')];
      assert.deepEqual([short.encoding, long.encoding], ['gzip', undefined]);
      assert.ok(short.body.length < long.body.length / 4);
      assert.equal(gunzipSync(short.body).toString(), long.body.toString());
    }
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Api, expectCode, expectFailure, type Loose } from '../helpers/api.ts';
import { assertSubset } from '../helpers/subset.ts';
import { type Bench, bench } from './kit.ts';

const aggregatedForm = (version = 'v2') => ({
  accept: `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
});

let use: Bench;
let api: Api;
before(async () => {
  use = await bench();
  api = use.api;
});
after(() => use.cluster.close());

const names = (list: { name: string }[]) => list.map(({ name }) => name);

describe('discovery, group by group', () => {
  it('/api', async () => {
    assertSubset(expectCode(await api.get('/api'), 200), { kind: 'APIVersions', versions: ['v1'] });
  });

  it('/apis names groups and their preferred versions', async () => {
    const { kind, apiVersion, groups } = expectCode(await api.get('/apis'), 200);
    assert.deepEqual([kind, apiVersion], ['APIGroupList', 'v1']);
    const apps = groups.find(({ name }: Loose) => name === 'apps');
    const apiGroup = {
      name: 'apps',
      versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
      preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
    };
    assert.deepEqual(apps, apiGroup);
    assert.deepEqual(expectCode(await api.get('/apis/apps'), 200), {
      kind: 'APIGroup',
      apiVersion: 'v1',
      ...apiGroup,
    });
    const scaling = groups.find(({ name }: Loose) => name === 'autoscaling');
    assert.deepEqual(
      scaling.versions.map(({ version }: Loose) => version),
      ['v2', 'v1'],
    );
    assert.equal(groups.length, 20, 'the groups of a default 1.36 server but for the core');
  });

  it('/api/v1 names resources and subresources', async () => {
    const { resources, groupVersion } = expectCode(await api.get('/api/v1'), 200);
    assert.equal(groupVersion, 'v1');
    const pods = resources.find(({ name }: Loose) => name === 'pods');
    assertSubset(pods, {
      name: 'pods',
      singularName: 'pod',
      namespaced: true,
      kind: 'Pod',
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      shortNames: ['po'],
      categories: ['all'],
      storageVersionHash: 'xPOwRZ+Yhw8=',
    });
    const eviction = resources.find(({ name }: Loose) => name === 'pods/eviction');
    assert.deepEqual(eviction, {
      name: 'pods/eviction',
      singularName: '',
      namespaced: true,
      group: 'policy',
      version: 'v1',
      kind: 'Eviction',
      verbs: ['create'],
    });
    assert.deepEqual(names(resources), [...names(resources)].sort());
  });

  it('a path that leads nowhere is told in text, a version that is not served by a Status', async () => {
    for (const path of ['/nowhere', '/apis/none', '/apis/none/v1/things', '/readyz/none']) {
      const answer = await api.get(path);
      assert.equal(answer.status, 404);
      assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
      assert.equal(answer.text, '404 page not found\n');
    }
    for (const path of ['/apis/apps/v9', '/api/v1/things']) {
      const { message } = expectFailure(await api.get(path), 404, 'NotFound');
      assert.equal(message, 'the server could not find the requested resource');
    }
  });

  it('who takes neither JSON nor YAML is told so', async () => {
    for (const path of ['/api', '/apis', '/apis/apps', '/apis/apps/v1', '/api/v1'])
      expectFailure(await api.get(path, { accept: 'text/html' }), 406, 'NotAcceptable');
    assert.equal((await api.get('/apis/nope/v1', { accept: 'text/html' })).status, 404);
  });

  it('every answer is of the moment', async () => {
    for (const path of ['/api', '/api/v1/pods', '/api/v1/pods/x/y', '/nowhere', '/healthz']) {
      assert.equal((await api.get(path)).headers.get('cache-control'), 'no-cache, private');
    }
  });

  for (const path of ['/apis/none', '/apis/apps/v9', '/api/v2', '/api/v1/', '/apis/']) {
    const code = path.endsWith('/') ? 200 : 404;
    it(`${path} is ${code}`, async () => {
      assert.equal((await api.get(path)).status, code);
    });
  }
});

describe('aggregated discovery', () => {
  for (const root of ['/api', '/apis']) {
    it(`${root} has a form with everything in it`, async () => {
      const answer = await api.get(root, aggregatedForm());
      assert.equal(
        answer.headers.get('content-type'),
        'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
      );
      assertSubset(expectCode(answer, 200), {
        kind: 'APIGroupDiscoveryList',
        apiVersion: 'apidiscovery.k8s.io/v2',
      });
      const etag = answer.headers.get('etag') ?? '';
      assert.match(etag, /^"[0-9A-F]{128}"$/);
      assert.match(answer.headers.get('vary') ?? '', /Accept/);
      const unchanged = await api.get(root, { ...aggregatedForm(), 'if-none-match': etag });
      assert.equal(unchanged.status, 304);
      assert.equal(unchanged.text, '');
      assert.equal((await api.get(root, { ...aggregatedForm(), 'if-none-match': '"other"' })).status, 200);
    });
  }

  it('says the same as the other form', async () => {
    const { items } = expectCode(await api.get('/apis', aggregatedForm()), 200);
    const { groups } = expectCode(await api.get('/apis'), 200);
    assert.deepEqual(
      items.map(({ metadata }: Loose) => metadata.name),
      names(groups),
    );
    for (const { metadata, versions } of items) {
      for (const { version, resources } of versions) {
        const legacy = expectCode(await api.get(`/apis/${metadata.name}/${version}`), 200)
          .resources as Loose[];
        const expanded = resources.flatMap(({ resource, subresources = [] }: Loose) => [
          resource,
          ...subresources.map(({ subresource }: Loose) => `${resource}/${subresource}`),
        ]);
        assert.deepEqual([...expanded].sort(), names(legacy as never).sort());
      }
    }
  });

  it('names group and version of a kind only when they are other ones', async () => {
    const { items } = expectCode(await api.get('/apis', aggregatedForm()), 200);
    const apps = items.find(({ metadata }: Loose) => metadata.name === 'apps');
    assert.deepEqual(apps.metadata, { name: 'apps' });
    const { responseKind, subresources } = apps.versions[0].resources.find(
      ({ resource }: Loose) => resource === 'deployments',
    );
    assert.deepEqual(responseKind, { group: '', version: '', kind: 'Deployment' });
    assert.deepEqual(
      subresources.map((subresource: Loose) => subresource.responseKind),
      [
        { group: 'autoscaling', version: 'v1', kind: 'Scale' },
        { group: '', version: '', kind: 'Deployment' },
      ],
    );
  });

  it('not in the older version, but when both are asked for', async () => {
    expectCode(await api.get('/apis', aggregatedForm('v2beta1')), 406);
    const accept = `${aggregatedForm().accept},${aggregatedForm('v2beta1').accept},application/json`;
    assert.equal(expectCode(await api.get('/apis', { accept }), 200).apiVersion, 'apidiscovery.k8s.io/v2');
  });

  it('whatever can be listed answers, in every form', async () => {
    let listed = 0;
    for (const root of ['/api', '/apis']) {
      const { items } = expectCode(await api.get(root, aggregatedForm()), 200);
      for (const { metadata, versions } of items) {
        for (const { version, resources } of versions) {
          for (const { resource, responseKind, verbs } of resources) {
            if (!verbs.includes('list')) continue;
            const path = `${root}${metadata.name ? `/${metadata.name}` : ''}/${version}/${resource}`;
            const list = expectCode(await api.get(path), 200);
            assert.equal(list.kind, `${responseKind.kind}List`);
            assert.ok(Array.isArray(list.items));
            listed++;
            if (resource === 'componentstatuses') continue;
            const table = expectCode(
              await api.get(path, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }),
              200,
            );
            const rows: Loose[] = table.rows ?? [];
            assert.equal(rows.length, list.items.length);
            // Upstream sends the age of an IPAddress without a column for it.
            const cellCount = table.columnDefinitions.length + (resource === 'ipaddresses' ? 1 : 0);
            for (const { cells } of rows) assert.equal(cells.length, cellCount, path);
          }
        }
      }
    }
    assert.ok(listed > 60, `${listed} resources`);
  });
});

describe('OpenAPI', () => {
  it('v3: an index of documents that never change under their hash', async () => {
    const { paths } = expectCode(await api.get('/openapi/v3'), 200);
    assert.ok(paths['api/v1'] && paths['apis/apps/v1'] && paths.version, Object.keys(paths).join());
    const url: string = paths['apis/apps/v1'].serverRelativeURL;
    assert.match(url, /^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{128}$/);
    const hashed = await api.get(url);
    assert.match(hashed.headers.get('cache-control') ?? '', /immutable/);
    assert.equal((await api.get(url.split('?')[0]!)).headers.get('cache-control'), 'no-cache, private');
    const etag = hashed.headers.get('etag') ?? '';
    assert.equal((await api.get('/openapi/v3/apis/apps/v1', { 'if-none-match': etag })).status, 304);
    const old = await api.get('/openapi/v3/apis/apps/v1?hash=0123');
    assert.deepEqual([old.status, old.headers.get('location')], [301, url]);
    expectFailure(await api.get('/openapi/v3/apis/none/v1'), 404, 'NotFound');
  });

  it('v3: every reference leads somewhere', async () => {
    const { paths } = expectCode(await api.get('/openapi/v3'), 200);
    for (const path of Object.keys(paths)) {
      const answer = await api.get(`/openapi/v3/${path}`);
      const document = expectCode(answer, 200);
      const schemas = document.components?.schemas ?? {};
      for (const [, name] of answer.text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
        assert.ok(Object.hasOwn(schemas, name!), `${path}: ${name}`);
      }
    }
  });

  it('v3: says what there is to know of a kind', async () => {
    const { components, paths } = expectCode(await api.get('/openapi/v3/apis/apps/v1'), 200);
    const deployment = components.schemas['io.k8s.api.apps.v1.Deployment'];
    assert.deepEqual(deployment['x-kubernetes-group-version-kind'], [
      { group: 'apps', kind: 'Deployment', version: 'v1' },
    ]);
    const pod = components.schemas['io.k8s.api.core.v1.PodSpec'];
    assertSubset(pod.properties.containers, {
      type: 'array',
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
    });
    assert.deepEqual(pod.required, ['containers']);
    const get = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}'].get;
    assertSubset(get, { operationId: 'readAppsV1NamespacedDeployment', 'x-kubernetes-action': 'get' });
  });

  it('v2 as JSON and as protobuf', async () => {
    const json = await api.get('/openapi/v2');
    const { swagger, definitions } = expectCode(json, 200);
    assert.equal(swagger, '2.0');
    for (const [, name] of json.text.matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g))
      assert.ok(Object.hasOwn(definitions, name!), name);
    const etag = json.headers.get('etag') ?? '';
    assert.equal((await api.get('/openapi/v2', { 'if-none-match': etag })).status, 304);
    for (const type of [
      'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
      'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    ]) {
      const protobuf = await api.get('/openapi/v2', { accept: type });
      assert.equal(protobuf.status, 200);
      assert.equal(
        protobuf.headers.get('content-type'),
        'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
      );
      assert.match(protobuf.text, /io\.k8s\.api\.apps\.v1\.Deployment/);
    }
    expectFailure(await api.get('/openapi/v2', { accept: 'image/png' }), 406, 'NotAcceptable');
  });
});

describe('the server itself', () => {
  it('/version', async () => {
    assertSubset(expectCode(await api.get('/version'), 200), { major: '1', minor: '36' });
    expectFailure(await api.get('/version', { accept: 'text/html' }), 406, 'NotAcceptable');
    assert.match(expectCode(await api.get('/version'), 200).gitVersion, /^v1\.36\.\d/);
  });

  it('/', async () => {
    const { paths } = expectCode(await api.get('/'), 200);
    for (const path of [
      '/api',
      '/api/v1',
      '/apis',
      '/apis/apps/v1',
      '/healthz',
      '/livez/ping',
      '/metrics',
      '/openapi/v3',
      '/readyz',
      '/version',
    ]) {
      assert.ok(paths.includes(path), path);
    }
    for (const path of paths) assert.equal((await api.get(path)).status, 200, path);
    assert.deepEqual(expectCode(await api.get('/index.html'), 200).paths, paths);
  });

  for (const group of ['healthz', 'livez', 'readyz']) {
    it(`/${group}`, async () => {
      const answer = await api.get(`/${group}`);
      assert.deepEqual([answer.status, answer.text], [200, 'ok']);
      assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
      assert.equal((await api.get(`/${group}/ping`)).text, 'ok');
      const verbose = await api.get(`/${group}?verbose`);
      assert.match(verbose.text, /^\[\+\]ping ok\n/);
      assert.match(verbose.text, new RegExp(`\\n${group} check passed\\n$`));
      const excluded = await api.get(`/${group}?verbose&exclude=ping&exclude=nothing`);
      assert.match(excluded.text, /^\[\+\]ping excluded: ok\n/);
      assert.match(excluded.text, /no matches for "nothing"/);
      assert.equal((await api.get(`/${group}/nothing`)).status, 404);
      assert.equal((await api.request('POST', `/${group}`, { body: '{}' })).status, 200);
      assert.equal((await api.request('POST', `/${group}/nothing`, { body: '{}' })).status, 404);
    });
  }

  it('methods other than GET, path by path', async () => {
    const expected = {
      '/': 200,
      '/apis': 200,
      '/apis/apps': 200,
      '/metrics': 200,
      '/openapi/v2': 200,
      '/openapi/v3': 200,
      '/openapi/v3/api/v1': 200,
      '/debug/api_priority_and_fairness/dump_requests': 200,
      '/api': 405,
      '/api/v1': 405,
      '/apis/apps/v1': 405,
      '/version': 405,
      '/openid/v1/jwks': 405,
      '/apis/apps/v9': 404,
      '/apis/nope': 404,
      '/nothing': 404,
    };
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const answers: Record<string, number> = {};
      for (const path of Object.keys(expected)) answers[path] = (await api.request(method, path)).status;
      assert.deepEqual(answers, expected, method);
    }
  });

  it('/metrics counts requests by what they were, with bounded labels', async () => {
    await api.get('/api/v1/namespaces/default/pods');
    await api.get('/api/v1/namespaces/default/pods/none');
    for (let n = 0; n < 5; n++) await api.get(`/apis/made-up-${n}/v1/things-${n}`);
    const answer = await api.get('/metrics');
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
    const line = (verb: string, resource: string, code: number) =>
      new RegExp(
        `^apiserver_request_total\\{(?=[^}]*verb="${verb}")(?=[^}]*resource="${resource}")(?=[^}]*code="${code}")[^}]*\\} [1-9]`,
        'm',
      );
    assert.match(answer.text, line('LIST', 'pods', 200));
    assert.match(answer.text, line('GET', 'pods', 404));
    assert.match(answer.text, /^apiserver_request_duration_seconds_bucket\{/m);
    assert.match(answer.text, /^apiserver_resource_objects\{.*resource="namespaces".*\} 4$/m);
    assert.doesNotMatch(answer.text, /made-up|things-/);
  });
});

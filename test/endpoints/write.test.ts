import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type Api,
  configMap,
  expectCode,
  expectFailure,
  type Loose,
  pod,
  versionOf,
} from '../helpers/api.ts';
import { type Bench, bench } from './kit.ts';

const collection = '/api/v1/namespaces/default/configmaps';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';

const deployment = (name: string, spec: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'busybox:1' }] },
    },
    ...spec,
  },
});

let use: Bench;
let api: Api;
before(async () => {
  use = await bench();
  api = use.api;
});
after(() => use.cluster.close());

describe('create', () => {
  it('fills in what the server owns, whatever the sender says', async () => {
    const sent = configMap(
      'owned',
      { a: 'b' },
      {
        uid: 'mine',
        creationTimestamp: '1999-01-01T00:00:00Z',
        deletionTimestamp: '1999-01-01T00:00:00Z',
        deletionGracePeriodSeconds: 7,
        generation: 7,
        selfLink: '/x',
        labels: { l: '1' },
      },
    );
    const { metadata, ...rest } = expectCode(await api.post(collection, sent), 201);
    assert.deepEqual(rest, { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } });
    const { uid, resourceVersion, ...others } = metadata;
    assert.match(uid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.match(resourceVersion, /^[1-9]\d*$/);
    assert.deepEqual(others, {
      name: 'owned',
      namespace: 'default',
      creationTimestamp: '2026-01-01T00:00:00Z',
      // Kinds that count no generations keep what they are given.
      generation: 7,
      labels: { l: '1' },
    });
  });

  it('counts generations of what has a desired state', async () => {
    const created = expectCode(await api.post(deployments, deployment('gen')), 201);
    assert.equal(created.metadata.generation, 1);
    const labelled = expectCode(
      await api.patch(`${deployments}/gen`, 'merge', { metadata: { labels: { a: 'b' } } }),
      200,
    );
    assert.equal(labelled.metadata.generation, 1);
    const scaled = expectCode(
      await api.patch(`${deployments}/gen`, 'merge', { spec: { replicas: 3 }, metadata: { generation: 99 } }),
      200,
    );
    assert.equal(scaled.metadata.generation, 2);
  });

  it('makes up names', async () => {
    const names = new Set<string>();
    for (let n = 0; n < 20; n++) {
      const { metadata } = expectCode(
        await api.post(collection, configMap('', undefined, { name: undefined, generateName: 'made-' })),
        201,
      );
      assert.match(metadata.name, /^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      assert.equal(metadata.generateName, 'made-');
      names.add(metadata.name);
    }
    assert.equal(names.size, 20);
    const long = expectCode(
      await api.post(collection, configMap('', undefined, { name: undefined, generateName: 'x'.repeat(70) })),
      201,
    );
    assert.equal(long.metadata.name.length, 63);
  });

  it('a body may leave out its kind', async () => {
    const created = expectCode(await api.post(collection, { metadata: { name: 'kindless' } }), 201);
    assert.equal(created.kind, 'ConfigMap');
  });

  const refusals: [
    what: string,
    path: string,
    body: Loose,
    code: number,
    reason: string,
    message: string | RegExp,
  ][] = [
    [
      'a taken name',
      collection,
      configMap('owned'),
      409,
      'AlreadyExists',
      'configmaps "owned" already exists',
    ],
    [
      'a taken name of a group',
      deployments,
      deployment('gen'),
      409,
      'AlreadyExists',
      'deployments.apps "gen" already exists',
    ],
    [
      'a missing namespace',
      '/api/v1/namespaces/none/configmaps',
      configMap('a'),
      404,
      'NotFound',
      'namespaces "none" not found',
    ],
    [
      'no name',
      collection,
      { metadata: {} },
      422,
      'Invalid',
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
    [
      'a bad name',
      collection,
      configMap('Bad_Name'),
      422,
      'Invalid',
      /^ConfigMap "Bad_Name" is invalid: metadata\.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '\.', and must start and end with an alphanumeric character \(e\.g\. 'example\.com', regex used for validation is '.*'\)$/,
    ],
    [
      'another namespace',
      collection,
      configMap('a', {}, { namespace: 'kube-system' }),
      400,
      'BadRequest',
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'another kind',
      collection,
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } },
      400,
      'BadRequest',
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
    ],
    [
      'a preferred term without its term',
      '/api/v1/namespaces/default/pods',
      {
        metadata: { name: 'a' },
        spec: {
          containers: [{ name: 'main', image: 'busybox' }],
          affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1 }] } },
        },
      },
      422,
      'Invalid',
      /podAffinityTerm\.topologyKey: Required value: can not be empty/,
    ],
    [
      'an amount that is neither text nor number',
      '/api/v1/namespaces/default/pods',
      { spec: { containers: [{ name: 'main', image: 'busybox', resources: { requests: { cpu: [] } } }] } },
      400,
      'BadRequest',
      'Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression \'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$\'',
    ],
    [
      'a kind that nobody knows',
      collection,
      { apiVersion: 'v1', kind: 'Nope', metadata: { name: 'a' } },
      400,
      'BadRequest',
      'Nope in version "v1" cannot be handled as a ConfigMap: no kind "Nope" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
    ],
    [
      'another version',
      deployments,
      { apiVersion: 'apps/v1beta1', kind: 'Deployment', metadata: { name: 'a' } },
      400,
      'BadRequest',
      /the API version in the data \(apps\/v1beta1\) does not match the expected API version \(apps\/v1\)/,
    ],
    [
      'no JSON',
      collection,
      '{"metadata":',
      400,
      'BadRequest',
      /couldn't get version\/kind; json parse error: unexpected end of JSON input/,
    ],
    ['a list', collection, '[]', 400, 'BadRequest', /cannot unmarshal array into Go value of type struct/],
    [
      'a wrong type',
      collection,
      { metadata: { name: 'a' }, data: { n: 1 } },
      400,
      'BadRequest',
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
    [
      'labels that are none',
      collection,
      configMap('a', {}, { labels: { 'a b': 'c' } }),
      422,
      'Invalid',
      /metadata\.labels: Invalid value: "a b": name part must consist of/,
    ],
  ];
  for (const [what, path, body, code, reason, message] of refusals) {
    it(`refuses ${what}`, async () => {
      const status = expectFailure(await api.post(path, body), code, reason);
      if (typeof message === 'string') assert.equal(status.message, message);
      else assert.match(status.message ?? '', message);
    });
  }

  it('details name the object and each finding', async () => {
    const status = expectFailure(
      await api.post(deployments, deployment('bad', { replicas: -1, revisionHistoryLimit: -1 })),
      422,
      'Invalid',
    );
    assert.deepEqual(status.details, {
      name: 'bad',
      group: 'apps',
      kind: 'Deployment',
      causes: [
        {
          reason: 'FieldValueInvalid',
          message: 'Invalid value: -1: must be greater than or equal to 0',
          field: 'spec.replicas',
        },
        {
          reason: 'FieldValueInvalid',
          message: 'Invalid value: -1: must be greater than or equal to 0',
          field: 'spec.revisionHistoryLimit',
        },
      ],
    });
  });

  it('a resourceVersion is refused', async () => {
    const answer = expectCode(await api.post(collection, configMap('a', {}, { resourceVersion: '5' })), 500);
    assert.equal(answer.message, 'resourceVersion should not be set on objects to be created');
    const invalid = await api.post(collection, configMap('A', {}, { resourceVersion: '5' }));
    expectFailure(invalid, 422, 'Invalid');
    const dry = await api.post(`${collection}?dryRun=All`, configMap('a', {}, { resourceVersion: '5' }));
    assert.equal(expectCode(dry, 201).metadata.resourceVersion, '5', 'a dry run does not ask the store');
    const unread = await api.post(collection, configMap('unread', {}, { resourceVersion: 'five' }));
    assert.match(expectCode(unread, 201).metadata.resourceVersion, /^\d+$/, 'what is no version is none');
  });

  it('a resourceVersion is compared as a number', async () => {
    const path = `${collection}/versioned`;
    const { resourceVersion } = expectCode(await api.post(collection, configMap('versioned')), 201).metadata;
    const put = (sent: string, key: string) =>
      api.put(path, configMap('versioned', { [key]: '1' }, { resourceVersion: sent }));
    for (const [sent, why] of [
      ['five', 'parsing "five": invalid syntax'],
      ['-1', 'parsing "-1": invalid syntax'],
      ['18446744073709551616', 'parsing "18446744073709551616": value out of range'],
      ['9'.repeat(1_000), `parsing "${'9'.repeat(1_000)}": value out of range`],
    ] as const) {
      assert.equal(expectCode(await put(sent, 'a'), 500).message, `strconv.ParseUint: ${why}`);
    }
    expectFailure(await put('18446744073709551615', 'a'), 409, 'Conflict');
    expectCode(await put(`00${resourceVersion}`, 'a'), 200);
    expectCode(await put('00', 'b'), 200);
  });

  for (const path of [`${collection}/owned`, '/api/v1/configmaps', '/apis/apps/v1/deployments']) {
    it(`POST ${path} is not allowed`, async () => {
      const status = expectFailure(await api.post(path, configMap('owned')), 405, 'MethodNotAllowed');
      assert.equal(status.message, 'the server does not allow this method on the requested resource');
    });
  }
});

describe('update', () => {
  const path = `${collection}/updated`;
  let first: Loose;
  let second: Loose;
  before(async () => {
    first = expectCode(await api.post(collection, configMap('updated', { n: '1' })), 201);
    second = expectCode(await api.put(path, { ...first, data: { n: '2' } }), 200);
  });

  it('keeps identity, moves the version', () => {
    assert.equal(second.metadata.uid, first.metadata.uid);
    assert.equal(second.metadata.creationTimestamp, first.metadata.creationTimestamp);
    assert.ok(versionOf(second) > versionOf(first));
    assert.deepEqual(second.data, { n: '2' });
  });

  it('with an old version is a conflict', async () => {
    const status = expectFailure(await api.put(path, { ...first, data: { n: '3' } }), 409, 'Conflict');
    assert.equal(
      status.message,
      'Operation cannot be fulfilled on configmaps "updated": the object has been modified; please apply your changes to the latest version and try again',
    );
    assert.deepEqual(status.details, { name: 'updated', kind: 'configmaps' });
    const patched = await api.patch(path, 'merge', {
      metadata: { resourceVersion: first.metadata.resourceVersion },
      data: { n: '3' },
    });
    expectFailure(patched, 409, 'Conflict');
  });

  it('with another uid is a conflict', async () => {
    const status = expectFailure(
      await api.put(path, configMap('updated', {}, { uid: 'other' })),
      409,
      'Conflict',
    );
    assert.equal(
      status.message,
      `Operation cannot be fulfilled on configmaps "updated": StorageError: invalid object, Code: 4, Key: /registry/api/v1/configmaps/default/updated, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: other, UID in object meta: ${first.metadata.uid}`,
    );
  });

  it('that changes nothing writes nothing', async () => {
    const before = expectCode(await api.get(path), 200);
    const same = expectCode(
      await api.put(path, {
        data: before.data,
        metadata: before.metadata,
        kind: 'ConfigMap',
        apiVersion: 'v1',
      }),
      200,
    );
    assert.equal(same.metadata.resourceVersion, before.metadata.resourceVersion);
    const patched = expectCode(await api.patch(path, 'strategic', { data: before.data }), 200);
    assert.equal(patched.metadata.resourceVersion, before.metadata.resourceVersion);
  });

  it('leaves the template generation of a DaemonSet alone when the template stays what it is', async () => {
    const path = '/apis/apps/v1/namespaces/default/daemonsets';
    const { spec, ...rest } = deployment('unmoved');
    expectCode(await api.post(path, { ...rest, kind: 'DaemonSet', spec }), 201);
    const generationAfter = async (more: object) => {
      const template = { spec: { ...spec.template.spec, ...more } };
      const { metadata } = expectCode(
        await api.patch(`${path}/unmoved`, 'merge', { spec: { template } }),
        200,
      );
      return metadata.annotations?.['deprecated.daemonset.template.generation'];
    };
    // Containers are replaced, and lose what every container has until it is put back.
    assert.equal(await generationAfter({}), '1');
    assert.equal(await generationAfter({ schedulingGroup: { podGroupName: 'off' } }), '1');
    assert.equal(await generationAfter({ hostNetwork: true }), '2');
  });

  it('without a version overwrites, where the kind allows it', async () => {
    const answer = expectCode(await api.put(path, configMap('updated', { n: '9' })), 200);
    assert.deepEqual(answer.data, { n: '9' });
    expectCode(await api.post(leases, { metadata: { name: 'held' }, spec: { holderIdentity: 'a' } }), 201);
    const status = expectFailure(
      await api.put(`${leases}/held`, { metadata: { name: 'held' }, spec: { holderIdentity: 'b' } }),
      422,
      'Invalid',
    );
    assert.equal(
      status.message,
      'leases.coordination.k8s.io "held" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
  });

  it('of what is not there is a 404, or creates where the kind allows it', async () => {
    const status = expectFailure(
      await api.put(`${collection}/missing`, configMap('missing')),
      404,
      'NotFound',
    );
    assert.equal(status.message, 'configmaps "missing" not found');
    const created = expectCode(
      await api.put(`${leases}/fresh`, { metadata: { name: 'fresh' }, spec: { holderIdentity: 'a' } }),
      201,
    );
    assert.ok(created.metadata.uid);
  });

  it('an empty namespace is none', async () => {
    expectCode(await api.put(path, configMap('updated', { n: '1' }, { namespace: '', uid: '' })), 200);
    expectCode(await api.post(collection, configMap('nowhere', {}, { namespace: '' })), 201);
  });

  const elsewhere: [what: string, metadata: object, message: string][] = [
    [
      'another name',
      { name: 'other' },
      'the name of the object (other) does not match the name on the URL (updated)',
    ],
    [
      'no name',
      {},
      'the name of the object (updated based on URL) was undeterminable: name must be provided',
    ],
    [
      'another namespace',
      { name: 'updated', namespace: 'x' },
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
  ];
  for (const [what, metadata, message] of elsewhere) {
    it(`with ${what} is refused`, async () => {
      assert.equal(expectFailure(await api.put(path, { metadata }), 400, 'BadRequest').message, message);
    });
  }

  it('of what cannot change is refused', async () => {
    const status = expectFailure(
      await api.patch(`${deployments}/gen`, 'merge', {
        spec: {
          selector: { matchLabels: { app: 'gen', more: 'x' } },
          template: { metadata: { labels: { more: 'x' } } },
        },
      }),
      422,
      'Invalid',
    );
    assert.equal(
      status.message,
      'Deployment.apps "gen" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"gen","more":"x"}}: field is immutable',
    );
  });

  it('one of many with the same version wins', async () => {
    const current = expectCode(await api.get(path), 200);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => api.put(path, { ...current, data: { winner: String(n) } })),
    );
    const codes = answers.map(({ status }) => status).sort();
    assert.deepEqual(codes, [200, 409, 409, 409, 409, 409, 409, 409]);
  });
});

describe('patch', () => {
  const path = `${collection}/patched`;
  before(async () => {
    expectCode(await api.post(collection, configMap('patched', { a: '1' })), 201);
  });

  it('all of many patches of different fields land', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => api.patch(path, 'merge', { data: { [`k${n}`]: 'v' } })),
    );
    assert.ok(answers.every(({ status }) => status === 200));
    const { data } = expectCode(await api.get(path), 200);
    assert.equal(Object.keys(data).length, 21);
  });

  it('types', async () => {
    expectCode(await api.patch(path, 'json', [{ op: 'replace', path: '/data/a', value: '2' }]), 200);
    expectCode(await api.patch(path, 'merge', { data: { b: '3' } }), 200);
    const { data } = expectCode(
      await api.patch(path, 'strategic', { data: { $patch: 'replace', c: '4' } }),
      200,
    );
    assert.deepEqual(data, { c: '4' });
  });

  const routed = '415: Unsupported Media Type';
  const refused: readonly (readonly [string, string])[] = [
    ['application/json', routed],
    ['text/plain', routed],
    [
      'application/apply-patch+yaml',
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json',
    ],
  ];
  for (const [type, message] of refused) {
    it(`as ${type} is a 415`, async () => {
      for (const to of [path, '/apis/apps/v1/namespaces/default/deployments/any/scale']) {
        const answer = await api.request('PATCH', to, { body: '{}', headers: { 'content-type': type } });
        assert.equal(expectFailure(answer, 415, 'UnsupportedMediaType').message, message);
      }
    });
  }

  const refusals: [
    what: string,
    type: 'json' | 'merge' | 'strategic',
    body: Loose,
    code: number,
    message: RegExp,
  ][] = [
    ['no JSON', 'merge', '{"a"', 400, /error decoding patch/],
    ['an object as JSON patch', 'json', { a: 1 }, 400, /cannot unmarshal object/],
    [
      'a path that is not there',
      'json',
      [{ op: 'remove', path: '/data/none' }],
      422,
      /the server rejected our request due to an error in our request/,
    ],
    [
      'a failing test',
      'json',
      [{ op: 'test', path: '/data/c', value: 'x' }],
      422,
      /the server rejected our request due to an error in our request/,
    ],
    ['a wrong type', 'merge', { data: { a: 1 } }, 422, /cannot unmarshal number into Go struct field/],
    [
      'another name',
      'merge',
      { metadata: { name: 'x' } },
      400,
      /the name of the object \(x\) does not match the name on the URL \(patched\)/,
    ],
    [
      'another kind',
      'merge',
      { kind: 'Secret' },
      422,
      /patch: Invalid value: .*: converting \(v1\.Secret\) to \(core\.ConfigMap\): unknown conversion$/,
    ],
  ];
  for (const [what, type, body, code, message] of refusals) {
    it(`refuses ${what}`, async () => {
      assert.match(expectCode(await api.patch(path, type, body), code).message, message);
    });
  }

  it('a strategic merge tells a wrong type as Go does when it converts what is decoded already', async () => {
    expectCode(await api.post(deployments, deployment('wrong')), 201);
    const template = (spec: object) => ({ spec: { template: { spec } } });
    const cases: [object, string][] = [
      [{ spec: { replicas: 'x' } }, 'unrecognized type: int32'],
      [{ spec: { replicas: 1.5 } }, 'cannot convert float64 to int32'],
      [{ spec: { paused: 1 } }, 'unrecognized type: bool'],
      [{ metadata: { labels: { a: 1 } } }, 'cannot convert int64 to string'],
      [{ metadata: { labels: [] } }, 'cannot restore map from slice'],
      [{ metadata: { ownerReferences: [{ uid: 5 }] } }, 'cannot convert int64 to types.UID'],
      [{ spec: 'x' }, 'cannot restore struct from: string'],
      [template({ containers: 'x' }), 'cannot restore slice from string'],
      [template({ nodeName: {} }), 'unrecognized type: string'],
      [
        { spec: { strategy: { rollingUpdate: { maxSurge: true } } } },
        'json: cannot unmarshal bool into Go value of type int32',
      ],
      [{ metadata: { creationTimestamp: 5 } }, 'json: cannot unmarshal number into Go value of type string'],
    ];
    for (const [body, why] of cases) {
      const answer = await api.patch(`${deployments}/wrong`, 'strategic', body);
      const status = expectFailure(answer, 422, 'Invalid');
      assert.equal(status.details?.causes?.[0]?.message?.split('": ')[1], why, JSON.stringify(body));
    }
    // Go wraps this one around.
    const tooLarge = await api.patch(`${deployments}/wrong`, 'strategic', { spec: { replicas: 2 ** 40 } });
    assert.match(expectFailure(tooLarge, 422, 'Invalid').message ?? '', /of type int32$/);
  });

  it('of what is not there is a 404', async () => {
    expectFailure(await api.patch(`${collection}/none`, 'merge', {}), 404, 'NotFound');
  });
});

describe('dryRun=All', () => {
  const version = async () => expectCode(await api.get(collection), 200).metadata.resourceVersion;

  it('answers as if, and stores nothing', async () => {
    expectCode(await api.post(collection, configMap('real', { a: '1' })), 201);
    const before = await version();
    const created = expectCode(await api.post(`${collection}?dryRun=All`, configMap('imagined')), 201);
    assert.ok(created.metadata.uid && created.metadata.creationTimestamp);
    assert.equal(created.metadata.resourceVersion, undefined);
    const current = expectCode(await api.get(`${collection}/real`), 200);
    const updated = expectCode(
      await api.put(`${collection}/real?dryRun=All`, { ...current, data: { a: '2' } }),
      200,
    );
    assert.deepEqual(updated.data, { a: '2' });
    assert.equal(updated.metadata.resourceVersion, current.metadata.resourceVersion);
    const patched = expectCode(
      await api.patch(`${collection}/real?dryRun=All`, 'merge', { data: { b: '3' } }),
      200,
    );
    assert.deepEqual(patched.data, { a: '1', b: '3' });
    expectCode(await api.delete(`${collection}/real?dryRun=All`), 200);
    expectCode(await api.delete(`${collection}/real`, { dryRun: ['All'] }), 200);
    expectCode(await api.delete(`${collection}?dryRun=All`), 200);
    assert.equal(await version(), before);
    expectFailure(await api.get(`${collection}/imagined`), 404, 'NotFound');
  });

  it('finds what is wrong', async () => {
    expectFailure(await api.post(`${collection}?dryRun=All`, configMap('real')), 409, 'AlreadyExists');
    expectFailure(await api.post(`${collection}?dryRun=All`, configMap('Bad_Name')), 422, 'Invalid');
    expectFailure(await api.put(`${collection}/none?dryRun=All`, configMap('none')), 404, 'NotFound');
  });

  it('takes no address or port', async () => {
    const service = (name: string) => ({
      metadata: { name },
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_500 }] },
    });
    const services = '/api/v1/namespaces/default/services';
    const imagined = expectCode(await api.post(`${services}?dryRun=All`, service('one')), 201);
    assert.match(imagined.spec.clusterIP, /^10\.0\.0\.\d+$/);
    expectCode(await api.post(services, service('two')), 201);
  });

  it('knows no other value', async () => {
    const status = expectFailure(await api.post(`${collection}?dryRun=Some`, configMap('x')), 422, 'Invalid');
    assert.equal(
      status.message,
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
    );
  });
});

it('fieldManager has limits', async () => {
  const status = expectFailure(
    await api.post(`${collection}?fieldManager=${'x'.repeat(129)}`, configMap('x')),
    422,
    'Invalid',
  );
  assert.match(status.message ?? '', /fieldManager: .*128/);
});

it('keys such as __proto__ are data like any other', async () => {
  const body =
    '{"metadata":{"name":"keys","labels":{"constructor":"a"}},"data":{"__proto__":"c","constructor":"d","toString":"e"}}';
  const created = expectCode(await api.post(collection, body), 201);
  for (const map of ['data', 'labels'] as const) {
    const found = map === 'data' ? created.data : created.metadata.labels;
    assert.equal(Object.hasOwn(found, 'constructor'), true);
  }
  const { text } = await api.get(`${collection}/keys`);
  assert.match(text, /"data":\{"__proto__":"c","constructor":"d","toString":"e"\}/);
  const selected = expectCode(await api.get(`${collection}?labelSelector=constructor%3Da`), 200);
  assert.equal(selected.items.length, 1);
  const patched = await api.patch(`${collection}/keys`, 'merge', '{"data":{"__proto__":"z"}}');
  assert.match(patched.text, /"__proto__":"z"/);
});

it('pods get what admission adds', async () => {
  const created = expectCode(
    await api.post(
      '/api/v1/namespaces/default/pods',
      pod('admitted', { priorityClassName: 'system-cluster-critical' }),
    ),
    201,
  );
  assert.equal(created.spec.priority, 2_000_000_000);
  const status = expectFailure(
    await api.post('/api/v1/namespaces/default/pods', pod('refused', { priorityClassName: 'none' })),
    403,
    'Forbidden',
  );
  assert.equal(status.message, 'pods "refused" is forbidden: no PriorityClass with name none was found');
});

describe('owner references that are there twice', () => {
  const owner = (uid: string, more: object = {}) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: 'o',
    uid,
    ...more,
  });
  const uidsOf = ({ metadata }: Loose) => (metadata.ownerReferences ?? []).map(({ uid }: Loose) => uid);
  const warned = (when: string, uids: string) =>
    `299 - ".metadata.ownerReferences contains duplicate entries${when}; API server dedups owner references in 1.20+, ` +
    `and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${uids}"`;
  const twice = [owner('1'), owner('1'), owner('2'), owner('2')];
  const afterAdmission = ' after mutating admission happens';

  it('are taken out, with a warning', async () => {
    const object = (name: string) => configMap(name, {}, { ownerReferences: twice });
    const created = await api.post(collection, object('adopted'));
    assert.deepEqual(uidsOf(expectCode(created, 201)), ['1', '2']);
    assert.equal(created.headers.get('warning'), warned('', '1, 2'));
    const put = await api.put(`${collection}/adopted`, object('adopted'));
    assert.deepEqual(uidsOf(expectCode(put, 200)), ['1', '2']);
    assert.equal(put.headers.get('warning'), warned('', '1, 2'));
    const patch = { metadata: { ownerReferences: [owner('3'), owner('3')] } };
    const patched = await api.patch(`${collection}/adopted`, 'merge', patch);
    assert.deepEqual(uidsOf(expectCode(patched, 200)), ['3']);
    assert.equal(patched.headers.get('warning'), warned(afterAdmission, '3'));
  });

  it('stay when they say different things', async () => {
    const references = [owner('1'), owner('1', { controller: false })];
    const created = await api.post(collection, configMap('kept', {}, { ownerReferences: references }));
    assert.deepEqual(uidsOf(expectCode(created, 201)), ['1', '1']);
    assert.equal(created.headers.get('warning'), null);
  });
});

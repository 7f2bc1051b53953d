import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Api, configMap, expectCode, expectFailure, type Loose, pod } from '../helpers/api.ts';
import { assertSubset } from '../helpers/subset.ts';
import { type Bench, bench } from './kit.ts';

const pods = '/api/v1/namespaces/default/pods';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';

let use: Bench;
let api: Api;
before(async () => {
  use = await bench();
  api = use.api;
});
after(() => use.cluster.close());

const create = async (path: string, body: Loose): Promise<Loose> =>
  expectCode(await api.post(path, body), 201);

describe('status', () => {
  const path = `${deployments}/web`;
  before(() =>
    create(deployments, {
      metadata: { name: 'web' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'main', image: 'busybox' }] },
        },
      },
      status: { replicas: 9 },
    }),
  );

  it('is not written by the main path', async () => {
    const object = expectCode(await api.get(path), 200);
    assert.equal(object.status.replicas, undefined);
    const updated = expectCode(await api.put(path, { ...object, status: { replicas: 9 } }), 200);
    assert.deepEqual(updated.status, object.status);
    assert.equal(updated.metadata.resourceVersion, object.metadata.resourceVersion);
  });

  it('writes nothing else, and no generation', async () => {
    const object = expectCode(await api.get(`${path}/status`), 200);
    const changed = {
      ...object,
      status: { replicas: 3, observedGeneration: 1 },
      spec: { ...object.spec, replicas: 7 },
    };
    const answer = expectCode(await api.put(`${path}/status`, changed), 200);
    assertSubset(answer, {
      metadata: { generation: 1 },
      spec: { replicas: 2 },
      status: { replicas: 3, observedGeneration: 1 },
    });
    const patched = expectCode(
      await api.patch(`${path}/status`, 'merge', { spec: { replicas: 7 }, status: { readyReplicas: 1 } }),
      200,
    );
    assertSubset(patched, { spec: { replicas: 2 }, status: { replicas: 3, readyReplicas: 1 } });
  });

  it('nothing is below it', async () => {
    for (const below of [`${path}/status/x`, `${path}/scale/x`, '/api/v1/namespaces/default/status/x'])
      for (const method of ['GET', 'PUT', 'PATCH', 'POST', 'DELETE'])
        assert.equal((await api.request(method, below)).status, 404, `${method} ${below}`);
  });

  it('is validated', async () => {
    const status = expectFailure(
      await api.patch(`${path}/status`, 'merge', { status: { replicas: -1 } }),
      422,
      'Invalid',
    );
    assert.match(
      status.message ?? '',
      /status\.replicas: Invalid value: -1: must be greater than or equal to 0/,
    );
  });
});

describe('scale', () => {
  const path = `${deployments}/web/scale`;

  it('is not written for somebody who could not read the answer', async () => {
    const before = expectCode(await api.get(`${deployments}/web`), 200);
    const body = {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name: 'web' },
      spec: { replicas: 7 },
    };
    expectFailure(await api.put(path, body, { accept: 'text/html' }), 406, 'NotAcceptable');
    await create(pods, pod('evicted'));
    const eviction = { kind: 'Eviction', apiVersion: 'policy/v1', metadata: { name: 'evicted' } };
    const refused = await api.post(`${pods}/evicted/eviction`, eviction, { accept: 'text/html' });
    expectFailure(refused, 406, 'NotAcceptable');
    expectCode(await api.delete(`${pods}/evicted`), 200);
    assert.deepEqual(expectCode(await api.get(`${deployments}/web`), 200), before);
  });

  it('shows and sets the size', async () => {
    const scale = expectCode(await api.get(path), 200);
    assertSubset(scale, {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name: 'web', namespace: 'default' },
      spec: { replicas: 2 },
      status: { replicas: 3, selector: 'app=web' },
    });
    const updated = expectCode(await api.put(path, { ...scale, spec: { replicas: 5 } }), 200);
    assert.equal(updated.spec.replicas, 5);
    assertSubset(expectCode(await api.get(`${deployments}/web`), 200), {
      metadata: { generation: 2 },
      spec: { replicas: 5 },
    });
    expectFailure(await api.put(path, { ...scale, spec: { replicas: 6 } }), 409, 'Conflict');
    const versionless = { ...scale, metadata: { name: 'web', resourceVersion: 'x' } };
    assert.equal(
      expectCode(await api.put(path, versionless), 500).message,
      'strconv.ParseUint: parsing "x": invalid syntax',
    );
    const ofAnother = { ...scale, metadata: { name: 'web', uid: 'other' } };
    assert.match(
      expectFailure(await api.put(path, ofAnother), 409, 'Conflict').message ?? '',
      /^Operation cannot be fulfilled on deployments.apps "web": StorageError: invalid object, Code: 4, Key: .*\/web, .*UID in precondition: other, /,
    );
    assert.equal(expectCode(await api.patch(path, 'merge', { spec: { replicas: 0 } }), 200).spec.replicas, 0);
    assert.equal(
      expectCode(await api.patch(path, 'json', [{ op: 'replace', path: '/spec/replicas', value: 1 }]), 200)
        .spec.replicas,
      1,
    );
  });

  it('refuses what is no size', async () => {
    const status = expectFailure(await api.patch(path, 'merge', { spec: { replicas: -1 } }), 422, 'Invalid');
    assert.match(
      status.message ?? '',
      /spec\.replicas: Invalid value: -1: must be greater than or equal to 0/,
    );
    expectFailure(await api.get(`${deployments}/none/scale`), 404, 'NotFound');
  });

  for (const resource of ['replicasets', 'statefulsets']) {
    it(`of ${resource}`, async () => {
      const collection = `/apis/apps/v1/namespaces/default/${resource}`;
      await create(collection, {
        metadata: { name: 'sized' },
        spec: {
          ...(resource === 'statefulsets' ? { serviceName: 'x' } : {}),
          selector: { matchLabels: { app: 'sized' } },
          template: {
            metadata: { labels: { app: 'sized' } },
            spec: { containers: [{ name: 'main', image: 'busybox' }] },
          },
        },
      });
      assert.equal(
        expectCode(await api.patch(`${collection}/sized/scale`, 'merge', { spec: { replicas: 4 } }), 200).spec
          .replicas,
        4,
      );
      assert.equal(expectCode(await api.get(`${collection}/sized`), 200).spec.replicas, 4);
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
      const table = expectCode(await api.get(`${collection}/sized/scale`, { accept }), 200);
      assert.deepEqual(
        table.columnDefinitions.map(({ name }: Loose) => name),
        ['Name', 'Desired', 'Available', 'Age'],
      );
      assert.deepEqual(table.rows[0].cells.slice(0, 3), ['sized', 4, 0]);
      assert.equal(table.rows[0].object.kind, 'PartialObjectMetadata');
      const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'other' }, spec: {} };
      const { message } = expectFailure(await api.put(`${collection}/sized/scale`, scale), 400, 'BadRequest');
      assert.equal(message, 'the name of the object (other) does not match the name on the URL (sized)');
    });
  }
});

describe('binding', () => {
  before(() => create(pods, pod('bound')));
  const bind = (name: string, node: string, more: object = {}) =>
    api.post(`${pods}/${name}/binding`, {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, ...more },
      target: { kind: 'Node', name: node },
    });

  it('assigns a pod once', async () => {
    assertSubset(expectCode(await bind('bound', 'n1', { annotations: { by: 'me' } }), 201), {
      kind: 'Status',
      status: 'Success',
    });
    const bound = expectCode(await api.get(`${pods}/bound`), 200);
    assertSubset(bound, { metadata: { annotations: { by: 'me' } }, spec: { nodeName: 'n1' } });
    assertSubset(bound.status.conditions, [{ type: 'PodScheduled', status: 'True' }]);
    const status = expectFailure(await bind('bound', 'n2'), 409, 'Conflict');
    assert.equal(
      status.message,
      'Operation cannot be fulfilled on pods/binding "bound": pod bound is already assigned to node "n1"',
    );
  });

  it('is of the pod that the sender has seen', async () => {
    await create(pods, pod('seen'));
    const status = expectFailure(await bind('seen', 'n1', { uid: 'other' }), 409, 'Conflict');
    assert.match(
      status.message ?? '',
      /^Operation cannot be fulfilled on pods "seen": StorageError: invalid object, Code: 4, Key: .*\/seen, .*UID in precondition: other, /,
    );
    const { uid } = expectCode(await api.get(`${pods}/seen`), 200).metadata;
    expectCode(await bind('seen', 'n1', { uid }), 201);
  });

  it('refuses what cannot be', async () => {
    expectFailure(await bind('none', 'n1'), 404, 'NotFound');
    const nowhere = expectCode(await bind('bound', ''), 500);
    assert.equal(nowhere.message, 'target.name: Required value');
    const other = expectFailure(await bind('bound', 'n1', { name: 'other' }), 400, 'BadRequest');
    assert.equal(other.message, 'name in URL does not match name in Binding object');
  });

  it('shows the pod where its node stands, and what the binding is labelled with', async () => {
    const zone = { 'topology.kubernetes.io/zone': 'z1' };
    await create('/api/v1/nodes', { metadata: { name: 'placed', labels: zone } });
    await create(pods, pod('shown', {}, { labels: { app: 'web' } }));
    expectCode(await bind('shown', 'placed', { labels: { by: 'me' } }), 201);
    const { metadata } = expectCode(await api.get(`${pods}/shown`), 200);
    assert.deepEqual(metadata.labels, { app: 'web', by: 'me', ...zone });
  });

  it('by the resource of the same name', async () => {
    await create(pods, pod('bound-2'));
    const body = { metadata: { name: 'bound-2' }, target: { kind: 'Node', name: 'n3' } };
    expectCode(await api.post('/api/v1/namespaces/default/bindings', body), 201);
    assert.equal(expectCode(await api.get(`${pods}/bound-2`), 200).spec.nodeName, 'n3');
  });
});

describe('eviction', () => {
  const evict = (name: string, body: object = {}) =>
    api.post(`${pods}/${name}/eviction`, {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name },
      ...body,
    });
  const running = async (name: string) => {
    await create(
      pods,
      pod(name, { nodeName: 'n1', terminationGracePeriodSeconds: 0 }, { labels: { app: 'guarded' } }),
    );
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    expectCode(await api.patch(`${pods}/${name}/status`, 'merge', { status }), 200);
  };

  it('deletes a pod that no budget guards', async () => {
    await running('free');
    assertSubset(expectCode(await evict('free'), 201), { kind: 'Status', status: 'Success' });
    expectFailure(await api.get(`${pods}/free`), 404, 'NotFound');
  });

  it('leaves the reason on a pod that has time to go', async () => {
    await create(pods, pod('leaving', { nodeName: 'n1' }));
    const answer = expectCode(await evict('leaving', { apiVersion: 'policy/v1beta1' }), 201);
    assert.equal(answer.code, 201);
    const { metadata, status } = expectCode(await api.get(`${pods}/leaving`), 200);
    assert.ok(metadata.deletionTimestamp);
    assertSubset(status.conditions, [
      {
        type: 'DisruptionTarget',
        status: 'True',
        lastProbeTime: null,
        reason: 'EvictionByEvictionAPI',
        message: 'Eviction API: evicting',
      },
    ]);
    const nameless = expectFailure(await evict('leaving', { metadata: {} }), 400, 'BadRequest');
    assert.equal(nameless.message, 'name in URL does not match name in Eviction object');
  });

  it('asks the budget', async () => {
    await running('guarded');
    const budget = await create(budgets, {
      metadata: { name: 'budget' },
      spec: { minAvailable: 1, selector: { matchLabels: { app: 'guarded' } } },
    });
    const refused = await evict('guarded');
    const status = expectFailure(refused, 429, 'TooManyRequests');
    assert.equal(status.message, "Cannot evict pod as it would violate the pod's disruption budget.");
    assert.equal(status.details?.causes?.[0]?.reason, 'DisruptionBudget');
    const allowed = {
      disruptionsAllowed: 1,
      currentHealthy: 2,
      desiredHealthy: 1,
      expectedPods: 2,
      observedGeneration: budget.metadata.generation,
    };
    expectCode(await api.patch(`${budgets}/budget/status`, 'merge', { status: allowed }), 200);
    expectCode(await evict('guarded', { deleteOptions: { dryRun: ['All'] } }), 201);
    expectCode(await evict('guarded'), 201);
    const after = expectCode(await api.get(`${budgets}/budget`), 200);
    assert.equal(after.status.disruptionsAllowed, 0);
    assert.deepEqual(Object.keys(after.status.disruptedPods), ['guarded']);
    expectFailure(await api.get(`${pods}/guarded`), 404, 'NotFound');
  });

  it('lets a pod go that is not ready and does not count', async () => {
    const ask = async (name: string, spec: object, status: object) => {
      await create(
        pods,
        pod(name, { nodeName: 'n1', terminationGracePeriodSeconds: 0 }, { labels: { app: name } }),
      );
      expectCode(await api.patch(`${pods}/${name}/status`, 'merge', { status: { phase: 'Running' } }), 200);
      const selector = { matchLabels: { app: name } };
      const budget = await create(budgets, { metadata: { name }, spec: { ...spec, selector } });
      const observed = { observedGeneration: budget.metadata.generation, expectedPods: 2, ...status };
      expectCode(await api.patch(`${budgets}/${name}/status`, 'merge', { status: observed }), 200);
      return evict(name);
    };
    const none = { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 2 };
    const refused = expectFailure(await ask('few', {}, none), 429, 'TooManyRequests');
    assert.deepEqual(refused.details?.causes, [
      {
        reason: 'DisruptionBudget',
        message: 'The disruption budget few needs 2 healthy pods and has 1 currently',
      },
    ]);
    expectCode(await ask('any', { unhealthyPodEvictionPolicy: 'AlwaysAllow' }, none), 201);
    expectCode(await ask('enough', {}, { ...none, currentHealthy: 2 }), 201);
  });

  it('holds to what the sender demands of the pod, and marks no other', async () => {
    await create(pods, pod('pinned', { nodeName: 'n1', terminationGracePeriodSeconds: 0 }));
    const demanding = (preconditions: object) => evict('pinned', { deleteOptions: { preconditions } });
    const status = expectFailure(await demanding({ uid: 'other' }), 409, 'Conflict');
    assert.match(status.message ?? '', /^Operation cannot be fulfilled on Pod "pinned": the UID in the pre/);
    const now = expectCode(await api.get(`${pods}/pinned`), 200);
    assert.equal(now.status.conditions, undefined);
    const { uid, resourceVersion } = now.metadata;
    expectCode(await demanding({ uid, resourceVersion }), 201);
    expectFailure(await api.get(`${pods}/pinned`), 404, 'NotFound');
  });

  it('of what is not there', async () => {
    expectFailure(await evict('none'), 404, 'NotFound');
    const forced = { ignoreStoreReadErrorWithClusterBreakingPotential: true };
    expectFailure(await evict('none', { deleteOptions: forced }), 422, 'Invalid');
  });
});

describe('pods', () => {
  it('ephemeralcontainers are added, never removed', async () => {
    await create(pods, pod('debugged'));
    const path = `${pods}/debugged/ephemeralcontainers`;
    const debug = { name: 'debug', image: 'busybox', targetContainerName: 'main' };
    const added = expectCode(
      await api.patch(path, 'strategic', { spec: { ephemeralContainers: [debug] } }),
      200,
    );
    assertSubset(added.spec.ephemeralContainers, [{ ...debug, terminationMessagePolicy: 'File' }]);
    const removed = await api.patch(path, 'merge', { spec: { ephemeralContainers: [] } });
    assert.match(expectCode(removed, 422).message, /existing ephemeral containers .*may not be removed/);
    const byMainPath = await api.patch(`${pods}/debugged`, 'merge', { spec: { ephemeralContainers: [] } });
    expectCode(byMainPath, 422);
  });

  it('resize changes resources and nothing else', async () => {
    const resources = { requests: { cpu: '100m' }, limits: { cpu: '1' } };
    await create(pods, pod('resized', { containers: [{ name: 'main', image: 'busybox', resources }] }));
    const patch = { spec: { containers: [{ name: 'main', resources: { requests: { cpu: '200m' } } }] } };
    const resized = expectCode(await api.patch(`${pods}/resized/resize`, 'strategic', patch), 200);
    assert.deepEqual(resized.spec.containers[0].resources.requests, { cpu: '200m' });
    assert.equal(resized.metadata.generation, 2);
    const image = { spec: { containers: [{ name: 'main', image: 'other' }] } };
    const unchanged = await api.patch(`${pods}/resized/resize`, 'strategic', image);
    assert.ok(
      unchanged.status === 422 || unchanged.json.spec.containers[0].image === 'busybox',
      unchanged.text,
    );
    const more = { spec: { containers: [{ name: 'main', resources: { requests: { cpu: '300m' } } }] } };
    assert.match(
      expectCode(await api.patch(`${pods}/resized`, 'strategic', more), 422).message,
      /pod updates may not change fields other than/,
    );
  });
});

describe('what would need a node', () => {
  before(async () => {
    await create('/api/v1/nodes', { metadata: { name: 'far' } });
    await create(pods, pod('away', { nodeName: 'far' }));
    await create(pods, pod('idle'));
  });

  for (const [method, path] of [
    ['GET', `${pods}/away/log`],
    ['POST', `${pods}/away/exec?command=true&stdout=true`],
    ['POST', `${pods}/away/attach?stdout=true`],
    ['POST', `${pods}/away/portforward?ports=80`],
    ['GET', '/api/v1/nodes/far/proxy/metrics'],
  ] as const) {
    it(`${method} ${path.slice(7)} names the node`, async () => {
      const answer = await api.request(method, path);
      assert.ok(answer.status >= 500, answer.text);
      assert.match(answer.json.message, /far/);
    });
  }

  it('a pod on no node has no log', async () => {
    const answer = await api.get(`${pods}/idle/log`);
    assert.equal(answer.status, 204);
    assert.equal(answer.text, '');
  });

  it('containers are checked first', async () => {
    assert.equal(
      expectCode(await api.get(`${pods}/away/log?container=none`), 400).message,
      'container none is not valid for pod away',
    );
    await create(
      pods,
      pod('two', {
        nodeName: 'far',
        containers: [
          { name: 'a', image: 'x' },
          { name: 'b', image: 'x' },
        ],
      }),
    );
    assert.equal(
      expectCode(await api.get(`${pods}/two/log`), 400).message,
      'a container name must be specified for pod two, choose one of: [a b]',
    );
  });

  it('of what is not there', async () => {
    expectFailure(await api.get(`${pods}/none/log`), 404, 'NotFound');
  });
});

it('approval keeps what is not its own', async () => {
  const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
  const { requestPem } = await import('../resources/certificates-fixtures.ts');
  const request = Buffer.from(requestPem).toString('base64');
  const made = await create(path, {
    metadata: { name: 'csr' },
    spec: { request, signerName: 'example.com/x', usages: ['client auth'], username: 'mallory' },
  });
  assert.equal(made.spec.username, 'binnacle-admin');
  const conditions = [{ type: 'Approved', status: 'True', reason: 'R', message: 'm' }];
  const approved = expectCode(
    await api.put(`${path}/csr/approval`, { ...made, status: { certificate: 'eA==', conditions } }),
    200,
  );
  assertSubset(approved.status, { certificate: undefined, conditions });
  const byStatus = expectCode(
    await api.patch(`${path}/csr/status`, 'merge', { status: { conditions: [] } }),
    422,
  );
  assert.match(byStatus.message, /status\.conditions: Forbidden/);
});

describe('paths that are none', () => {
  for (const path of [
    `${pods}/x/nothing`,
    '/api/v1/namespaces/default/widgets',
    '/api/v2/pods',
    '/api/v1/namespaces/default/nodes',
    '/api/v1/pods/x',
    '/apis/authentication.k8s.io/v1/selfsubjectreviews/x',
    '/api/v1/bindings',
    '/apis/authorization.k8s.io/v1/localsubjectaccessreviews',
    '/api/v1/namespaces/default/bindings/x',
  ]) {
    it(path, async () => {
      const status = expectFailure(await api.get(path), 404, 'NotFound');
      assert.equal(status.message, 'the server could not find the requested resource');
    });
  }

  for (const [method, path] of [
    ['GET', '/apis/authentication.k8s.io/v1/selfsubjectreviews'],
    ['DELETE', `${pods}/x/status`],
    ['POST', `${deployments}/web/scale`],
    ['PUT', pods],
    ['PATCH', pods],
    ['POST', '/version'],
  ] as const) {
    it(`${method} ${path}`, async () => {
      const status = expectFailure(
        await api.request(method, path, method === 'GET' ? {} : { body: configMap('x') }),
        405,
        'MethodNotAllowed',
      );
      assert.equal(status.message, 'the server does not allow this method on the requested resource');
    });
  }
});

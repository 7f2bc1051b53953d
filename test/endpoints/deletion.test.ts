import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Api, brief, configMap, expectCode, expectFailure, type Loose, pod } from '../helpers/api.ts';
import { assertSubset } from '../helpers/subset.ts';
import { type Bench, bench } from './kit.ts';

const collection = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';

let use: Bench;
let api: Api;
before(async () => {
  use = await bench();
  api = use.api;
});
after(() => use.cluster.close());

const create = async (body: Loose, path = collection): Promise<Loose> =>
  expectCode(await api.post(path, body), 201);
const isGone = async (path: string) => expectFailure(await api.get(path), 404, 'NotFound');

describe('delete', () => {
  it('of a path with an empty place in it deletes nothing', async () => {
    await create(configMap('spared'));
    for (const path of [`${collection}//spared`, `${collection}/%2f/x`, '/api/v1/namespaces//configmaps'])
      expectFailure(await api.delete(path), 404, 'NotFound');
    expectCode(await api.delete(`${collection}/spared//`), 200);
  });

  it('answers with a Status that names what was deleted', async () => {
    const { metadata } = await create(configMap('plain'));
    const answer = expectCode(await api.delete(`${collection}/plain`), 200);
    assert.deepEqual(answer, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'plain', kind: 'configmaps', uid: metadata.uid },
    });
    await isGone(`${collection}/plain`);
    const status = expectFailure(await api.delete(`${collection}/plain`), 404, 'NotFound');
    assert.equal(status.message, 'configmaps "plain" not found');
  });

  it('answers with the object where the kind does so', async () => {
    await create(pod('object'), pods);
    const answer = expectCode(await api.delete(`${pods}/object`), 200);
    assert.equal(answer.kind, 'Pod');
  });

  it('events have no dependents, whatever is said about them', async () => {
    const events = '/api/v1/namespaces/default/events';
    await create({ metadata: { name: 'e' }, involvedObject: { namespace: 'default' } }, events);
    const answer = expectCode(await api.delete(`${events}/e?propagationPolicy=Foreground`), 200);
    assert.equal(answer.status, 'Success');
    await isGone(`${events}/e`);
  });

  it('of a job warns who does not say what becomes of its pods', async () => {
    const jobs = '/apis/batch/v1/namespaces/default/jobs';
    const warningOf = async (query: string) =>
      (await api.delete(`${jobs}/none${query}`)).headers.get('warning') ?? '';
    assert.match(await warningOf(''), /^299 - "child pods are preserved by default when jobs are deleted; /);
    assert.equal(await warningOf('?propagationPolicy=Background'), '');
    assert.equal(await warningOf('?orphanDependents=true'), '');
  });

  it('marks a pod that runs nowhere before it goes', async () => {
    const { metadata } = await create(pod('marked'), pods);
    const watch = await api.watch(
      `${pods}?watch=1&fieldSelector=metadata.name%3Dmarked&resourceVersion=${metadata.resourceVersion}`,
    );
    const answer = expectCode(await api.delete(`${pods}/marked`), 200);
    assertSubset(answer.metadata, { generation: 2, deletionGracePeriodSeconds: 0 });
    assert.ok(answer.metadata.deletionTimestamp);
    const events = await watch.take(2);
    assert.deepEqual(brief(events), ['MODIFIED marked', 'DELETED marked']);
    for (const { object } of events) assert.equal(object.metadata.deletionGracePeriodSeconds, 0);
    await watch.close();
  });

  it('preconditions', async () => {
    const { metadata } = await create(configMap('guarded'));
    const path = `${collection}/guarded`;
    const byUid = expectFailure(await api.delete(path, { preconditions: { uid: 'other' } }), 409, 'Conflict');
    assert.equal(
      byUid.message,
      `Operation cannot be fulfilled on ConfigMap "guarded": the UID in the precondition (other) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
    const byVersion = expectFailure(
      await api.delete(path, { preconditions: { resourceVersion: '1' } }),
      409,
      'Conflict',
    );
    assert.match(
      byVersion.message ?? '',
      /the ResourceVersion in the precondition \(1\) does not match the ResourceVersion in record \(\d+\)\. The object might have been modified$/,
    );
    for (const query of ['uid=other', 'resourceVersion=1']) {
      const asked = expectFailure(await api.delete(`${path}?${query}`), 409, 'Conflict');
      assert.equal(asked.message, (query.startsWith('uid') ? byUid : byVersion).message);
    }
    expectCode(
      await api.delete(path, {
        preconditions: { uid: metadata.uid, resourceVersion: metadata.resourceVersion },
      }),
      200,
    );
  });

  it('options may come in any version of theirs', async () => {
    await create(configMap('options'));
    const body = { kind: 'DeleteOptions', apiVersion: 'apps/v1', gracePeriodSeconds: 0 };
    expectCode(await api.delete(`${collection}/options`, body), 200);
  });

  const refusals: [what: string, query: string, body: Loose, code: number, message: RegExp][] = [
    [
      'two ways to say what becomes of dependents',
      '',
      { propagationPolicy: 'Orphan', orphanDependents: true },
      422,
      /propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set/,
    ],
    [
      'an unknown policy',
      'propagationPolicy=Sideways',
      undefined,
      422,
      /propagationPolicy: Unsupported value: "Sideways": supported values: /,
    ],
    [
      'another kind',
      '',
      { kind: 'Pod', apiVersion: 'v1' },
      400,
      /^no kind "Pod" is registered for version "v1" in scheme/,
    ],
    ['another dry run', 'dryRun=No', undefined, 422, /dryRun: Unsupported value: /],
  ];
  for (const [what, query, body, code, message] of refusals) {
    it(`refuses ${what}`, async () => {
      assert.match(
        expectCode(await api.delete(`${collection}/kube-root-ca.crt?${query}`, body), code).message,
        message,
      );
    });
  }
});

describe('finalizers', () => {
  const path = `${collection}/held`;

  it('hold an object until the last is gone', async () => {
    await create(configMap('held', {}, { finalizers: ['example.com/a', 'example.com/b'] }));
    const watch = await api.watch(`${collection}?watch=1&fieldSelector=metadata.name%3Dheld`);
    const marked = expectCode(await api.delete(path), 200);
    assert.equal(marked.kind, 'ConfigMap');
    assert.equal(marked.metadata.deletionTimestamp, '2026-01-01T00:00:00Z');
    assert.equal(marked.metadata.deletionGracePeriodSeconds, 0);
    const again = expectCode(await api.delete(path), 200);
    assert.equal(again.metadata.resourceVersion, marked.metadata.resourceVersion);
    expectFailure(await api.post(collection, configMap('held')), 409, 'AlreadyExists');

    const more = expectFailure(
      await api.patch(path, 'merge', { metadata: { finalizers: ['example.com/a', 'example.com/c'] } }),
      422,
      'Invalid',
    );
    assert.match(
      more.message ?? '',
      /metadata\.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers \[\]string\{"example\.com\/c"\}/,
    );
    const kept = expectCode(
      await api.patch(path, 'merge', {
        metadata: { finalizers: ['example.com/b'], deletionTimestamp: null },
      }),
      200,
    );
    assert.equal(kept.metadata.deletionTimestamp, marked.metadata.deletionTimestamp);
    expectCode(await api.patch(path, 'merge', { data: { still: 'here' } }), 200);
    const last = expectCode(await api.patch(path, 'merge', { metadata: { finalizers: [] } }), 200);
    assert.equal(last.metadata.finalizers, undefined, 'the answer is the object as it was written');
    await isGone(path);
    assert.deepEqual(brief(await watch.take(5)), [
      'ADDED held',
      'MODIFIED held',
      'MODIFIED held',
      'MODIFIED held',
      'DELETED held',
    ]);
    await watch.close();
  });

  const policies: [said: string, query: string, body: Loose, finalizers: string[] | undefined][] = [
    ['nothing', '', undefined, undefined],
    ['Background', 'propagationPolicy=Background', undefined, undefined],
    ['Orphan', 'propagationPolicy=Orphan', undefined, ['orphan']],
    ['Foreground', '', { propagationPolicy: 'Foreground' }, ['foregroundDeletion']],
    ['orphanDependents', '', { orphanDependents: true }, ['orphan']],
    ['orphanDependents=false', 'orphanDependents=false', undefined, undefined],
  ];
  for (const [said, query, body, finalizers] of policies) {
    it(`propagation: ${said}`, async () => {
      await create(configMap('owner'));
      expectCode(await api.delete(`${collection}/owner?${query}`, body), 200);
      if (finalizers === undefined) return void (await isGone(`${collection}/owner`));
      const held = expectCode(await api.get(`${collection}/owner`), 200);
      assert.deepEqual(held.metadata.finalizers, finalizers);
      expectCode(await api.delete(`${collection}/owner?propagationPolicy=Background`), 200);
      await isGone(`${collection}/owner`);
    });
  }
});

describe('graceful deletion of pods', () => {
  const onNode = { nodeName: 'n1' };

  it('waits for the node, can be shortened, never prolonged', async () => {
    await create(pod('slow', { ...onNode, terminationGracePeriodSeconds: 40 }), pods);
    const path = `${pods}/slow`;
    const marked = expectCode(await api.delete(path), 200);
    assert.equal(marked.metadata.deletionGracePeriodSeconds, 40);
    assert.equal(marked.metadata.deletionTimestamp, '2026-01-01T00:00:40Z');
    const shorter = expectCode(await api.delete(`${path}?gracePeriodSeconds=10`), 200);
    assert.equal(shorter.metadata.deletionGracePeriodSeconds, 10);
    assert.equal(shorter.metadata.deletionTimestamp, '2026-01-01T00:00:10Z');
    const longer = expectCode(await api.delete(`${path}?gracePeriodSeconds=60`), 200);
    assert.equal(longer.metadata.deletionGracePeriodSeconds, 10);
    expectCode(await api.delete(`${path}?gracePeriodSeconds=0`), 200);
    await isGone(path);
  });

  const atOnce: [what: string, spec: object, phase: string | undefined][] = [
    ['on no node', {}, undefined],
    ['with no grace', { ...onNode, terminationGracePeriodSeconds: 0 }, undefined],
    ['finished', onNode, 'Succeeded'],
    ['failed', onNode, 'Failed'],
  ];
  for (const [what, spec, phase] of atOnce) {
    it(`pods ${what} go at once`, async () => {
      await create(pod('quick', spec), pods);
      if (phase) expectCode(await api.patch(`${pods}/quick/status`, 'merge', { status: { phase } }), 200);
      expectCode(await api.delete(`${pods}/quick`), 200);
      await isGone(`${pods}/quick`);
    });
  }
});

describe('delete of a collection', () => {
  const fill = async () => {
    for (const name of ['a', 'b', 'c']) {
      await api.post(
        collection,
        configMap(`batch-${name}`, {}, { labels: { batch: name === 'c' ? 'no' : 'yes' } }),
      );
    }
  };
  const left = async () =>
    expectCode(await api.get(`${collection}?labelSelector=batch`), 200).items.map(
      (item: Loose) => item.metadata.name,
    );

  it('by selector, answering with what was there', async () => {
    await fill();
    const answer = expectCode(await api.delete(`${collection}?labelSelector=batch%3Dyes`), 200);
    assert.equal(answer.kind, 'ConfigMapList');
    assert.deepEqual(
      answer.items.map((item: Loose) => item.metadata.name),
      ['batch-a', 'batch-b'],
    );
    assert.deepEqual(await left(), ['batch-c']);
  });

  it('with options for each', async () => {
    await fill();
    expectCode(await api.delete(`${collection}?labelSelector=batch`, { propagationPolicy: 'Orphan' }), 200);
    const list = expectCode(await api.get(`${collection}?labelSelector=batch`), 200);
    assert.ok(
      list.items.length === 3 && list.items.every((item: Loose) => item.metadata.finalizers[0] === 'orphan'),
    );
    expectCode(
      await api.delete(`${collection}?labelSelector=batch`, { propagationPolicy: 'Background' }),
      200,
    );
    assert.deepEqual(await left(), []);
  });

  it('not across namespaces', async () => {
    expectFailure(await api.delete('/api/v1/configmaps'), 405, 'MethodNotAllowed');
  });

  it('of a namespace touches no other', async () => {
    await api.post('/api/v1/namespaces', { metadata: { name: 'default-2' } });
    await api.post('/api/v1/namespaces/default-2/configmaps', configMap('spared'));
    await fill();
    expectCode(await api.delete(collection), 200);
    assert.deepEqual(expectCode(await api.get(collection), 200).items, []);
    expectCode(await api.get('/api/v1/namespaces/default-2/configmaps/spared'), 200);
  });
});

describe('namespaces', () => {
  it('terminate until they are finalized', async () => {
    await create({ metadata: { name: 'doomed' } }, '/api/v1/namespaces');
    const path = '/api/v1/namespaces/doomed';
    const marked = expectCode(await api.delete(path), 200);
    assert.equal(marked.status.phase, 'Terminating');
    assert.ok(marked.metadata.deletionTimestamp);
    const late = expectFailure(await api.post(`${path}/configmaps`, configMap('late')), 403, 'Forbidden');
    assert.equal(
      late.message,
      'configmaps "late" is forbidden: unable to create new content in namespace doomed because it is being terminated',
    );
    assert.equal(late.details?.causes?.[0]?.reason, 'NamespaceTerminating');
    expectCode(
      await api.put(`${path}/finalize`, { metadata: { name: 'doomed' }, spec: { finalizers: [] } }),
      200,
    );
    await isGone(path);
  });

  for (const name of ['default', 'kube-system', 'kube-public']) {
    it(`${name} never goes`, async () => {
      const status = expectFailure(await api.delete(`/api/v1/namespaces/${name}`), 403, 'Forbidden');
      assert.equal(status.message, `namespaces "${name}" is forbidden: this namespace may not be deleted`);
    });
  }
});

it('system priority classes stay', async () => {
  const path = '/apis/scheduling.k8s.io/v1/priorityclasses/system-node-critical';
  const status = expectFailure(await api.delete(path), 403, 'Forbidden');
  assert.equal(
    status.message,
    'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and cannot be deleted',
  );
});

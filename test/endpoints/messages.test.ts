import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { expectCode, expectFailure } from '../helpers/api.ts';
import { type Bench, bench } from './kit.ts';

let use: Bench;
before(async () => {
  use = await bench();
});
after(() => use.cluster.close());

const causesOf = async (path: string, body: object): Promise<string[]> =>
  expectFailure(await use.api.post(path, body), 422, 'Invalid').details!.causes!.map(
    ({ field, message }) => `${field}: ${message}`,
  );

describe('access reviews', () => {
  const path = '/apis/authorization.k8s.io/v1';

  it('refuse an empty question without naming a kind', async () => {
    const status = expectFailure(await use.api.post(`${path}/selfsubjectaccessreviews`, {}), 422, 'Invalid');
    assert.equal(
      status.message,
      '.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    );
    assert.equal(status.details?.kind, undefined);
  });

  it('of a namespace ask about that namespace', async () => {
    const local = `${path}/namespaces/default/localsubjectaccessreviews`;
    const review = (namespace: string) => ({
      spec: { user: 'ann', resourceAttributes: { namespace, verb: 'get', resource: 'pods' } },
    });
    assert.deepEqual(await causesOf(local, review('other')), [
      'spec.resourceAttributes.namespace: Invalid value: "other": must match metadata.namespace',
    ]);
    const { metadata } = expectCode(await use.api.post(local, review('default')), 201);
    assert.equal(metadata.namespace, 'default');
    const elsewhere = { metadata: { namespace: 'other' }, ...review('default') };
    expectFailure(await use.api.post(local, elsewhere), 400, 'BadRequest');
  });
});

describe('names', () => {
  it('of disruption budgets and events may be any that a path can have', async () => {
    const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
    expectCode(await use.api.post(budgets, { metadata: { name: 'A_b' } }), 201);
    assert.deepEqual(await causesOf(budgets, { metadata: { name: 'a/b' } }), [
      `metadata.name: Invalid value: "a/b": may not contain '/'`,
    ]);
    const event = {
      metadata: { name: 'A_b', namespace: 'default' },
      involvedObject: { namespace: 'default' },
    };
    expectCode(await use.api.post('/api/v1/namespaces/default/events', event), 201);
  });

  it('come after what the kind itself asks for, and only when that is right', async () => {
    const path = '/namespaces/default/events';
    const event = { metadata: { name: 'a/b' }, involvedObject: { namespace: 'other' } };
    const wrong = 'involvedObject.namespace: Invalid value: "other": does not match event.namespace';
    assert.deepEqual(await causesOf(`/api/v1${path}`, event), [wrong]);
    const regarding = { namespace: 'other' };
    const [first, second] = await causesOf(`/apis/events.k8s.io/v1${path}`, {
      metadata: { name: 'A_' },
      regarding,
    });
    assert.equal(first, wrong);
    assert.match(second ?? '', /^metadata\.name: Invalid value: "A_": a lowercase RFC 1123 subdomain/);
  });

  it('of a device class are looked at once they are made', async () => {
    const made = await use.api.post('/apis/resource.k8s.io/v1/deviceclasses', {
      metadata: { generateName: 'a'.repeat(300) },
    });
    assert.equal(expectCode(made, 201).metadata.name.length, 63);
  });

  it('of jobs that are too long for a label are told of the template, not of the job', async () => {
    const causes = await causesOf('/apis/batch/v1/namespaces/default/jobs', {
      metadata: { name: 'a'.repeat(64) },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } } },
    });
    assert.deepEqual([...new Set(causes.map((text) => text.split(':')[0]))], ['spec.template.labels']);
  });
});

describe('field selectors that a kind does not have', () => {
  const refusals: readonly (readonly [string, string])[] = [
    ['/apis/batch/v1/jobs', 'field label "a" not supported for Job'],
    [
      '/apis/resource.k8s.io/v1/resourceslices',
      'field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: a',
    ],
    ['/api/v1/pods', 'field label not supported: a'],
  ];
  for (const [path, message] of refusals) {
    it(path, async () => {
      const status = expectFailure(await use.api.get(`${path}?fieldSelector=a%3Db`), 400, 'BadRequest');
      assert.equal(status.message, message);
    });
  }
});

it('a scale without a name is refused before anybody looks for the workload', async () => {
  const path = '/apis/apps/v1/namespaces/default/deployments/none/scale';
  expectFailure(await use.api.put(path, {}), 400, 'BadRequest');
  expectFailure(await use.api.put(path, { metadata: { name: 'none' } }), 404, 'NotFound');
});

it('a namespace that is not the one meant says so in its own words', async () => {
  const answer = await use.api.delete('/api/v1/namespaces/default', { preconditions: { uid: 'x' } });
  const status = expectFailure(answer, 409, 'Conflict');
  assert.match(
    status.message ?? '',
    /^Operation cannot be fulfilled on namespaces "default": Precondition failed: UID in precondition: x, UID in object meta: /,
  );
  assert.equal(status.details?.kind, 'namespaces');
});

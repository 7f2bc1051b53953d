import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { expectCode, expectFailure, pod } from '../helpers/api.ts';
import { type Bench, bench } from './kit.ts';

let use: Bench;
before(async () => {
  use = await bench();
});
after(() => use.cluster.close());

const pods = '/api/v1/namespaces/default/pods';
const autoscalers = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';

it('an autoscaler whose policies are an empty list is refused, one without any gets the default', async () => {
  const { api } = use;
  const autoscaler = (name: string, behavior: object) => ({
    metadata: { name },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      maxReplicas: 3,
      behavior,
    },
  });
  for (const direction of ['scaleUp', 'scaleDown']) {
    const sent = autoscaler('a', { [direction]: { policies: [] } });
    const status = expectFailure(await api.post(autoscalers, sent), 422, 'Invalid');
    assert.equal(
      status.message,
      `HorizontalPodAutoscaler.autoscaling "a" is invalid: spec.behavior.${direction}.policies: Required value: must specify at least one Policy`,
    );
  }
  const made = expectCode(await api.post(autoscalers, autoscaler('a', { scaleUp: {} })), 201);
  assert.equal(made.spec.behavior.scaleUp.policies.length, 2);
  const emptied = { spec: { behavior: { scaleUp: { policies: [] } } } };
  expectFailure(await api.patch(`${autoscalers}/a`, 'merge', emptied), 422, 'Invalid');
});

it('empty lists that a pod of its kind may not have are refused, others are as if they were not there', async () => {
  const { api } = use;
  const groups = { securityContext: { supplementalGroups: [] } };
  const windows = await api.post(pods, pod('w', { os: { name: 'windows' }, ...groups }));
  assert.deepEqual(expectFailure(windows, 422, 'Invalid').details?.causes, [
    {
      reason: 'FieldValueForbidden',
      message: 'Forbidden: cannot be set for a windows pod',
      field: 'spec.securityContext.supplementalGroups',
    },
  ]);
  const claims = await api.post(pods, pod('c', { resources: { claims: [] } }));
  assert.match(expectFailure(claims, 422, 'Invalid').message ?? '', /claims may not be set for Resources at/);

  const container = { name: 'main', image: 'busybox:1', resources: { claims: [] } };
  const sent = pod('l', { ...groups, containers: [container] });
  const made = expectCode(await api.post(pods, sent), 201);
  assert.deepEqual(made.spec.securityContext, {});
  assert.deepEqual(made.spec.containers[0].resources, {});
  // A pod's spec cannot be changed; an empty list does not.
  const again = structuredClone(made);
  Object.assign(again.spec, groups);
  again.spec.containers[0].resources = { claims: [] };
  const { metadata } = expectCode(await api.put(`${pods}/l`, again), 200);
  assert.equal(metadata.resourceVersion, made.metadata.resourceVersion, 'nothing is written');
});

it('a slice has devices or counters, be they empty', async () => {
  const path = '/apis/resource.k8s.io/v1/resourceslices';
  const spec = { driver: 'd.example.com', pool: { name: 'p', resourceSliceCount: 1 }, allNodes: true };
  const slice = (lists: object) => ({ metadata: { name: 's' }, spec: { ...spec, ...lists } });
  const both = expectFailure(
    await use.api.post(path, slice({ devices: [], sharedCounters: [] })),
    422,
    'Invalid',
  );
  assert.match(both.message ?? '', /only one of `sharedCounters` or `devices` is allowed/);
  const made = expectCode(await use.api.post(path, slice({ devices: [] })), 201);
  assert.equal(made.spec.devices, undefined);
});

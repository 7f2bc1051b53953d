import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Api, brief, expectCode, expectFailure, type Loose } from '../helpers/api.ts';
import { assertSubset } from '../helpers/subset.ts';
import { type Bench, bench } from './kit.ts';

let use: Bench;
let api: Api;
before(async () => {
  use = await bench();
  api = use.api;
});
after(() => use.cluster.close());

describe('autoscaling/v1 and v2 are one object', () => {
  const v1 = '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers';
  const v2 = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const cpu = {
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } },
  };
  const memory = {
    type: 'Resource',
    resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } },
  };

  it('what v1 cannot say travels in annotations, there and back', async () => {
    const watch = await api.watch(`${v1}?watch=1`);
    const made = expectCode(
      await api.post(v2, {
        metadata: { name: 'web' },
        spec: { scaleTargetRef, maxReplicas: 5, metrics: [cpu, memory] },
      }),
      201,
    );
    const old = expectCode(await api.get(`${v1}/web`), 200);
    assertSubset(old, {
      apiVersion: 'autoscaling/v1',
      metadata: { uid: made.metadata.uid, resourceVersion: made.metadata.resourceVersion },
      spec: { targetCPUUtilizationPercentage: 60, maxReplicas: 5, metrics: undefined },
    });
    assert.match(old.metadata.annotations['autoscaling.alpha.kubernetes.io/metrics'], /memory/);
    const changed = expectCode(
      await api.put(`${v1}/web`, { ...old, spec: { ...old.spec, maxReplicas: 7 } }),
      200,
    );
    assert.equal(changed.apiVersion, 'autoscaling/v1');
    const now = expectCode(await api.get(`${v2}/web`), 200);
    assert.equal(now.spec.maxReplicas, 7);
    assert.deepEqual(
      [...now.spec.metrics].sort((a: Loose, b: Loose) => (a.resource.name < b.resource.name ? -1 : 1)),
      [cpu, memory],
    );
    assert.equal(now.metadata.annotations, undefined);
    const events = await watch.take(2);
    assert.deepEqual(brief(events), ['ADDED web', 'MODIFIED web']);
    assert.ok(events.every(({ object }) => object.apiVersion === 'autoscaling/v1'));
    await watch.close();
  });

  it('patches see the version they are sent to', async () => {
    const patched = expectCode(
      await api.patch(`${v1}/web`, 'merge', { spec: { targetCPUUtilizationPercentage: 80 } }),
      200,
    );
    assert.equal(patched.spec.targetCPUUtilizationPercentage, 80);
    const { metrics } = expectCode(await api.get(`${v2}/web`), 200).spec;
    assert.equal(
      metrics.find(({ resource }: Loose) => resource.name === 'cpu').resource.target.averageUtilization,
      80,
    );
    const list = expectCode(await api.get(v1), 200);
    assert.equal(list.apiVersion, 'autoscaling/v1');
    assert.equal(list.items[0].spec.targetCPUUtilizationPercentage, 80);
  });
});

describe('events are one store under two groups', () => {
  const core = '/api/v1/namespaces/default/events';
  const group = '/apis/events.k8s.io/v1/namespaces/default/events';
  const regarding = { apiVersion: 'v1', kind: 'Pod', name: 'web', namespace: 'default' };

  it('written in one, read in both', async () => {
    const watch = await api.watch(`${core}?watch=1`);
    const made = expectCode(
      await api.post(group, {
        metadata: { name: 'new' },
        eventTime: '2026-01-01T00:00:00.000001Z',
        reportingController: 'example.com/c',
        reportingInstance: 'c-1',
        action: 'Do',
        reason: 'Done',
        type: 'Normal',
        note: 'well',
        regarding,
      }),
      201,
    );
    assert.equal(made.apiVersion, 'events.k8s.io/v1');
    const old = expectCode(await api.get(`${core}/new`), 200);
    assertSubset(old, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { uid: made.metadata.uid, resourceVersion: made.metadata.resourceVersion },
      involvedObject: regarding,
      message: 'well',
      reportingComponent: 'example.com/c',
      reportingInstance: 'c-1',
    });
    expectCode(
      await api.post(core, {
        metadata: { name: 'old' },
        involvedObject: regarding,
        reason: 'R',
        message: 'm',
        count: 3,
        source: { component: 'k' },
      }),
      201,
    );
    assertSubset(expectCode(await api.get(`${group}/old`), 200), {
      regarding,
      note: 'm',
      deprecatedCount: 3,
      deprecatedSource: { component: 'k' },
    });
    for (const path of [core, group]) assert.equal(expectCode(await api.get(path), 200).items.length, 2);
    assert.equal(
      expectCode(await api.get(`${core}?fieldSelector=involvedObject.name%3Dweb,reason%3DDone`), 200).items
        .length,
      1,
    );
    assert.deepEqual(brief(await watch.take(2)), ['ADDED new', 'ADDED old']);
    await watch.close();
  });

  it('are forgotten after an hour', async () => {
    use.clock.advance(3_600_000);
    expectCode(await api.get(`${core}/old`), 200);
    use.clock.advance(61_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expectFailure(await api.get(`${core}/old`), 404, 'NotFound');
    assert.deepEqual(expectCode(await api.get(group), 200).items, []);
  });
});

describe('deprecated versions', () => {
  const cases: [path: string, warning: string | undefined][] = [
    [
      '/api/v1/namespaces/default/endpoints',
      'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
    ],
    ['/api/v1/componentstatuses', 'v1 ComponentStatus is deprecated in v1.19+'],
    ['/api/v1/namespaces/default/pods', undefined],
    ['/apis/discovery.k8s.io/v1/endpointslices', undefined],
  ];
  for (const [path, warning] of cases) {
    it(path, async () => {
      const answer = await api.get(path);
      assert.equal(answer.headers.get('warning'), warning === undefined ? null : `299 - "${warning}"`);
    });
  }

  it('what is off by default is not there', async () => {
    for (const path of [
      '/apis/resource.k8s.io/v1beta1/deviceclasses',
      '/apis/networking.k8s.io/v1beta1/ipaddresses',
    ]) {
      expectFailure(await api.get(path), 404, 'NotFound');
    }
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Loose } from '../helpers/api.ts';
import { podsPath, type Stage, stage } from './kit.ts';
import { type Autoscaling, autoscaling } from './metrics-beside.ts';
import { diesAfter } from './restarts.ts';

const deploymentsPath = '/apis/apps/v1/namespaces/default/deployments';
const autoscalersPath = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';
const resourcePath = '/apis/metrics.k8s.io/v1beta1/namespaces/default/pods';
const customPath = '/apis/custom.metrics.k8s.io';
const externalPath = '/apis/external.metrics.k8s.io/v1beta1/namespaces/default';

const deployment = (name: string, replicas: number) => ({
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          { name: 'main', image: 'i', resources: { requests: { cpu: '100m', memory: '100Mi' } } },
          { name: 'side', image: 'i', resources: { requests: { cpu: '100m', memory: '100Mi' } } },
        ],
      },
    },
  },
});

const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

const autoscaler = (spec: object, name = 'web', target: object = {}) => ({
  metadata: { name },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', ...target },
    minReplicas: 1,
    maxReplicas: 10,
    metrics: [cpu(50)],
    ...spec,
  },
});

interface Scene extends AsyncDisposable {
  readonly on: Stage;
  readonly scaling: Autoscaling;
  /** What `main` and `side` of every pod use from now on: `cpu('150m', '50m')`. */
  measure(main: Record<string, string>, side: Record<string, string>): Promise<void>;
  replicas(): Promise<number>;
  hpa(): Promise<Loose>;
  /** Reason and status by type. */
  conditions(): Promise<Record<string, string>>;
}

const running = [
  ...['deployment', 'replicaset', 'replicationcontroller', 'statefulset'],
  ...['scheduler', 'nodelifecycle'],
];

/** A deployment that runs and has long been ready. */
async function scene(replicas: number): Promise<Scene> {
  const on = await stage(running, { nodes: 2 });
  const scaling = await autoscaling(on);
  await on.create(deploymentsPath, deployment('web', replicas));
  await on.cluster.advance(600_000);
  const hpa = async () => on.get(`${autoscalersPath}/web`);
  return {
    on,
    scaling,
    async measure(main, side) {
      const timestamp = new Date(on.clock.now()).toISOString();
      scaling.answers[resourcePath] = {
        items: (await on.list(podsPath)).map(({ metadata: { name } }) => ({
          metadata: { name },
          ...{ timestamp, window: '30s' },
          containers: [
            { name: 'main', usage: main },
            { name: 'side', usage: side },
          ],
        })),
      };
    },
    replicas: async () => (await on.get(`${deploymentsPath}/web`)).spec.replicas,
    hpa,
    conditions: async () =>
      Object.fromEntries(
        (await hpa()).status.conditions.map(({ type, status, reason }: Loose) => [
          type,
          `${status} ${reason}`,
        ]),
      ),
    async [Symbol.asyncDispose]() {
      await scaling[Symbol.asyncDispose]();
      await on[Symbol.asyncDispose]();
    },
  };
}

const eventsOf = async (on: Stage, name = 'web'): Promise<string[]> =>
  (await on.list('/api/v1/namespaces/default/events'))
    .filter(({ involvedObject: { kind, name: of } }) => kind === 'HorizontalPodAutoscaler' && of === name)
    .map(({ type, reason, message }) => `${type} ${reason} ${message}`);

const conditionsOf = ({ status }: Loose): string[] =>
  status.conditions.map(
    ({ type, status: is, reason, message }: Loose) => `${type} ${is} ${reason}: ${message}`,
  );

describe('a HorizontalPodAutoscaler', () => {
  it('says that nobody serves metrics', async () => {
    await using on = await stage(['deployment', 'replicaset', 'horizontalpodautoscaling']);
    await on.create(deploymentsPath, deployment('web', 1));
    await on.create(autoscalersPath, autoscaler({}));
    const why =
      'failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from ' +
      'resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)';
    assert.deepEqual(conditionsOf(await on.get(`${autoscalersPath}/web`)), [
      "AbleToScale True SucceededGetScale: the HPA controller was able to get the target's current scale",
      `ScalingActive False FailedGetResourceMetric: the HPA was unable to compute the replica count: ${why}`,
    ]);
    assert.deepEqual((await eventsOf(on)).sort().reverse(), [
      `Warning FailedGetResourceMetric ${why}`,
      'Warning FailedComputeMetricsReplicas invalid metrics (1 invalid out of 1), first error is: ' +
        `failed to get cpu resource metric value: ${why}`,
    ]);
    await on.cluster.advance(15_000);
    const [event] = await on.list(
      '/api/v1/namespaces/default/events?fieldSelector=reason=FailedGetResourceMetric',
    );
    assert.equal(event!.count, 2);
  });

  it('grows by use of the processor, and shrinks when it was lower for five minutes', async () => {
    await using at = await scene(2);
    await at.measure({ cpu: '100m' }, { cpu: '100m' });
    await at.on.create(autoscalersPath, autoscaler({}));
    await at.scaling.settled();
    assert.equal(await at.replicas(), 4);
    const { status } = await at.hpa();
    assert.deepEqual(
      [status.currentReplicas, status.desiredReplicas, status.lastScaleTime !== undefined],
      [2, 4, true],
    );
    assert.deepEqual(status.currentMetrics, [
      {
        type: 'Resource',
        resource: { name: 'cpu', current: { averageUtilization: 100, averageValue: '200m' } },
      },
    ]);
    assert.deepEqual(conditionsOf(await at.hpa()), [
      'AbleToScale True SucceededRescale: the HPA controller was able to update the target scale to 4',
      'ScalingActive True ValidMetricFound: the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
      'ScalingLimited False DesiredWithinRange: the desired count is within the acceptable range',
    ]);
    assert.deepEqual(await eventsOf(at.on), [
      'Normal SuccessfulRescale New size: 4; reason: cpu resource utilization (percentage of request) above target',
    ]);

    await at.measure({ cpu: '25m' }, { cpu: '25m' });
    await at.scaling.advance(285_000);
    assert.equal(await at.replicas(), 4);
    assert.equal((await at.conditions())['AbleToScale'], 'True ScaleDownStabilized');
    await at.scaling.advance(30_000);
    assert.equal(await at.replicas(), 2);
    assert.ok(
      (await eventsOf(at.on)).includes(
        'Normal SuccessfulRescale New size: 2; reason: All metrics below target',
      ),
    );
  });

  it('stays as it is within the tolerance', async () => {
    await using at = await scene(2);
    await at.measure({ cpu: '55m' }, { cpu: '55m' });
    await at.on.create(autoscalersPath, autoscaler({}));
    await at.scaling.settled();
    assert.equal(await at.replicas(), 2);
    await at.on.merge(`${autoscalersPath}/web`, { spec: { behavior: { scaleUp: { tolerance: '0.05' } } } });
    await at.scaling.settled();
    assert.equal(await at.replicas(), 3);
  });

  it('keeps within its bounds', async () => {
    await using at = await scene(3);
    await at.measure({ cpu: '500m' }, { cpu: '500m' });
    await at.on.create(autoscalersPath, autoscaler({ maxReplicas: 5 }));
    await at.scaling.settled();
    assert.equal(await at.replicas(), 5);
    assert.equal((await at.conditions())['ScalingLimited'], 'True TooManyReplicas');
    await at.on.merge(`${autoscalersPath}/web`, { spec: { maxReplicas: 2 } });
    await at.scaling.settled();
    assert.equal(await at.replicas(), 2);
    await at.on.merge(`${autoscalersPath}/web`, { spec: { maxReplicas: 20, minReplicas: 6 } });
    await at.scaling.settled();
    assert.equal(await at.replicas(), 6);
    const events = await eventsOf(at.on);
    assert.ok(
      events.includes(
        'Normal SuccessfulRescale New size: 2; reason: Current number of replicas above Spec.MaxReplicas',
      ),
    );
    assert.ok(
      events.includes(
        'Normal SuccessfulRescale New size: 6; reason: Current number of replicas below Spec.MinReplicas',
      ),
    );
  });

  it('at once grows to twice as many at most', async () => {
    await using at = await scene(3);
    await at.measure({ cpu: '500m' }, { cpu: '500m' });
    await at.on.create(autoscalersPath, autoscaler({ maxReplicas: 100 }));
    await at.scaling.settled();
    assert.equal(await at.replicas(), 6);
    assert.equal((await at.conditions())['ScalingLimited'], 'True ScaleUpLimit');
  });

  it('takes pods that are starting for idle ones', async () => {
    await using at = await scene(1);
    await at.on.merge(`${deploymentsPath}/web`, { spec: { replicas: 2 } });
    await at.scaling.advance(15_000);
    await at.measure({ cpu: '100m' }, { cpu: '100m' });
    await at.on.create(autoscalersPath, autoscaler({}));
    await at.scaling.settled();
    // One at 100% of what it asked for and one at 0% are at the target.
    assert.equal(await at.replicas(), 2);
    await at.measure({ cpu: '100m' }, { cpu: '100m' });
    await at.scaling.advance(30_000);
    await at.measure({ cpu: '100m' }, { cpu: '100m' });
    await at.scaling.advance(15_000);
    assert.equal(await at.replicas(), 4);
  });

  it('takes pods that were not measured for busy ones before it shrinks', async () => {
    await using at = await scene(4);
    await at.measure({ cpu: '10m' }, { cpu: '10m' });
    const answer = at.scaling.answers[resourcePath] as { items: object[] };
    at.scaling.answers[resourcePath] = { items: answer.items.slice(0, 2) };
    await at.on.create(
      autoscalersPath,
      autoscaler({ behavior: { scaleDown: { stabilizationWindowSeconds: 0 } } }),
    );
    await at.scaling.settled();
    // Two of 10% and two of 100% want 4.4, which is no reason to shrink.
    assert.equal(await at.replicas(), 4);
  });

  it('says which container asks for nothing', async () => {
    await using at = await scene(1);
    await at.measure({ 'example.com/gpu': '1' }, { 'example.com/gpu': '1' });
    const metric = { name: 'example.com/gpu', target: { type: 'Utilization', averageUtilization: 50 } };
    await at.on.create(autoscalersPath, autoscaler({ metrics: [{ type: 'Resource', resource: metric }] }));
    await at.scaling.settled();
    const [pod] = await at.on.list(podsPath);
    assert.match(
      conditionsOf(await at.hpa())[1]!,
      new RegExp(
        `: failed to get example.com/gpu utilization: missing request for example.com/gpu in container main of Pod ${pod!.metadata.name}$`,
      ),
    );
  });
});

describe('what a HorizontalPodAutoscaler scales by', () => {
  it('is one container', async () => {
    await using at = await scene(2);
    await at.measure({ cpu: '100m', memory: '300Mi' }, { cpu: '0', memory: '1Mi' });
    const target = { type: 'AverageValue', averageValue: '100Mi' };
    const containerResource = { name: 'memory', container: 'main', target };
    await at.on.create(
      autoscalersPath,
      autoscaler({ metrics: [{ type: 'ContainerResource', containerResource }], maxReplicas: 5 }),
    );
    await at.scaling.settled();
    assert.equal(await at.replicas(), 4);
    assert.deepEqual((await at.hpa()).status.currentMetrics, [
      {
        type: 'ContainerResource',
        containerResource: { name: 'memory', container: 'main', current: { averageValue: '300Mi' } },
      },
    ]);
  });

  it('is a metric of pods', async () => {
    await using at = await scene(2);
    at.scaling.answers[customPath] = { versions: [{ version: 'v1beta1' }, { version: 'v1beta2' }] };
    const items = (await at.on.list(podsPath)).map(({ metadata }, nth) => ({
      describedObject: { kind: 'Pod', name: metadata.name },
      ...{ timestamp: '2026-01-01T00:00:00Z', value: `${nth + 2}` },
    }));
    at.scaling.answers[`${customPath}/v1beta1/namespaces/default/pods/*/requests`] = { items };
    const metric = { name: 'requests', selector: { matchLabels: { verb: 'GET' } } };
    await at.on.create(
      autoscalersPath,
      autoscaler({
        metrics: [{ type: 'Pods', pods: { metric, target: { type: 'AverageValue', averageValue: '1' } } }],
      }),
    );
    await at.scaling.settled();
    assert.equal(await at.replicas(), 4);
    assert.deepEqual((await at.hpa()).status.currentMetrics, [
      { type: 'Pods', pods: { metric, current: { averageValue: '2500m' } } },
    ]);
    assert.ok(
      at.scaling.asked.includes(
        `GET ${customPath}/v1beta1/namespaces/default/pods/*/requests?labelSelector=app%3Dweb&metricLabelSelector=verb%3DGET`,
      ),
    );
  });

  it('is a metric of an object', async () => {
    await using at = await scene(2);
    at.scaling.answers[customPath] = { versions: [{ version: 'v1beta2' }] };
    const root = `${customPath}/v1beta2/namespaces/default`;
    at.scaling.answers[`${root}/ingresses.networking.k8s.io/door/hits`] = { items: [{ value: '300' }] };
    const describedObject = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'door' };
    const object = (target: object) => [
      { type: 'Object', object: { describedObject, metric: { name: 'hits' }, target } },
    ];
    await at.on.create(autoscalersPath, autoscaler({ metrics: object({ type: 'Value', value: '200' }) }));
    await at.scaling.settled();
    assert.equal(await at.replicas(), 3);
    assert.match((await eventsOf(at.on))[0]!, /New size: 3; reason: Ingress metric hits above target$/);
    await at.on.merge(`${autoscalersPath}/web`, {
      spec: { metrics: object({ type: 'AverageValue', averageValue: '50' }) },
    });
    await at.scaling.settled();
    assert.equal(await at.replicas(), 6);
    assert.deepEqual((await at.hpa()).status.currentMetrics[0].object.current, { averageValue: '100' });
  });

  it('is a metric of something else', async () => {
    await using at = await scene(1);
    at.scaling.answers[`${externalPath}/queue`] = { items: [{ value: '3' }, { value: '2500m' }] };
    const external = { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '2' } };
    await at.on.create(autoscalersPath, autoscaler({ metrics: [{ type: 'External', external }] }));
    await at.scaling.settled();
    assert.equal(await at.replicas(), 3);
    assert.match((await eventsOf(at.on))[0]!, /reason: external metric queue\(nil\) above target$/);
  });

  it('is missing: what there is still lets it grow, but not shrink', async () => {
    await using at = await scene(2);
    await at.measure({ cpu: '100m' }, { cpu: '100m' });
    const external = { metric: { name: 'queue' }, target: { type: 'Value', value: '2' } };
    const metrics = [{ type: 'External', external }, cpu(50)];
    await at.on.create(autoscalersPath, autoscaler({ metrics }));
    await at.scaling.settled();
    assert.equal(await at.replicas(), 4);
    assert.deepEqual(
      (await at.hpa()).status.currentMetrics.map(({ type }: Loose) => type),
      ['', 'Resource'],
    );
    assert.ok(
      (await eventsOf(at.on)).includes(
        'Warning FailedGetExternalMetric unable to get external metric default/queue/nil: unable to fetch metrics from ' +
          'external metrics API: the server could not find the requested resource (get queue.external.metrics.k8s.io)',
      ),
    );
    await at.measure({ cpu: '1m' }, { cpu: '1m' });
    await at.scaling.advance(330_000);
    assert.equal(await at.replicas(), 4);
    assert.equal((await at.conditions())['ScalingActive'], 'False FailedGetExternalMetric');
  });

  it('is a custom metric that nobody serves', async () => {
    await using at = await scene(1);
    const pods = { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '1' } };
    await at.on.create(autoscalersPath, autoscaler({ metrics: [{ type: 'Pods', pods }] }));
    await at.scaling.settled();
    assert.match(
      conditionsOf(await at.hpa())[1]!,
      /: unable to get metric m: unable to fetch metrics from custom metrics API: no custom metrics API \(custom\.metrics\.k8s\.io\) registered$/,
    );
  });

  it('is served by somebody who is not there', async () => {
    await using at = await scene(1);
    at.scaling.answers[resourcePath] = 503;
    await at.on.create(autoscalersPath, autoscaler({}));
    await at.scaling.settled();
    assert.match(
      conditionsOf(await at.hpa())[1]!,
      /: the server is currently unable to handle the request \(get pods\.metrics\.k8s\.io\)$/,
    );
  });
});

describe('the behavior of a HorizontalPodAutoscaler', () => {
  it('limits by how much it grows', async () => {
    await using at = await scene(2);
    await at.measure({ cpu: '500m' }, { cpu: '500m' });
    const policies = [
      { type: 'Pods', value: 1, periodSeconds: 60 },
      { type: 'Percent', value: 10, periodSeconds: 60 },
    ];
    await at.on.create(autoscalersPath, autoscaler({ behavior: { scaleUp: { policies } } }));
    await at.scaling.settled();
    assert.equal(await at.replicas(), 3);
    assert.equal((await at.conditions())['ScalingLimited'], 'True ScaleUpLimit');
    await at.scaling.advance(45_000);
    assert.equal(await at.replicas(), 3);
    await at.scaling.advance(15_000);
    assert.equal(await at.replicas(), 4);
  });

  it('limits by how much it shrinks', async () => {
    await using at = await scene(8);
    await at.measure({ cpu: '1m' }, { cpu: '1m' });
    const policies = [
      { type: 'Pods', value: 1, periodSeconds: 60 },
      { type: 'Percent', value: 25, periodSeconds: 60 },
    ];
    const scaleDown = { policies, stabilizationWindowSeconds: 0, selectPolicy: 'Min' };
    await at.on.create(autoscalersPath, autoscaler({ behavior: { scaleDown } }));
    await at.scaling.settled();
    assert.equal(await at.replicas(), 7);
    assert.equal((await at.conditions())['ScalingLimited'], 'True ScaleDownLimit');
    await at.on.merge(`${autoscalersPath}/web`, {
      spec: { behavior: { scaleDown: { selectPolicy: 'Max' } } },
    });
    await at.scaling.settled();
    // A quarter of the eight that there were a minute ago.
    assert.equal(await at.replicas(), 6);
  });

  it('forbids to shrink', async () => {
    await using at = await scene(4);
    await at.measure({ cpu: '1m' }, { cpu: '1m' });
    const scaleDown = { stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' };
    await at.on.create(autoscalersPath, autoscaler({ behavior: { scaleDown } }));
    await at.scaling.advance(330_000);
    assert.equal(await at.replicas(), 4);
    assert.equal((await at.conditions())['ScalingLimited'], 'True ScaleDownLimit');
  });

  it('waits before it grows', async () => {
    await using at = await scene(2);
    await at.measure({ cpu: '50m' }, { cpu: '50m' });
    await at.on.create(
      autoscalersPath,
      autoscaler({ behavior: { scaleUp: { stabilizationWindowSeconds: 60 } } }),
    );
    await at.scaling.settled();
    await at.measure({ cpu: '100m' }, { cpu: '100m' });
    await at.scaling.advance(45_000);
    assert.equal(await at.replicas(), 2);
    assert.equal((await at.conditions())['AbleToScale'], 'True ScaleUpStabilized');
    await at.scaling.advance(30_000);
    assert.equal(await at.replicas(), 4);
  });

  it('is the same after a restart, but what was recommended before is forgotten', async () => {
    await using at = await scene(2);
    await at.measure({ cpu: '100m' }, { cpu: '100m' });
    await at.on.create(autoscalersPath, autoscaler({}));
    await at.scaling.settled();
    await at.measure({ cpu: '25m' }, { cpu: '25m' });
    await at.scaling.advance(285_000);
    await at.scaling.restart();
    await at.scaling.advance(285_000);
    assert.equal(await at.replicas(), 4);
    await at.scaling.advance(30_000);
    assert.equal(await at.replicas(), 2);
  });
});

describe('the target of a HorizontalPodAutoscaler', () => {
  it('may be of a kind of its own', async () => {
    await using at = await scene(2);
    const { answers, asked } = at.scaling;
    const scalePath = '/apis/example.com/v1/namespaces/default/farms/f/scale';
    answers['/apis/example.com'] = { versions: [{ version: 'v1' }] };
    answers['/apis/example.com/v1'] = {
      resources: [
        { name: 'farms/status', kind: 'Farm' },
        { name: 'farms', kind: 'Farm' },
      ],
    };
    answers[scalePath] = { spec: { replicas: 2 }, status: { replicas: 2 } };
    const target = { apiVersion: 'example.com/v1beta1', kind: 'Farm', name: 'f' };
    await at.on.create(autoscalersPath, autoscaler({}, 'web', target));
    await at.scaling.settled();
    assert.equal((await at.conditions())['ScalingActive'], 'False InvalidSelector');
    assert.ok((await eventsOf(at.on)).includes('Warning SelectorRequired selector is required'));
    await at.measure({ cpu: '150m' }, { cpu: '150m' });
    answers[scalePath] = { spec: { replicas: 2 }, status: { replicas: 2, selector: 'app=web' } };
    assert.ok(!asked.includes(`PUT ${scalePath}`));
    await at.scaling.advance(15_000);
    assert.ok(asked.includes(`PUT ${scalePath}`));
    assert.equal((await at.hpa()).status.desiredReplicas, 4);
  });

  for (const [kind, apiVersion, path] of [
    ['StatefulSet', 'apps/v1', '/apis/apps/v1/namespaces/default/statefulsets'],
    ['ReplicaSet', 'apps/v1', '/apis/apps/v1/namespaces/default/replicasets'],
    ['ReplicationController', 'v1', '/api/v1/namespaces/default/replicationcontrollers'],
  ] as const) {
    it(`may be a ${kind}`, async () => {
      await using at = await scene(2);
      const { spec } = deployment('other', 2);
      const selector = kind === 'ReplicationController' ? spec.selector.matchLabels : spec.selector;
      await at.on.create(path, {
        metadata: { name: 'other' },
        spec: { ...spec, selector, ...(kind === 'StatefulSet' ? { serviceName: 's' } : {}) },
      });
      await at.on.cluster.advance(600_000);
      await at.measure({ cpu: '100m' }, { cpu: '100m' });
      await at.on.create(autoscalersPath, autoscaler({}, 'web', { kind, apiVersion, name: 'other' }));
      await at.scaling.settled();
      assert.equal((await at.on.get(`${path}/other`)).spec.replicas, 4);
    });
  }

  it('is not there', async () => {
    await using at = await scene(1);
    await at.on.create(autoscalersPath, autoscaler({}, 'web', { name: 'nobody' }));
    await at.scaling.settled();
    const message = `deployments.apps "nobody" not found`;
    assert.deepEqual(conditionsOf(await at.hpa()), [
      `AbleToScale False FailedGetScale: the HPA controller was unable to get the target's current scale: ${message}`,
    ]);
    assert.deepEqual(await eventsOf(at.on), [`Warning FailedGetScale ${message}`]);
    await at.on.create(autoscalersPath, autoscaler({}, 'other', { kind: 'Nothing' }));
    await at.scaling.settled();
    assert.deepEqual(await eventsOf(at.on, 'other'), [
      'Warning FailedGetScale no matches for kind "Nothing" in group "apps"',
    ]);
  });

  it('of no replicas is left alone', async () => {
    await using at = await scene(0);
    await at.on.create(autoscalersPath, autoscaler({}));
    await at.scaling.settled();
    assert.equal(await at.replicas(), 0);
    assert.deepEqual(conditionsOf(await at.hpa()).slice(1), [
      'ScalingActive False ScalingDisabled: scaling is disabled since the replica count of the target is zero',
    ]);
  });

  it('belongs to one of them only', async () => {
    await using at = await scene(1);
    await at.measure({ cpu: '100m' }, { cpu: '100m' });
    await at.on.create(autoscalersPath, autoscaler({ maxReplicas: 1 }, 'other'));
    await at.on.create(autoscalersPath, autoscaler({}));
    await at.scaling.settled();
    assert.deepEqual(conditionsOf(await at.hpa()).slice(1), [
      'ScalingActive False AmbiguousSelector: pods by selector app=web are controlled by multiple HPAs: [{other default} {web default}]',
    ]);
    await at.on.delete(`${autoscalersPath}/other`);
    await at.scaling.advance(15_000);
    assert.equal(await at.replicas(), 2);
  });
});

it('an autoscaler ends in the same state wherever its controller dies', async () => {
  const sizes = new Set<number>();
  let deaths = 0;
  for (let writes = 1, died = true; died; writes++) {
    await using on = await stage([]);
    const controllers = ['horizontalpodautoscaling', 'deployment', 'replicaset'];
    const scenario = async (settled: () => Promise<void>) => {
      await on.create(deploymentsPath, deployment('web', 1));
      await on.create(autoscalersPath, autoscaler({ minReplicas: 3 }));
      await settled();
    };
    died = await diesAfter(on, controllers, writes, scenario, (settled) => settled());
    deaths += Number(died);
    sizes.add((await on.list(podsPath)).length);
  }
  assert.ok(deaths > 5);
  assert.deepEqual([...sizes], [3]);
});

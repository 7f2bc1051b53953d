import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cloneJson, type KubeObject } from '../../src/apimachinery/object.ts';
import { definition } from '../../src/resources/autoscaling/horizontalpodautoscalers/definition.ts';
import { cells, columns, contextOf, defaulted, manifest, problems, updateProblems } from './helper.ts';

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const hpa = (
  spec: Record<string, unknown> = {},
  metadata: KubeObject['metadata'] = {},
  status?: Record<string, unknown>,
) =>
  manifest(
    definition,
    { spec: { scaleTargetRef, maxReplicas: 5, ...spec }, ...(status ? { status } : {}) },
    metadata,
  );

const v1 = definition.versions.find(({ version }) => version === 'v1')!;
const prefix = 'autoscaling.alpha.kubernetes.io/';
const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

describe('defaults', () => {
  test('v2', () => {
    assert.deepEqual(defaulted(definition, hpa())['spec'], {
      scaleTargetRef,
      maxReplicas: 5,
      minReplicas: 1,
      metrics: [cpu(80)],
    });
  });
  test('behavior, each missing field', () => {
    const { behavior } = defaulted(definition, hpa({ behavior: { scaleUp: { selectPolicy: 'Min' } } }))[
      'spec'
    ] as { behavior: unknown };
    assert.deepEqual(behavior, {
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: 'Min',
        policies: [
          { type: 'Pods', value: 4, periodSeconds: 15 },
          { type: 'Percent', value: 100, periodSeconds: 15 },
        ],
      },
      scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
    });
  });
  test('v1', () => {
    assert.deepEqual(defaulted(definition, hpa(), 'v1')['spec'], {
      scaleTargetRef,
      maxReplicas: 5,
      minReplicas: 1,
    });
  });
});

describe('autoscaling/v1', () => {
  test('a plain autoscaler', () => {
    const stored = v1.toStored!(hpa({ targetCPUUtilizationPercentage: 50 }));
    assert.deepEqual(stored['spec'], { scaleTargetRef, maxReplicas: 5, metrics: [cpu(50)] });
    const back = v1.fromStored!(stored);
    assert.deepEqual(back['spec'], { scaleTargetRef, maxReplicas: 5, targetCPUUtilizationPercentage: 50 });
    assert.equal(back.metadata.annotations, undefined);
    assert.deepEqual((v1.toStored!(hpa())['spec'] as { metrics: unknown }).metrics, [cpu(80)]);
  });

  test('what it has no fields for goes through annotations and back', () => {
    const selector = { matchLabels: { verb: 'GET' } };
    const describedObject = { kind: 'Service', name: 'web', apiVersion: 'v1' };
    const spec = {
      minReplicas: 2,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } },
        },
        {
          type: 'ContainerResource',
          containerResource: {
            name: 'cpu',
            container: 'c',
            target: { type: 'Utilization', averageUtilization: 70 },
          },
        },
        {
          type: 'Pods',
          pods: { metric: { name: 'rps', selector }, target: { type: 'AverageValue', averageValue: '100m' } },
        },
        {
          type: 'Object',
          object: { describedObject, metric: { name: 'hits' }, target: { type: 'Value', value: '2k' } },
        },
        {
          type: 'External',
          external: {
            metric: { name: 'queue', selector },
            target: { type: 'AverageValue', averageValue: '3' },
          },
        },
        cpu(60),
      ],
      behavior: {
        scaleDown: {
          selectPolicy: 'Disabled',
          policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
          tolerance: '50m',
        },
      },
    };
    const status = {
      currentReplicas: 2,
      desiredReplicas: 3,
      currentMetrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', current: { averageUtilization: 55, averageValue: '110m' } },
        },
        { type: 'Pods', pods: { metric: { name: 'rps', selector }, current: { averageValue: '7' } } },
      ],
      conditions: [
        {
          type: 'AbleToScale',
          status: 'True',
          lastTransitionTime: '2026-01-01T00:00:00Z',
          reason: 'Ready',
          message: 'm',
        },
      ],
    };
    const stored = hpa(spec, { annotations: { own: 'x' } }, status);
    const shown = v1.fromStored!(cloneJson(stored));
    assert.deepEqual(shown['spec'], {
      scaleTargetRef,
      maxReplicas: 5,
      minReplicas: 2,
      targetCPUUtilizationPercentage: 60,
    });
    assert.deepEqual(shown['status'], {
      currentReplicas: 2,
      desiredReplicas: 3,
      currentCPUUtilizationPercentage: 55,
    });
    const annotations = shown.metadata.annotations!;
    assert.deepEqual(JSON.parse(annotations[`${prefix}metrics`]!)[3], {
      type: 'Object',
      object: { target: describedObject, metricName: 'hits', targetValue: '2k' },
    });
    assert.deepEqual(JSON.parse(annotations[`${prefix}behavior`]!).ScaleDown.Policies, [
      { Type: 'Pods', Value: 1, PeriodSeconds: 60 },
    ]);
    assert.deepEqual(Object.keys(annotations).sort(), [
      `${prefix}behavior`,
      `${prefix}conditions`,
      `${prefix}current-metrics`,
      `${prefix}metrics`,
      'own',
    ]);
    assert.deepEqual(v1.toStored!(shown), stored);
  });

  test('annotations that cannot be read are dropped', () => {
    const garbage = [
      '',
      '{',
      'null',
      '7',
      '[7]',
      '{"a":1}',
      '[{"type":3}]',
      '[{"type":"Pods","pods":[]}]',
      '[{"type":"Pods","pods":{"targetAverageValue":"x"}}]',
      '{"__proto__":{"ScaleUp":{}}}',
    ];
    for (const text of garbage) {
      const annotations = Object.fromEntries(
        ['metrics', 'behavior', 'current-metrics', 'conditions'].map((name) => [`${prefix}${name}`, text]),
      );
      const stored = v1.toStored!(hpa({}, { annotations }));
      assert.deepEqual(stored['spec'], { scaleTargetRef, maxReplicas: 5, metrics: [cpu(80)] }, text);
      assert.equal(stored.metadata.annotations, undefined);
    }
  });

  test('v2 does not take them', () => {
    const object = hpa({}, { annotations: { [`${prefix}metrics`]: '[]', own: 'x' } });
    definition.strategy.prepareForCreate!(object, contextOf());
    assert.deepEqual(object.metadata.annotations, { own: 'x' });
  });
});

describe('validation', () => {
  const pods = (target: unknown) => ({ type: 'Pods', pods: { metric: { name: 'm' }, target } });
  const table: [string, Record<string, unknown>, string[]][] = [
    ['good', {}, []],
    [
      'replicas',
      { minReplicas: 0, maxReplicas: -1 },
      [
        'spec.minReplicas: Invalid value: 0: must be greater than or equal to 1',
        'spec.maxReplicas: Invalid value: -1: must be greater than or equal to 1',
        'spec.maxReplicas: Invalid value: -1: must be greater than or equal to `minReplicas`',
        'spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas',
      ],
    ],
    [
      'no target',
      { scaleTargetRef: {} },
      [
        'spec.scaleTargetRef.kind: Required value',
        'spec.scaleTargetRef.name: Required value',
        'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group',
      ],
    ],
    [
      'target of the core group',
      { scaleTargetRef: { kind: 'ReplicationController', name: 'rc', apiVersion: 'v1' } },
      [],
    ],
    [
      'api version',
      { scaleTargetRef: { ...scaleTargetRef, apiVersion: 'a/b/c' } },
      ['spec.scaleTargetRef.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c'],
    ],
    [
      'metric types',
      { metrics: [{ type: 'Moon' }, { type: 'Pods' }, { ...cpu(80), pods: pods({}).pods }] },
      [
        ...Array(2).fill(
          'spec.metrics[0].type: Unsupported value: "Moon": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
        ),
        'spec.metrics[1].pods: Required value: must populate information for the given metric source',
        'spec.metrics[2].pods.target.type: Required value: must specify a metric target type',
        'spec.metrics[2].pods.target.type: Invalid value: "": must be either Utilization, Value, or AverageValue',
        'spec.metrics[2].pods.target.averageValue: Required value: must specify a positive target averageValue',
        'spec.metrics[2].pods: Forbidden: must populate the given metric source only',
      ],
    ],
    [
      'metric targets',
      {
        metrics: [
          {
            type: 'Resource',
            resource: {
              name: 'cpu',
              target: { type: 'Utilization', averageUtilization: 0, averageValue: '0' },
            },
          },
          { type: 'ContainerResource', containerResource: { name: 'cpu', target: { type: 'Value' } } },
        ],
      },
      [
        'spec.metrics[0].resource.target.averageValue: Invalid value: "0": must be positive',
        'spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
        'spec.metrics[0].resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization',
        'spec.metrics[1].containerResource.container: Required value: must specify a container',
        'spec.metrics[1].containerResource.target.averageUtilization: Required value: must set either a target raw value or a target utilization',
      ],
    ],
    [
      'behavior',
      {
        behavior: {
          scaleUp: { stabilizationWindowSeconds: 3601, selectPolicy: 'Best', policies: [] },
          scaleDown: { policies: [{ type: 'Nodes', value: 0, periodSeconds: 1801 }] },
        },
      },
      [
        'spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600',
        'spec.behavior.scaleUp.selectPolicy: Unsupported value: "Best": supported values: "Disabled", "Max", "Min"',
        'spec.behavior.scaleUp.policies: Required value: must specify at least one Policy',
        'spec.behavior.scaleDown.policies[0].type: Unsupported value: "Nodes": supported values: "Percent", "Pods"',
        'spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero',
        'spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800',
      ],
    ],
  ];
  for (const [name, spec, expected] of table) {
    test(name, () => assert.deepEqual(problems(definition, hpa(spec)), expected));
  }

  test('what was bad before may stay', () => {
    const old = hpa({
      scaleTargetRef: { kind: 'Deployment', name: 'web' },
      minReplicas: 0,
      metrics: [cpu(80)],
    });
    assert.deepEqual(
      updateProblems(definition, hpa({ ...(old['spec'] as object), minReplicas: 1 }), old),
      [],
    );
    assert.deepEqual(updateProblems(definition, hpa({}, {}, { desiredReplicas: -1 }), old, 'status'), [
      'status.desiredReplicas: Invalid value: -1: must be greater than or equal to 0',
    ]);
  });
});

test('table', () => {
  assert.deepEqual(columns(definition), [
    'Name',
    'Reference',
    'Targets',
    'MinPods',
    'MaxPods',
    'Replicas',
    'Age',
  ]);
  const memory = {
    type: 'Resource',
    resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } },
  };
  const external = {
    type: 'External',
    external: { metric: { name: 'q' }, target: { type: 'Value', value: '3' } },
  };
  const object = hpa(
    { minReplicas: 2, metrics: [cpu(80), memory, external] },
    { creationTimestamp: '2025-12-31T23:59:00Z' },
    {
      currentReplicas: 3,
      currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 12 } } }],
    },
  );
  assert.deepEqual(cells(definition, object), [
    'x',
    'Deployment/web',
    'cpu: 12%/80%, memory: <unknown>/1Gi + 1 more...',
    '2',
    5,
    3,
    '60s',
  ]);
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { definition as controllerRevisions } from '../../src/resources/apps/controllerrevisions/definition.ts';
import { definition as daemonSets } from '../../src/resources/apps/daemonsets/definition.ts';
import { definition as deployments } from '../../src/resources/apps/deployments/definition.ts';
import { definition as replicaSets } from '../../src/resources/apps/replicasets/definition.ts';
import { definition as statefulSets } from '../../src/resources/apps/statefulsets/definition.ts';
import type { ResourceDefinition } from '../../src/scheme/definition.ts';
import { cells, columns, contextOf, defaulted, manifest, problems, updateProblems } from './helper.ts';

const labels = { app: 'web' };
const selector = { matchLabels: labels };
const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx:1' }] } };

const workload = (
  definition: ResourceDefinition,
  spec: Record<string, unknown> = {},
  metadata: KubeObject['metadata'] = {},
  status?: Record<string, unknown>,
) => manifest(definition, { spec: { selector, template, ...spec }, ...(status ? { status } : {}) }, metadata);

describe('defaults', () => {
  const withoutTemplate = (definition: ResourceDefinition, spec: Record<string, unknown> = {}) => {
    const {
      template: _,
      selector: __,
      ...rest
    } = defaulted(definition, workload(definition, spec))['spec'] as Record<string, unknown>;
    return rest;
  };
  const table: [string, ResourceDefinition, Record<string, unknown>, Record<string, unknown>][] = [
    [
      'deployment',
      deployments,
      {},
      {
        replicas: 1,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
      },
    ],
    [
      'deployment that recreates',
      deployments,
      { strategy: { type: 'Recreate' }, replicas: 0 },
      { replicas: 0, strategy: { type: 'Recreate' }, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
    ],
    ['replica set', replicaSets, {}, { replicas: 1 }],
    [
      'daemon set',
      daemonSets,
      {},
      {
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
        revisionHistoryLimit: 10,
      },
    ],
    [
      'stateful set',
      statefulSets,
      { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] },
      {
        podManagementPolicy: 'OrderedReady',
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        replicas: 1,
        revisionHistoryLimit: 10,
        volumeClaimTemplates: [
          {
            apiVersion: 'v1',
            kind: 'PersistentVolumeClaim',
            metadata: { name: 'data' },
            spec: { volumeMode: 'Filesystem' },
            status: { phase: 'Pending' },
          },
        ],
      },
    ],
    [
      'stateful set updated by deletion',
      statefulSets,
      { updateStrategy: { type: 'OnDelete' } },
      {
        podManagementPolicy: 'OrderedReady',
        updateStrategy: { type: 'OnDelete' },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        replicas: 1,
        revisionHistoryLimit: 10,
      },
    ],
  ];
  for (const [name, definition, spec, expected] of table) {
    test(name, () => assert.deepEqual(withoutTemplate(definition, spec), expected));
  }

  test('templates get pod defaults, also when the spec is missing', () => {
    for (const definition of [deployments, replicaSets, daemonSets, statefulSets]) {
      const { spec } = defaulted(definition, manifest(definition, {})) as unknown as {
        spec: { template: { spec: { restartPolicy: string } } };
      };
      assert.equal(spec.template.spec.restartPolicy, 'Always');
    }
  });
});

describe('validation', () => {
  const mismatch = '`selector` does not match template `labels`';
  const table: [string, ResourceDefinition, Record<string, unknown>, string[]][] = [
    ['good deployment', deployments, {}, []],
    ['good replica set', replicaSets, {}, []],
    ['good daemon set', daemonSets, {}, []],
    ['good stateful set', statefulSets, { serviceName: 'web' }, []],
    [
      'no selector',
      deployments,
      { selector: undefined },
      [
        'spec.selector: Required value',
        `spec.template.metadata.labels: Invalid value: {"app":"web"}: ${mismatch}`,
      ],
    ],
    [
      'empty selector',
      replicaSets,
      { selector: {} },
      ['spec.selector: Invalid value: {}: empty selector is invalid for deployment'],
    ],
    [
      'selector of others',
      daemonSets,
      { selector: { matchLabels: { app: 'db' } } },
      [`spec.template.metadata.labels: Invalid value: {"app":"web"}: ${mismatch}`],
    ],
    [
      'pods that end',
      deployments,
      {
        template: {
          ...template,
          spec: { ...template.spec, restartPolicy: 'Never', activeDeadlineSeconds: 5 },
        },
      },
      [
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
      ],
    ],
    [
      'container without an image',
      deployments,
      { template: { ...template, spec: { containers: [{ name: 'c' }] } } },
      ['spec.template.spec.containers[0].image: Required value'],
    ],
    [
      'deployment numbers',
      deployments,
      { replicas: -1, progressDeadlineSeconds: 5, minReadySeconds: 5 },
      [
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds',
      ],
    ],
    [
      'rolling update of a recreating deployment',
      deployments,
      { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      'deployment that cannot move',
      deployments,
      { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '0%' } } },
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "0%": may not be 0 when `maxSurge` is 0'],
    ],
    [
      'no percentage',
      deployments,
      { strategy: { rollingUpdate: { maxSurge: 'many', maxUnavailable: '101%' } } },
      [
        `spec.strategy.rollingUpdate.maxSurge: Invalid value: "many": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`,
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
      ],
    ],
    [
      'strategy of another kind',
      deployments,
      { strategy: { type: 'OnDelete' } },
      [
        'spec.strategy: Unsupported value: {"Type":"OnDelete","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
      ],
    ],
    [
      'daemon set with both',
      daemonSets,
      { updateStrategy: { rollingUpdate: { maxSurge: 1 } } },
      [
        'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero',
      ],
    ],
    [
      'daemon set with neither',
      daemonSets,
      { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } },
      ['spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0'],
    ],
    [
      'stateful set words',
      statefulSets,
      {
        podManagementPolicy: 'Any',
        updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } },
        persistentVolumeClaimRetentionPolicy: { whenScaled: 'Keep' },
        ordinals: { start: -1 },
        serviceName: 'No.Label',
      },
      [
        `spec.podManagementPolicy: Invalid value: "Any": must be 'OrderedReady' or 'Parallel'`,
        `spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy 'RollingUpdate'`,
        'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Keep": supported values: "Retain", "Delete"',
        'spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0',
        `spec.serviceName: Invalid value: "No.Label": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
      ],
    ],
    [
      'mount of a claim template',
      statefulSets,
      {
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
        template: {
          ...template,
          spec: {
            containers: [
              { ...template.spec.containers[0], volumeMounts: [{ name: 'data', mountPath: '/d' }] },
            ],
          },
        },
      },
      [],
    ],
  ];
  for (const [name, definition, spec, expected] of table) {
    test(name, () => assert.deepEqual(problems(definition, workload(definition, spec)), expected));
  }

  test('names of stateful sets are DNS labels', () => {
    assert.deepEqual(problems(statefulSets, workload(statefulSets, {}, { name: 'a.b' })), [
      'metadata.name: must not contain dots',
    ]);
    assert.deepEqual(problems(deployments, workload(deployments, {}, { name: 'a.b' })), []);
  });

  test('controller revisions record data', () => {
    assert.deepEqual(problems(controllerRevisions, manifest(controllerRevisions, { revision: -1 })), [
      'revision: Invalid value: -1: must be greater than or equal to 0',
      'data: Required value: data is mandatory',
    ]);
    assert.deepEqual(problems(controllerRevisions, manifest(controllerRevisions, { data: ['x'] })), [
      'data: Required value: data must be a valid JSON object',
    ]);
    const revision = (data: unknown) => manifest(controllerRevisions, { data, revision: 1 });
    assert.deepEqual(updateProblems(controllerRevisions, revision({ a: 2 }), revision({ a: 1 })), [
      'data: Invalid value: {"a":2}: field is immutable',
    ]);
  });
});

describe('updates', () => {
  const relabeled = {
    selector: { matchLabels: { app: 'db' } },
    template: { ...template, metadata: { labels: { app: 'db' } } },
  };
  for (const definition of [deployments, replicaSets, daemonSets]) {
    test(`${definition.resource} keep their selector`, () => {
      assert.deepEqual(updateProblems(definition, workload(definition, relabeled), workload(definition)), [
        'spec.selector: Invalid value: {"matchLabels":{"app":"db"}}: field is immutable',
      ]);
    });
  }

  test('what may not change comes first for daemon sets, and last for the others', () => {
    const spoilt = { ...relabeled, minReadySeconds: -1 };
    const kept = 'spec.selector: Invalid value: {"matchLabels":{"app":"db"}}: field is immutable';
    const negative = 'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0';
    const of = (definition: typeof daemonSets) =>
      updateProblems(definition, workload(definition, spoilt), workload(definition));
    assert.deepEqual(of(daemonSets), [kept, negative]);
    assert.deepEqual(of(replicaSets), [negative, kept]);
  });

  test('stateful sets name what is wrong with claims before pods', () => {
    const spoilt = workload(statefulSets, {
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }],
      replicas: -1,
      serviceName: 'A',
      template: { ...template, spec: { containers: [] } },
    });
    assert.deepEqual(
      problems(statefulSets, spoilt).map((text) => text.slice(0, text.indexOf(': '))),
      [
        'spec.volumeClaimTemplates[0].spec.accessModes',
        'spec.volumeClaimTemplates[0].spec.resources[storage]',
        'spec.replicas',
        'spec.serviceName',
        'spec.template.spec.containers',
      ],
    );
  });

  test('stateful sets change in few ways', () => {
    const old = workload(statefulSets);
    const allowed = workload(statefulSets, { replicas: 3, revisionHistoryLimit: 2, minReadySeconds: 1 });
    assert.deepEqual(updateProblems(statefulSets, allowed, old), []);
    assert.deepEqual(updateProblems(statefulSets, workload(statefulSets, { serviceName: 'other' }), old), [
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ]);
  });

  test('a template that was bad before does not block an update', () => {
    const bad = { template: { ...template, spec: { containers: [{ name: 'c' }] } } };
    const update = updateProblems(
      statefulSets,
      workload(statefulSets, { ...bad, replicas: 2 }),
      workload(statefulSets, bad),
    );
    assert.deepEqual(update, []);
  });

  test('status counters fit together', () => {
    const counters = { replicas: 1, readyReplicas: 2, availableReplicas: 3, terminatingReplicas: -1 };
    const next = workload(deployments, {}, {}, counters);
    const old = workload(deployments, {}, {}, { collisionCount: 1 });
    assert.deepEqual(updateProblems(deployments, next, old, 'status'), [
      'status.terminatingReplicas: Invalid value: -1: must be greater than or equal to 0',
      'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas',
      'status.collisionCount: Invalid value: 0: cannot be decremented',
    ]);
  });

  test('annotations count as a change of a deployment, not of a replica set', () => {
    for (const [definition, expected] of [
      [deployments, true],
      [replicaSets, false],
    ] as const) {
      const old = workload(definition);
      const annotated = workload(definition, {}, { annotations: { a: '1' } });
      assert.equal(definition.strategy.bumpsGeneration?.(annotated, old), expected);
      assert.equal(definition.strategy.bumpsGeneration?.(workload(definition, {}, { labels }), old), false);
    }
  });
});

test('daemon sets count the changes of their template', () => {
  const annotation = 'deprecated.daemonset.template.generation';
  const { prepareForCreate, prepareForUpdate } = daemonSets.strategy;
  const context = contextOf();
  const created = workload(daemonSets, {}, { annotations: { [annotation]: '-4', other: 'x' } });
  prepareForCreate!(created, context);
  assert.deepEqual(created.metadata.annotations, { [annotation]: '1', other: 'x' });

  const scaled = workload(daemonSets, { minReadySeconds: 5 }, { annotations: { [annotation]: '7' } });
  prepareForUpdate!(scaled, created, context);
  assert.equal(scaled.metadata.annotations?.[annotation], '1');

  const changed = workload(daemonSets, {
    template: { ...template, metadata: { labels: { ...labels, v: '2' } } },
  });
  prepareForUpdate!(changed, created, context);
  assert.equal(changed.metadata.annotations?.[annotation], '2');
});

test('warnings', () => {
  const warnings = (definition: ResourceDefinition, object: KubeObject) =>
    definition.strategy.warnings?.(object, undefined, contextOf());
  assert.deepEqual(warnings(deployments, workload(deployments, {}, { name: 'a.b' })), [
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]',
  ]);
  assert.deepEqual(warnings(statefulSets, workload(statefulSets, { revisionHistoryLimit: -1 })), [
    'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
  ]);
});

test('tables', () => {
  const created = { creationTimestamp: '2025-12-31T22:00:00Z' };
  const wide = ['[Containers]', '[Images]', '[Selector]'];
  assert.deepEqual(columns(deployments), ['Name', 'Ready', 'Up-to-date', 'Available', 'Age', ...wide]);
  assert.deepEqual(
    cells(
      deployments,
      workload(deployments, { replicas: 3 }, created, { readyReplicas: 2, updatedReplicas: 1 }),
    ),
    ['x', '2/3', 1, 0, '120m', 'c', 'nginx:1', 'app=web'],
  );
  assert.deepEqual(columns(replicaSets), ['Name', 'Desired', 'Current', 'Ready', 'Age', ...wide]);
  assert.deepEqual(cells(replicaSets, workload(replicaSets, { replicas: 2, selector: {} }, created)), [
    'x',
    2,
    0,
    0,
    '120m',
    'c',
    'nginx:1',
    '<none>',
  ]);
  assert.deepEqual(
    cells(daemonSets, workload(daemonSets, {}, created, { desiredNumberScheduled: 4, numberReady: 3 })),
    ['x', 4, 0, 3, 0, 0, '<none>', '120m', 'c', 'nginx:1', 'app=web'],
  );
  assert.deepEqual(cells(statefulSets, workload(statefulSets, { replicas: 2 }, created)), [
    'x',
    '0/2',
    '120m',
    'c',
    'nginx:1',
  ]);
  const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'u', controller: true };
  assert.deepEqual(
    cells(
      controllerRevisions,
      manifest(controllerRevisions, { revision: 4 }, { ...created, ownerReferences: [owner] }),
    ),
    ['x', 'statefulset.apps/web', 4, '120m'],
  );
});

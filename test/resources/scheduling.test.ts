import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { definition as podGroups } from '../../src/resources/scheduling/podgroups/definition.ts';
import { definition as priorityClasses } from '../../src/resources/scheduling/priorityclasses/definition.ts';
import { definition as workloads } from '../../src/resources/scheduling/workloads/definition.ts';
import { cells, columns, defaulted, manifest, problems, updateProblems } from './helper.ts';

describe('priority classes', () => {
  const priorityClass = (fields: Record<string, unknown>, name = 'high') =>
    manifest(priorityClasses, fields, { name });
  const table: [string, Record<string, unknown>, string, string[]][] = [
    ['good', { value: 1000 }, 'high', []],
    ['the system’s own', { value: 2000001000 }, 'system-node-critical', []],
    [
      'too high',
      { value: 1000000001 },
      'high',
      ['value: Forbidden: maximum allowed value of a user defined priority is 1000000000'],
    ],
    [
      'of the system',
      { value: 1 },
      'system-mine',
      [
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-mine is not a known system priority class",
      ],
    ],
    [
      'of another value',
      { value: 1 },
      'system-node-critical',
      [
        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: value of system-node-critical PriorityClass must be 2000001000",
      ],
    ],
    [
      'preemption that is not said',
      { value: 1, preemptionPolicy: '' },
      'high',
      ['preemptionPolicy: Required value'],
    ],
    [
      'preemption',
      { value: 1, preemptionPolicy: 'Sometimes' },
      'high',
      ['preemptionPolicy: Unsupported value: "Sometimes": supported values: "PreemptLowerPriority", "Never"'],
    ],
  ];
  for (const [label, fields, name, expected] of table) {
    test(label, () => assert.deepEqual(problems(priorityClasses, priorityClass(fields, name)), expected));
  }

  test('what matters does not change', () => {
    const old = priorityClass({ value: 1 });
    assert.deepEqual(
      updateProblems(priorityClasses, priorityClass({ value: 2, preemptionPolicy: 'Never' }), old),
      [
        'value: Forbidden: may not be changed in an update.',
        'preemptionPolicy: Invalid value: "Never": field is immutable',
      ],
    );
    assert.equal(priorityClasses.strategy.bumpsGeneration?.(priorityClass({ value: 2 }), old), false);
  });

  test('table', () => {
    const object = defaulted(priorityClasses, priorityClass({ value: 7, globalDefault: true }));
    assert.deepEqual(columns(priorityClasses), [
      'Name',
      'Value',
      'Global-Default',
      'Age',
      'PreemptionPolicy',
    ]);
    assert.deepEqual(cells(priorityClasses, object), ['high', 7, true, '<unknown>', 'PreemptLowerPriority']);
  });
});

describe('pod groups and workloads', () => {
  const basic = { schedulingPolicy: { basic: {} } };
  const group = (spec: Record<string, unknown>, status?: unknown) =>
    manifest(podGroups, { spec, ...(status ? { status } : {}) });
  const workload = (spec: Record<string, unknown>) => manifest(workloads, { spec });

  test('policies', () => {
    assert.deepEqual(problems(podGroups, group(basic)), []);
    assert.deepEqual(problems(podGroups, group({})), [
      'spec.schedulingPolicy: Invalid value: "": must specify one of: `basic`, `gang`',
    ]);
    assert.deepEqual(
      problems(podGroups, group({ schedulingPolicy: { gang: {} }, podGroupTemplateRef: { workload: {} } })),
      [
        'spec.podGroupTemplateRef.workload.workloadName: Required value',
        'spec.podGroupTemplateRef.workload.podGroupTemplateName: Required value',
        'spec.schedulingPolicy.gang.minCount: Required value',
      ],
    );
    assert.deepEqual(
      updateProblems(podGroups, group({ schedulingPolicy: { gang: { minCount: 2 } } }), group(basic)),
      ['spec.schedulingPolicy: Invalid value: {"gang":{"minCount":2}}: field is immutable'],
    );
  });

  test('templates', () => {
    assert.deepEqual(problems(workloads, workload({ podGroupTemplates: [{ name: 'a', ...basic }] })), []);
    assert.deepEqual(problems(workloads, workload({ controllerRef: { name: 'a/b' } })), [
      'spec.controllerRef.kind: Required value',
      `spec.controllerRef.name: Invalid value: "a/b": may not contain '/'`,
      'spec.podGroupTemplates: Required value: must have at least one item',
    ]);
    assert.deepEqual(
      problems(
        workloads,
        workload({
          podGroupTemplates: [
            { name: 'a', ...basic },
            { name: 'a', ...basic },
          ],
        }),
      ),
      ['spec.podGroupTemplates[1]: Duplicate value: "a"'],
    );
  });

  test('table', () => {
    const scheduled = { conditions: [{ type: 'PodGroupScheduled', status: 'False' }] };
    assert.deepEqual(cells(podGroups, group({ schedulingPolicy: { gang: { minCount: 1 } } }, scheduled)), [
      'x',
      'Gang',
      '<none>',
      'Unschedulable',
      '<unknown>',
    ]);
    assert.deepEqual(columns(workloads), ['Name', 'Age']);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { definition } from '../../src/resources/policy/poddisruptionbudgets/definition.ts';
import { cells, columns, manifest, problems, updateProblems } from './helper.ts';

const selector = { matchLabels: { app: 'web' } };
const budget = (spec: Record<string, unknown>, status?: Record<string, unknown>) =>
  manifest(definition, { spec, ...(status ? { status } : {}) });

describe('pod disruption budgets', () => {
  const table: [string, Record<string, unknown>, string[]][] = [
    ['empty', {}, []],
    ['good', { minAvailable: '50%', selector, unhealthyPodEvictionPolicy: 'AlwaysAllow' }, []],
    [
      'both',
      { minAvailable: 1, maxUnavailable: 1 },
      [
        'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":1,"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
      ],
    ],
    [
      'amounts',
      { maxUnavailable: '120%' },
      ['spec.maxUnavailable: Invalid value: "120%": must not be greater than 100%'],
    ],
    [
      'words',
      { minAvailable: -1, unhealthyPodEvictionPolicy: 'Never' },
      [
        'spec.minAvailable: Invalid value: -1: must be greater than or equal to 0',
        'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
      ],
    ],
  ];
  for (const [name, spec, expected] of table) {
    test(name, () => assert.deepEqual(problems(definition, budget(spec)), expected));
  }

  test('status', () => {
    const status = { disruptionsAllowed: -1, conditions: [{ type: 'Ok', status: 'Maybe' }] };
    assert.deepEqual(updateProblems(definition, budget({}, status), budget({}), 'status'), [
      'status.conditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
      'status.conditions[0].lastTransitionTime: Required value',
      'status.conditions[0].reason: Required value',
      'status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0',
    ]);
  });

  test('table', () => {
    assert.deepEqual(columns(definition), [
      'Name',
      'Min Available',
      'Max Unavailable',
      'Allowed Disruptions',
      'Age',
    ]);
    assert.deepEqual(cells(definition, budget({ minAvailable: 2 }, { disruptionsAllowed: 1 })), [
      'x',
      '2',
      'N/A',
      1,
      '<unknown>',
    ]);
  });
});

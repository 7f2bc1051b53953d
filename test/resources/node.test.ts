import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definition } from '../../src/resources/node/runtimeclasses/definition.ts';
import { cells, columns, contextOf, defaulted, manifest, problems, updateProblems } from './helper.ts';

const runtimeClass = (fields: Record<string, unknown>) => manifest(definition, fields);

test('runtime classes', () => {
  assert.deepEqual(
    problems(definition, runtimeClass({ handler: 'runc', overhead: { podFixed: { cpu: '1' } } })),
    [],
  );
  assert.equal(problems(definition, runtimeClass({ handler: 'Run.C' })).length, 1);
  const toleration = { key: 'a', operator: 'Exists' };
  assert.deepEqual(
    problems(
      definition,
      runtimeClass({ handler: 'runc', scheduling: { tolerations: [toleration, toleration] } }),
    ),
    [
      'scheduling.tolerations[1]: Duplicate value: {"Key":"a","Operator":"Exists","Value":"","Effect":"","TolerationSeconds":null}',
    ],
  );
  assert.deepEqual(
    updateProblems(definition, runtimeClass({ handler: 'kata' }), runtimeClass({ handler: 'runc' })),
    ['handler: Invalid value: "kata": field is immutable'],
  );
});

test('amounts are rounded up to a thousandth', () => {
  const { overhead } = defaulted(
    definition,
    runtimeClass({ handler: 'r', overhead: { podFixed: { cpu: '1u' } } }),
  ) as unknown as {
    overhead: unknown;
  };
  assert.deepEqual(overhead, { podFixed: { cpu: '1m' } });
});

test('old node labels are warned about', () => {
  const object = runtimeClass({
    handler: 'r',
    scheduling: { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
  });
  assert.deepEqual(definition.strategy.warnings!(object, undefined, contextOf()), [
    'scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead',
  ]);
});

test('table', () => {
  assert.deepEqual(columns(definition), ['Name', 'Handler', 'Age']);
  assert.deepEqual(cells(definition, runtimeClass({ handler: 'r' })), ['x', 'r', '<unknown>']);
});

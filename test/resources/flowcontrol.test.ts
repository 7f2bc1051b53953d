import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { mandatoryFlowSchemas, suggestedFlowSchemas } from '../../src/resources/flowcontrol/flow-schemas.ts';
import { definition as schemas } from '../../src/resources/flowcontrol/flowschemas/definition.ts';
import {
  mandatoryPriorityLevels,
  suggestedPriorityLevels,
} from '../../src/resources/flowcontrol/priority-levels.ts';
import { definition as levels } from '../../src/resources/flowcontrol/prioritylevelconfigurations/definition.ts';
import { cells, defaulted, manifest, problems, texts } from './helper.ts';

test('what the server itself makes is valid', () => {
  for (const object of [...mandatoryFlowSchemas(), ...suggestedFlowSchemas()]) {
    assert.deepEqual(problems(schemas, object), [], object.metadata.name);
  }
  for (const object of [...mandatoryPriorityLevels(), ...suggestedPriorityLevels()]) {
    assert.deepEqual(problems(levels, object), [], object.metadata.name);
    assert.deepEqual(defaulted(levels, object), object);
  }
});

test('defaults', () => {
  const schema = defaulted(schemas, manifest(schemas, { spec: {} }));
  assert.deepEqual(schema['spec'], { matchingPrecedence: 1000 });
  const level = manifest(levels, {
    spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } },
  });
  assert.deepEqual(defaulted(levels, level)['spec'], {
    type: 'Limited',
    limited: {
      limitResponse: { type: 'Queue', queuing: { queues: 64, handSize: 8, queueLengthLimit: 50 } },
      nominalConcurrencyShares: 30,
      lendablePercent: 0,
    },
  });
});

describe('flow schemas', () => {
  const reference = { priorityLevelConfiguration: { name: 'global-default' } };
  const subjects = [{ kind: 'Group', group: { name: 'g' } }];
  const resourceRules = [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['*'] }];
  const rule = { subjects, resourceRules };
  const table: [Record<string, unknown>, string[]][] = [
    [{ ...reference, rules: [rule] }, []],
    [{}, ['spec.priorityLevelConfiguration.name: Required value: must reference a priority level']],
    [
      { ...reference, matchingPrecedence: 1 },
      [
        "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
      ],
    ],
    [
      { ...reference, matchingPrecedence: 10001 },
      ['spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000'],
    ],
    [
      { ...reference, rules: [{}] },
      [
        'spec.rules[0].subjects: Required value: subjects must contain at least one value',
        'spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty',
      ],
    ],
    [
      { ...reference, rules: [{ ...rule, subjects: [{ kind: 'User', group: { name: 'g' } }] }] },
      [
        "spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'",
        "spec.rules[0].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'",
      ],
    ],
    [
      { ...reference, rules: [{ subjects, resourceRules: [{ ...resourceRules[0], verbs: ['*', 'get'] }] }] },
      [
        'spec.rules[0].resourceRules[0].verbs: Invalid value: ["*","get"]: if \'*\' is present, must not specify other verbs',
      ],
    ],
    [
      {
        ...reference,
        rules: [{ subjects, nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/a*'] }] }],
      },
      [
        'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "/a*": wildcard can only do suffix matching',
      ],
    ],
  ];
  for (const [spec, expected] of table) {
    test(JSON.stringify(spec), () =>
      assert.deepEqual(problems(schemas, manifest(schemas, { spec })), expected),
    );
  }

  test('the mandatory ones stay as they are', () => {
    const [exempt] = mandatoryFlowSchemas();
    const changed = { ...exempt!, spec: { ...(exempt!['spec'] as object), matchingPrecedence: 2 } };
    assert.match(problems(schemas, changed)[0]!, /spec of 'exempt' must equal the fixed value$/);
  });

  test('table', () => {
    const object = manifest(schemas, {
      spec: { ...reference, matchingPrecedence: 9 },
      status: { conditions: [{ type: 'Dangling', status: 'False' }] },
    });
    assert.deepEqual(cells(schemas, object), ['x', 'global-default', 9, '<none>', '<unknown>', 'False']);
  });
});

describe('priority levels', () => {
  const queuing = { queues: 64, handSize: 8, queueLengthLimit: 50 };
  const queue = (fields: object) => ({
    type: 'Limited',
    limited: { limitResponse: { type: 'Queue', queuing: { ...queuing, ...fields } } },
  });
  const table: [Record<string, unknown>, string[]][] = [
    [queue({}), []],
    [
      { type: 'Exempt' },
      ["spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'"],
    ],
    [{}, ['spec.type: Unsupported value: "": supported values: "Exempt", "Limited"']],
    [{ type: 'Limited' }, ['spec.limited: Required value: must not be empty when type is Limited']],
    [
      queue({ handSize: 65 }),
      [
        'spec.limited.limitResponse.queuing.handSize: Invalid value: 65: should not be greater than queues (64)',
      ],
    ],
    [
      queue({ handSize: 60 }),
      [
        'spec.limited.limitResponse.queuing.handSize: Invalid value: 60: required entropy bits of deckSize 64 and handSize 60 should not be greater than 60',
      ],
    ],
    [
      { type: 'Limited', limited: { limitResponse: { type: 'Reject', queuing } } },
      [
        'spec.limited.limitResponse.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited',
      ],
    ],
  ];
  for (const [spec, expected] of table) {
    test(JSON.stringify(spec), () =>
      assert.deepEqual(problems(levels, manifest(levels, { spec })), expected),
    );
  }

  test('conditions need a type of their own', () => {
    const status = levels.subresources['status'] as { strategy: typeof levels.strategy };
    const object = manifest(levels, { status: { conditions: [{ type: 'a' }, { type: 'a' }, {}] } });
    assert.deepEqual(texts(status.strategy.validateUpdate!(object, object, undefined as never)), [
      'status.conditions[1].type: Duplicate value: "a"',
      'status.conditions[2].type: Required value',
    ]);
  });
});

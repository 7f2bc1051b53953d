import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { definition as apiServices } from '../../src/resources/apiregistration/apiservices/definition.ts';
import { bootstrapApiServices } from '../../src/resources/bootstrap/api-services.ts';
import { cells, contextOf, defaulted, manifest, now, problems, updateProblems } from './helper.ts';

const spec = {
  group: 'example.com',
  version: 'v1',
  groupPriorityMinimum: 100,
  versionPriority: 10,
  service: { name: 's', namespace: 'n' },
};
const of = (fields: Record<string, unknown>, name = 'v1.example.com') =>
  manifest(apiServices, { spec: { ...spec, ...fields } }, { name });

test('what the server itself registers is valid', () => {
  for (const { object } of bootstrapApiServices({ serves: () => true })) {
    assert.deepEqual(problems(apiServices, object), [], object.metadata.name);
  }
});

test('the port defaults to 443', () => {
  const { service } = defaulted(apiServices, of({}))['spec'] as typeof spec;
  assert.deepEqual(service, { name: 's', namespace: 'n', port: 443 });
});

test('a name that is missing is not wrong as well', () => {
  assert.deepEqual(problems(apiServices, of({}, '')), []);
});

describe('validation', () => {
  const local = { service: undefined };
  const table: [Record<string, unknown>, string[]][] = [
    [{}, []],
    [
      { version: 'v2' },
      [
        'metadata.name: Invalid value: "v1.example.com": must be `spec.version+"."+spec.group`: "v2.example.com"',
      ],
    ],
    [
      { groupPriorityMinimum: 20001, versionPriority: 0 },
      [
        'spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000',
        'spec.versionPriority: Invalid value: 0: must be positive and less than 1000',
      ],
    ],
    [
      { ...local, caBundle: 'eHg=', insecureSkipTLSVerify: true },
      [
        'spec.caBundle: Invalid value: "2 bytes": local APIServices may not have a caBundle',
        'spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify',
      ],
    ],
    [
      { service: { port: 70000 }, caBundle: 'eHg=', insecureSkipTLSVerify: true },
      [
        'spec.service.namespace: Required value',
        'spec.service.name: Required value',
        'spec.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535, inclusive',
        'spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present',
      ],
    ],
  ];
  for (const [fields, expected] of table) {
    test(JSON.stringify(fields), () => assert.deepEqual(problems(apiServices, of(fields)), expected));
  }

  test('status', () => {
    const object = { ...of({}), status: { conditions: [{ type: 'Available', status: 'Maybe' }] } };
    assert.deepEqual(updateProblems(apiServices, object, of({}), 'status'), [
      'status.conditions[0].status: Unsupported value: "Maybe": supported values: "True", "False", "Unknown"',
    ]);
  });
});

test('a local one is available at once', () => {
  const local = of({ service: undefined });
  apiServices.strategy.prepareForCreate!(local, contextOf());
  assert.deepEqual(local['status'], {
    conditions: [
      {
        type: 'Available',
        status: 'True',
        lastTransitionTime: now,
        reason: 'Local',
        message: 'Local APIServices are always available',
      },
    ],
  });
  assert.deepEqual(cells(apiServices, local), ['v1.example.com', 'Local', 'True', '<unknown>']);
});

test('a remote one waits for a controller', () => {
  const remote = of({});
  apiServices.strategy.prepareForCreate!(remote, contextOf());
  assert.deepEqual(cells(apiServices, remote).slice(1, 3), ['n/s', 'Unknown']);
  remote['status'] = { conditions: [{ type: 'Available', status: 'False', reason: 'Gone' }] };
  assert.equal(cells(apiServices, remote)[2], 'False (Gone)');
});

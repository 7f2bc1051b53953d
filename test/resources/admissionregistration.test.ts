import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadConditionLanguage } from '../../src/resources/admissionregistration/condition-language.ts';
import { definition as mutatingPolicies } from '../../src/resources/admissionregistration/mutatingadmissionpolicies/definition.ts';
import { definition as mutatingBindings } from '../../src/resources/admissionregistration/mutatingadmissionpolicybindings/definition.ts';
import { definition as mutating } from '../../src/resources/admissionregistration/mutatingwebhookconfigurations/definition.ts';
import { definition as policies } from '../../src/resources/admissionregistration/validatingadmissionpolicies/definition.ts';
import { definition as bindings } from '../../src/resources/admissionregistration/validatingadmissionpolicybindings/definition.ts';
import { definition as validating } from '../../src/resources/admissionregistration/validatingwebhookconfigurations/definition.ts';
import { cells, contextOf, defaulted, manifest, problems, updateProblems } from './helper.ts';

const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const hook = {
  name: 'a.example.com',
  clientConfig: { service: { name: 's', namespace: 'n' } },
  rules: [rule],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
};

test('webhook defaults', () => {
  const object = defaulted(mutating, manifest(mutating, { webhooks: [hook] }));
  assert.deepEqual(object['webhooks'], [
    {
      ...hook,
      failurePolicy: 'Fail',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      timeoutSeconds: 10,
      rules: [{ ...rule, scope: '*' }],
      clientConfig: { service: { name: 's', namespace: 'n', port: 443 } },
      reinvocationPolicy: 'Never',
    },
  ]);
});

describe('webhooks', () => {
  const table: [Record<string, unknown>, string[]][] = [
    [{}, []],
    [
      { name: 'a.b' },
      [
        'webhooks[0].name: Invalid value: "a.b": should be a domain with at least three segments separated by dots',
      ],
    ],
    [
      { sideEffects: undefined },
      ['webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun'],
    ],
    [
      { sideEffects: 'Some' },
      ['webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
    ],
    [
      { timeoutSeconds: 31 },
      ['webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds'],
    ],
    [
      { admissionReviewVersions: ['v2'] },
      [
        'webhooks[0].admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1',
      ],
    ],
    [
      { admissionReviewVersions: [] },
      ['webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1'],
    ],
    [
      { clientConfig: {} },
      ['webhooks[0].clientConfig: Required value: exactly one of url or service is required'],
    ],
    [
      { clientConfig: { url: 'http://a:b@/x?y#z' } },
      [
        'webhooks[0].clientConfig.url: Invalid value: "http": \'https\' is the only allowed URL scheme; desired format: https://host[/path]',
        'webhooks[0].clientConfig.url: Invalid value: "": host must be specified; desired format: https://host[/path]',
        'webhooks[0].clientConfig.url: Invalid value: "a:b": user information is not permitted in the URL',
        'webhooks[0].clientConfig.url: Invalid value: "z": fragments are not permitted in the URL',
        'webhooks[0].clientConfig.url: Invalid value: "y": query parameters are not permitted in the URL',
      ],
    ],
    [{ clientConfig: { url: 'https://example.com:8443/path' } }, []],
    // The reference server takes the one for the other.
    [{ clientConfig: { service: { name: 's' } } }, ['webhooks[0].clientConfig.service.name: Required value']],
    [
      { clientConfig: { service: { namespace: 'n' } } },
      ['webhooks[0].clientConfig.service.namespace: Required value'],
    ],
    [
      { clientConfig: { service: { name: 's', namespace: 'n', path: '/a//b' } } },
      ['webhooks[0].clientConfig.service.path: Invalid value: "/a//b": segment[1] may not be empty'],
    ],
    [
      { rules: [{ ...rule, operations: ['*', 'CREATE'], resources: ['pods/*', 'pods/log'] }] },
      [
        'webhooks[0].rules[0].operations: Invalid value: ["*","CREATE"]: if \'*\' is present, must not specify other operations',
        'webhooks[0].rules[0].resources[1]: Invalid value: "pods/log": if \'pods/*\' is present, must not specify pods/log',
      ],
    ],
    [
      { rules: [{ ...rule, operations: ['READ'], scope: 'None' }] },
      [
        'webhooks[0].rules[0].operations[0]: Unsupported value: "READ": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
        'webhooks[0].rules[0].scope: Unsupported value: "None": supported values: "*", "Cluster", "Namespaced"',
      ],
    ],
    [
      {
        matchConditions: [
          { name: 'a', expression: 'true' },
          { name: 'a', expression: ' ' },
        ],
      },
      [
        'webhooks[0].matchConditions[1].expression: Required value',
        'webhooks[0].matchConditions[1].name: Duplicate value: "a"',
      ],
    ],
    [
      {
        matchConditions: [
          { name: 'a', expression: 'request.operation == "CREATE" && object.metadata.name != ""' },
          { name: 'b', expression: 'nosuch == 1' },
          { name: 'c', expression: '"true"' },
          { name: 'd', expression: 'authorizer.requestResource.check("get").allowed()' },
        ],
      },
      [
        'webhooks[0].matchConditions[1].expression: Invalid value: "nosuch == 1": compilation failed: ERROR: <input>:1:1: ' +
          "undeclared reference to 'nosuch' (in container '')\n | nosuch == 1\n | ^",
        'webhooks[0].matchConditions[2].expression: Invalid value: "\\"true\\"": must evaluate to bool but got string',
      ],
    ],
  ];
  before(loadConditionLanguage);
  for (const [fields, expected] of table) {
    test(JSON.stringify(fields), () => {
      assert.deepEqual(
        problems(validating, manifest(validating, { webhooks: [{ ...hook, ...fields }] })),
        expected,
      );
    });
  }

  test('have names of their own', () => {
    assert.deepEqual(problems(validating, manifest(validating, { webhooks: [hook, hook] })), [
      'webhooks[1].name: Duplicate value: "a.example.com"',
    ]);
  });

  test('may keep side effects that an older server let in', () => {
    const old = manifest(validating, { webhooks: [{ ...hook, sideEffects: 'Some' }] });
    assert.deepEqual(updateProblems(validating, old, old), []);
  });

  test('table and warning', () => {
    const object = manifest(validating, { webhooks: [hook] }, { name: 'a.static.k8s.io' });
    assert.deepEqual(cells(validating, object), ['a.static.k8s.io', 1, '<unknown>']);
    assert.equal(validating.strategy.warnings!(object, undefined, contextOf()).length, 1);
  });
});

describe('policies', () => {
  const spec = { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: 'true' }] };

  test('defaults', () => {
    const object = defaulted(policies, manifest(policies, { spec }));
    assert.deepEqual(object['spec'], {
      failurePolicy: 'Fail',
      matchConstraints: {
        matchPolicy: 'Equivalent',
        namespaceSelector: {},
        objectSelector: {},
        resourceRules: [{ ...rule, scope: '*' }],
      },
      validations: spec.validations,
    });
  });

  const table: [Record<string, unknown>, string[]][] = [
    [{}, []],
    [{ matchConstraints: undefined }, ['spec.matchConstraints: Required value']],
    [{ matchConstraints: {} }, ['spec.matchConstraints.resourceRules: Required value']],
    [
      { validations: [] },
      [
        'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
        'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item',
      ],
    ],
    [
      { validations: [{ message: 'a\nb', reason: 'Why' }] },
      [
        'spec.validations[0].expression: Required value: expression is not specified',
        'spec.validations[0].message: Invalid value: "a\\nb": must not contain line breaks',
        'spec.validations[0].reason: Unsupported value: "Why": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"',
      ],
    ],
    [
      { paramKind: { apiVersion: 'a/b/c', kind: 'Config Map' } },
      [
        'spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
        "spec.paramKind.kind: Invalid value: \"Config Map\": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
      ],
    ],
    [
      { variables: [{ name: 'in', expression: '1' }] },
      ['spec.variables[0].name: Invalid value: "in": must be a valid CEL identifier'],
    ],
    [
      { auditAnnotations: [{ key: 'a', valueExpression: '' }] },
      ['spec.auditAnnotations[0].valueExpression: Required value: valueExpression is not specified'],
    ],
  ];
  for (const [fields, expected] of table) {
    test(JSON.stringify(fields), () => {
      assert.deepEqual(problems(policies, manifest(policies, { spec: { ...spec, ...fields } })), expected);
    });
  }

  test('mutating ones', () => {
    const good = {
      matchConstraints: { resourceRules: [rule] },
      mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: '[]' } }],
      reinvocationPolicy: 'Never',
    };
    const of = (fields: Record<string, unknown>) =>
      problems(mutatingPolicies, manifest(mutatingPolicies, { spec: { ...good, ...fields } }));
    assert.deepEqual(of({}), []);
    assert.deepEqual(of({ reinvocationPolicy: undefined }), ['spec.reinvocationPolicy: Required value']);
    assert.deepEqual(of({ mutations: [{ patchType: 'JSONPatch', applyConfiguration: {} }] }), [
      'spec.mutations[0].jsonPatch: Required value: must be specified when patchType is JSONPatch',
      'spec.mutations[0].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when patchType is JSONPatch',
    ]);
    assert.deepEqual(of({ matchConstraints: { resourceRules: [{ ...rule, operations: ['DELETE'] }] } }), [
      'spec.matchConstraints.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"',
    ]);
  });
});

describe('policy bindings', () => {
  const table: [Record<string, unknown>, string[]][] = [
    [{ policyName: 'p', validationActions: ['Deny'] }, []],
    [
      {},
      [
        'spec.policyName: Required value',
        'spec.validationActions: Required value: at least one validation action is required',
      ],
    ],
    [
      { policyName: 'p', validationActions: ['Audit', 'Audit', 'Shout'] },
      [
        'spec.validationActions[1]: Duplicate value: "Audit"',
        'spec.validationActions[2]: Unsupported value: "Shout": supported values: "Audit", "Deny", "Warn"',
      ],
    ],
    [
      { policyName: 'p', validationActions: ['Deny'], paramRef: { name: 'a', selector: {} } },
      [
        'spec.paramRef.name: Forbidden: name and selector are mutually exclusive',
        'spec.paramRef.selector: Forbidden: name and selector are mutually exclusive',
        'spec.paramRef.parameterNotFoundAction: Required value',
      ],
    ],
  ];
  for (const [spec, expected] of table) {
    test(JSON.stringify(spec), () =>
      assert.deepEqual(problems(bindings, manifest(bindings, { spec })), expected),
    );
  }

  test('table', () => {
    const cell = (paramRef: unknown) =>
      cells(mutatingBindings, manifest(mutatingBindings, { spec: { policyName: 'p', paramRef } }))[2];
    assert.equal(cell(undefined), '<unset>');
    assert.equal(cell({ name: 'a' }), '*/a');
    assert.equal(cell({ name: 'a', namespace: 'n' }), 'n/a');
    assert.equal(
      cell({ selector: { matchLabels: { a: 'b' } } }),
      '&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},}',
    );
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { definition as crds } from '../../src/resources/apiextensions/customresourcedefinitions/definition.ts';
import { contextOf, defaulted, manifest, problems, updateProblems } from './helper.ts';

const names = { plural: 'widgets', kind: 'Widget' };
const object = { type: 'object' };
const rootOf = (properties: Record<string, unknown>) => ({ ...object, properties });
const versionOf = (openAPIV3Schema: unknown, fields: Record<string, unknown> = {}) => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema },
  ...fields,
});

/** As it is stored: defaulted and prepared. */
function crd(fields: Record<string, unknown>, name = 'widgets.example.com'): KubeObject {
  const spec = { group: 'example.com', names, scope: 'Namespaced', versions: [versionOf(object)], ...fields };
  const given = defaulted(crds, manifest(crds, { spec }, { name }));
  crds.strategy.prepareForCreate!(given, contextOf());
  return given;
}

const inVersion = (fields: Record<string, unknown>) => crd({ versions: [versionOf(object, fields)] });
const schema = (openAPIV3Schema: unknown) => crd({ versions: [versionOf(openAPIV3Schema)] });
const inSpec = (property: unknown) => schema(rootOf({ spec: property }));

test('defaults', () => {
  const { spec, status } = crd({}) as unknown as Record<string, Record<string, unknown>>;
  assert.deepEqual(spec!['names'], { ...names, singular: 'widget', listKind: 'WidgetList' });
  assert.deepEqual(spec!['conversion'], { strategy: 'None' });
  assert.deepEqual(status, { storedVersions: ['v1'] });
});

test('a second storage version is remembered beside the first', () => {
  const next = crd({
    versions: [versionOf(object, { storage: false }), versionOf(object, { name: 'v2' })],
  });
  next['status'] = { storedVersions: ['v1'] };
  crds.strategy.prepareForUpdate!(next, crd({}), contextOf());
  assert.deepEqual(next['status'], { storedVersions: ['v1', 'v2'] });
});

describe('the definition itself', () => {
  const table: [string, KubeObject, string[]][] = [
    ['good', crd({}), []],
    [
      'badly named',
      crd({}, 'widget.example.com'),
      ['metadata.name: Invalid value: "widget.example.com": must be spec.names.plural+"."+spec.group'],
    ],
    [
      'named by the server',
      manifest(crds, { spec: crd({})['spec'] }, { name: '', generateName: 'w' }),
      ['metadata.generateName: Invalid value: "w": must be spec.names.plural+"."+spec.group'],
    ],
    [
      'group without a dot',
      crd({ group: 'example' }, 'widgets.example'),
      ['spec.group: Invalid value: "example": should be a domain with at least one dot'],
    ],
    [
      'scope',
      crd({ scope: 'Local' }),
      ['spec.scope: Unsupported value: "Local": supported values: "Cluster", "Namespaced"'],
    ],
    [
      'kind and list kind',
      crd({ names: { ...names, listKind: 'Widget' } }),
      ['spec.names.listKind: Invalid value: "Widget": kind and listKind may not be the same'],
    ],
    [
      'no schema',
      inVersion({ schema: undefined }),
      ['spec.versions[0].schema.openAPIV3Schema: Required value'],
    ],
    [
      'protected group',
      crd({ group: 'example.k8s.io' }, 'widgets.example.k8s.io'),
      [
        'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
      ],
    ],
    [
      'unknown fields kept',
      crd({ preserveUnknownFields: true }),
      [
        'spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
      ],
    ],
    [
      'warning of a version that is not deprecated',
      inVersion({ deprecationWarning: 'old' }),
      ['spec.versions[0].deprecationWarning: Invalid value: "old": can only be set for deprecated versions'],
    ],
    [
      'columns',
      inVersion({ additionalPrinterColumns: [{ name: 'A', type: 'text', jsonPath: 'a' }] }),
      [
        'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
        'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "a": must be a simple json path starting with .',
      ],
    ],
    [
      'scale',
      inVersion({ subresources: { scale: { specReplicasPath: '.status.replicas' } } }),
      [
        'spec.subresources.scale.specReplicasPath: Invalid value: ".status.replicas": should be a json path under .spec',
        'spec.subresources.scale.statusReplicasPath: Required value',
      ],
    ],
    [
      'conversion by webhook',
      crd({ conversion: { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v3'] } } }),
      [
        'spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook',
        'spec.conversion.conversionReviewVersions: Invalid value: ["v3"]: must include at least one of v1, v1beta1',
      ],
    ],
  ];
  for (const [name, given, expected] of table) {
    test(name, () => assert.deepEqual(problems(crds, given), expected));
  }

  test('exactly one storage version, each of its own name', () => {
    const found = problems(crds, crd({ versions: [versionOf(object), versionOf(object)] }));
    assert.equal(found.length, 2);
    assert.match(found[0]!, /^spec.versions: Invalid value: .*: must contain unique version names$/);
    assert.match(found[1]!, /must have exactly one version marked as storage version$/);
  });
});

describe('schemas', () => {
  const at = 'spec.validation.openAPIV3Schema';
  const spec = `${at}.properties[spec]`;
  const table: [string, KubeObject, string[]][] = [
    ['a plain one', inSpec({ ...object, properties: { size: { type: 'integer', minimum: 1 } } }), []],
    ['anything goes', schema({ ...object, 'x-kubernetes-preserve-unknown-fields': true }), []],
    [
      'no type at the root',
      schema({ properties: {} }),
      [`${at}.type: Required value: must not be empty at the root`],
    ],
    [
      'no type of a field',
      inSpec({ description: 'x' }),
      [`${spec}.type: Required value: must not be empty for specified object fields`],
    ],
    [
      'no type of items',
      inSpec({ type: 'array', items: {} }),
      [`${spec}.items.type: Required value: must not be empty for specified array items`],
    ],
    ['no items', inSpec({ type: 'array' }), [`${spec}.items: Required value: must be specified`]],
    [
      'an unknown type',
      inSpec({ type: 'text' }),
      [
        `${spec}.type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"`,
      ],
    ],
    [
      'properties and additionalProperties',
      inSpec({ ...object, properties: { a: { type: 'string' } }, additionalProperties: { type: 'string' } }),
      [`${spec}.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive`],
    ],
    [
      'a type inside of a branch',
      inSpec({ ...object, anyOf: [{ type: 'object' }] }),
      [`${spec}.anyOf[0].type: Forbidden: must be empty to be structural`],
    ],
    [
      'a field that only a branch knows',
      schema({ ...object, oneOf: [{ properties: { a: { minimum: 1 } } }] }),
      [`${at}.properties[a]: Required value: because it is defined in ${at}.oneOf[0].properties[a]`],
    ],
    [
      'int or string',
      inSpec({ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }),
      [],
    ],
    ['a reference', inSpec({ ...object, $ref: '#/x' }), [`${spec}.$ref: Forbidden: $ref is not supported`]],
    [
      'metadata with more than a name',
      schema(rootOf({ metadata: { ...object, properties: { labels: object } } })),
      [
        `${at}.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified`,
      ],
    ],
    [
      'a default in metadata',
      schema(rootOf({ kind: { type: 'string', default: 'x' } })),
      [`${at}.properties[kind].default: Forbidden: must not be set in top-level kind`],
    ],
    [
      'a map without keys',
      inSpec({ type: 'array', 'x-kubernetes-list-type': 'map', items: object }),
      [
        `${spec}.x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`,
      ],
    ],
    [
      'a map whose key may be missing',
      inSpec({
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: { ...object, properties: { name: { type: 'string' } } },
      }),
      [
        `${spec}.items.properties[name].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property`,
      ],
    ],
    [
      'a list type on an object',
      inSpec({ ...object, 'x-kubernetes-list-type': 'set' }),
      [`${spec}.type: Invalid value: "object": must be array if x-kubernetes-list-type is specified`],
    ],
    [
      'a set of objects',
      inSpec({ type: 'array', 'x-kubernetes-list-type': 'set', items: object }),
      [
        `${spec}.items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set`,
      ],
    ],
    [
      'rules',
      inSpec({
        ...object,
        'x-kubernetes-validations': [{ rule: '' }, { rule: 'a\nb' }, { rule: 'a', reason: 'Why' }],
      }),
      [
        `${spec}.x-kubernetes-validations[0].rule: Required value: rule is not specified`,
        `${spec}.x-kubernetes-validations[1].message: Required value: message must be specified if rule contains line breaks`,
        `${spec}.x-kubernetes-validations[2].reason: Unsupported value: "Why": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"`,
      ],
    ],
    [
      'a pattern',
      inSpec({ type: 'string', pattern: '[' }),
      [
        `${spec}.pattern: Invalid value: "[": must be a valid regular expression, but isn't: error parsing regexp: Invalid regular expression: /[/: Unterminated character class`,
      ],
    ],
    [
      'a root that the status subresource does not allow',
      crd({
        versions: [
          versionOf(
            { ...object, 'x-kubernetes-embedded-resource': true, properties: { a: object } },
            { subresources: { status: {} } },
          ),
        ],
      }),
      [],
    ],
    [
      'nonsense where nothing is checked',
      inSpec({ type: 'array', items: { type: 7, properties: 'x' } }),
      [`${spec}.items.type: Required value: must not be empty for specified array items`],
    ],
  ];
  for (const [name, given, expected] of table) {
    test(name, () => {
      const found = problems(crds, given);
      if (name.startsWith('a root')) assert.match(found[0]!, /fields are allowed at the root of the schema/);
      else assert.deepEqual(found, expected);
    });
  }

  test('paths name the version when versions differ', () => {
    const given = crd({
      versions: [versionOf(object), versionOf({ type: 'string' }, { name: 'v2', storage: false })],
    });
    assert.deepEqual(problems(crds, given), [
      'spec.versions[1].schema.openAPIV3Schema.type: Invalid value: "string": must be object at the root',
    ]);
  });

  test('selectable fields', () => {
    const root = rootOf({
      spec: rootOf({ color: { type: 'string' }, tags: { type: 'array', items: { type: 'string' } } }),
    });
    const of = (...paths: string[]) =>
      problems(
        crds,
        crd({ versions: [versionOf(root, { selectableFields: paths.map((jsonPath) => ({ jsonPath })) })] }),
      );
    assert.deepEqual(of('.spec.color'), []);
    assert.deepEqual(of('.spec.color', '.spec.color'), [
      'spec.selectableFields[1].jsonPath: Duplicate value: ".spec.color"',
    ]);
    assert.deepEqual(of('.spec.size'), [
      'spec.selectableFields[0].jsonPath: Invalid value: ".spec.size": is an invalid path: does not refer to a valid field',
    ]);
    assert.match(of('.spec.tags')[0]!, /must point to a field of type string, boolean or integer/);
  });

  test('unknown formats are warned of', () => {
    const given = inSpec({ type: 'string', format: 'colour' });
    assert.deepEqual(crds.strategy.warnings!(given, undefined, contextOf()), [
      'unrecognized format "colour"',
    ]);
    assert.deepEqual(crds.strategy.warnings!(given, given, contextOf()), []);
  });
});

describe('changes', () => {
  const established = {
    ...crd({}),
    status: { storedVersions: ['v1'], conditions: [{ type: 'Established', status: 'True' }] },
  };
  test('names and scope stay once established', () => {
    const next = { ...crd({ scope: 'Cluster' }), status: established.status };
    assert.deepEqual(updateProblems(crds, next as KubeObject, established as KubeObject), [
      'spec.scope: Invalid value: "Cluster": field is immutable',
    ]);
    assert.deepEqual(updateProblems(crds, crd({ scope: 'Cluster' }), crd({})), []);
  });

  test('a version in which objects are stored stays', () => {
    const next = crd({ versions: [versionOf(object, { name: 'v2' })] });
    next['status'] = { storedVersions: ['v1', 'v2'] };
    assert.deepEqual(updateProblems(crds, next, crd({})), [
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions',
    ]);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { definition as local } from '../../src/resources/authorization/localsubjectaccessreviews/definition.ts';
import { definition as self } from '../../src/resources/authorization/selfsubjectaccessreviews/definition.ts';
import { definition as subject } from '../../src/resources/authorization/subjectaccessreviews/definition.ts';
import type { ResourceDefinition } from '../../src/scheme/definition.ts';
import { problems } from './helper.ts';

const review = (
  definition: ResourceDefinition,
  spec: Record<string, unknown>,
  metadata: Record<string, string> = {},
) => problems(definition, { apiVersion: 'v1', kind: definition.kind, metadata, spec });

const resourceAttributes = { verb: 'get', resource: 'pods' };

describe('access reviews', () => {
  const table: [ResourceDefinition, Record<string, unknown>, Record<string, string>, string[]][] = [
    [self, { resourceAttributes }, {}, []],
    [
      self,
      {},
      {},
      [
        'spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
      ],
    ],
    [
      self,
      { resourceAttributes, nonResourceAttributes: { path: '/' } },
      { name: 'x' },
      [
        'spec.nonResourceAttributes: Invalid value: {"Path":"/","Verb":""}: cannot be specified in combination with resourceAttributes',
        'metadata: Invalid value: {"name":"x"}: must be empty',
      ],
    ],
    [
      subject,
      { resourceAttributes },
      {},
      ['spec.user: Invalid value: "": at least one of user or group must be specified'],
    ],
    [subject, { resourceAttributes, groups: ['g'] }, {}, []],
    [
      local,
      { resourceAttributes: { ...resourceAttributes, namespace: 'a' }, user: 'u' },
      { namespace: 'a' },
      [],
    ],
    [
      local,
      { resourceAttributes, user: 'u' },
      { namespace: 'a', name: 'x' },
      [
        'metadata: Invalid value: {"namespace":"a","name":"x"}: must be empty except for namespace',
        'spec.resourceAttributes.namespace: Invalid value: "": must match metadata.namespace',
      ],
    ],
    [
      self,
      {
        resourceAttributes: {
          ...resourceAttributes,
          labelSelector: {},
          fieldSelector: { requirements: [{ operator: 'In' }] },
        },
      },
      {},
      [
        'spec.resourceAttributes.fieldSelector.requirements[0].key: Required value: must be specified',
        "spec.resourceAttributes.fieldSelector.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        'spec.resourceAttributes.labelSelector.requirements: Required value: when spec.resourceAttributes.labelSelector is specified, requirements or rawSelector is required',
      ],
    ],
  ];
  for (const [definition, spec, metadata, expected] of table) {
    test(`${definition.kind} ${JSON.stringify(spec)}`, () => {
      assert.deepEqual(review(definition, spec, metadata), expected);
    });
  }
});

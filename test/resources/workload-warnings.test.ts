import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definition as daemonSets } from '../../src/resources/apps/daemonsets/definition.ts';
import { definition as deployments } from '../../src/resources/apps/deployments/definition.ts';
import { definition as replicaSets } from '../../src/resources/apps/replicasets/definition.ts';
import { definition as statefulSets } from '../../src/resources/apps/statefulsets/definition.ts';
import { definition as cronJobs } from '../../src/resources/batch/cronjobs/definition.ts';
import { definition as jobs } from '../../src/resources/batch/jobs/definition.ts';
import { definition as controllers } from '../../src/resources/core/replicationcontrollers/definition.ts';
import type { ResourceDefinition } from '../../src/scheme/definition.ts';
import { contextOf, manifest } from './helper.ts';

const template = (image: string) => ({
  spec: { containers: [{ name: 'a', image }], nodeSelector: { 'beta.kubernetes.io/os': 'linux' } },
});
const deprecation =
  'nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead';

const nest = (image: string) => ({ template: template(image) });
const kinds: readonly [ResourceDefinition, (image: string) => object, path: string][] = [
  [deployments, nest, 'spec.template.spec'],
  [replicaSets, nest, 'spec.template.spec'],
  [daemonSets, nest, 'spec.template.spec'],
  [statefulSets, nest, 'spec.template.spec'],
  [controllers, nest, 'spec.template.spec'],
  [jobs, nest, 'spec.template.spec'],
  [cronJobs, (image) => ({ jobTemplate: { spec: nest(image) } }), 'spec.jobTemplate.spec.template.spec'],
];

for (const [definition, specOf, path] of kinds) {
  test(`${definition.kind} warns about its pods when it is made and when they change`, () => {
    const { warnings } = definition.strategy;
    const object = (image: string, generation: number) =>
      manifest(definition, { spec: specOf(image) }, { generation });
    const old = object('nginx:1', 1);
    assert.deepEqual(warnings!(old, undefined, contextOf()), [`${path}.${deprecation}`]);
    assert.deepEqual(warnings!(object('nginx:2', 2), old, contextOf()), [`${path}.${deprecation}`]);
    assert.deepEqual(warnings!(object('nginx:1', 1), old, contextOf()), []);
  });
}

test('StatefulSet warns about its claims', () => {
  const claims = [{ spec: { resources: { requests: { storage: '1500m' } } } }];
  const object = manifest(statefulSets, { spec: { volumeClaimTemplates: claims } });
  const text = 'fractional byte value "1500m" is invalid, must be an integer';
  const warnings = (old: typeof object | undefined) =>
    statefulSets.strategy.warnings!(object, old, contextOf());
  assert.deepEqual(warnings(undefined), [
    `spec.volumeClaimTemplates[0].resources.requests[storage]: ${text}`,
  ]);
  assert.deepEqual(warnings(object), [
    `spec.volumeClaimTemplates[0].Spec.resources.requests[storage]: ${text}`,
  ]);
});

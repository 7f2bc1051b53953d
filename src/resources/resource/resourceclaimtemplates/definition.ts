import { defineResource } from '../../../scheme/definition.ts';
import { sameShape } from '../../same-shape.ts';
import { allVerbs } from '../../verbs.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'resource.k8s.io',
  resource: 'resourceclaimtemplates',
  kind: 'ResourceClaimTemplate',
  singular: 'resourceclaimtemplate',
  scope: 'Namespaced',
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.resource.v1.ResourceClaimTemplate',
      storageVersionHash: 'TuzjC49aUfM=',
    },
    {
      version: 'v1beta2',
      schema: 'io.k8s.api.resource.v1beta2.ResourceClaimTemplate',
      storageVersionHash: 'TuzjC49aUfM=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
    },
    {
      version: 'v1beta1',
      schema: 'io.k8s.api.resource.v1beta1.ResourceClaimTemplate',
      storageVersionHash: 'TuzjC49aUfM=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
    },
  ],
  strategy,
  table,
});

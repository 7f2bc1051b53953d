import { defineResource } from '../../../scheme/definition.ts';
import { sameShape } from '../../same-shape.ts';
import { allVerbs } from '../../verbs.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'resource.k8s.io',
  resource: 'resourceclaims',
  kind: 'ResourceClaim',
  singular: 'resourceclaim',
  scope: 'Namespaced',
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.resource.v1.ResourceClaim', storageVersionHash: 'wgAZaHcZxUg=' },
    {
      version: 'v1beta2',
      schema: 'io.k8s.api.resource.v1beta2.ResourceClaim',
      storageVersionHash: 'wgAZaHcZxUg=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
    },
    {
      version: 'v1beta1',
      schema: 'io.k8s.api.resource.v1beta1.ResourceClaim',
      storageVersionHash: 'wgAZaHcZxUg=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
    },
  ],
  strategy,
  table,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

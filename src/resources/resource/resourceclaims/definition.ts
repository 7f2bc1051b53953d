import { defineResource } from '../../../scheme/definition.ts';
import { sameShape } from '../../same-shape.ts';
import { allVerbs } from '../../verbs.ts';
import { fromV1beta1, toV1beta1 } from './conversion.ts';
import { defaults, defaultsV1beta1 } from './defaults.ts';
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
    {
      version: 'v1',
      schema: 'io.k8s.api.resource.v1.ResourceClaim',
      defaults,
      storageVersionHash: 'wgAZaHcZxUg=',
    },
    {
      version: 'v1beta2',
      schema: 'io.k8s.api.resource.v1beta2.ResourceClaim',
      defaults,
      storageVersionHash: 'wgAZaHcZxUg=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
      deprecation: 'resource.k8s.io/v1beta2 ResourceClaim is deprecated in v1.36+, unavailable in v1.39+',
    },
    {
      version: 'v1beta1',
      schema: 'io.k8s.api.resource.v1beta1.ResourceClaim',
      defaults: defaultsV1beta1,
      storageVersionHash: 'wgAZaHcZxUg=',
      offByDefault: true,
      toStored: fromV1beta1,
      fromStored: toV1beta1,
      deprecation: 'resource.k8s.io/v1beta1 ResourceClaim is deprecated in v1.35+, unavailable in v1.38+',
    },
  ],
  strategy,
  table,
  subresources: {
    status: {
      kind: 'object',
      withoutTable: true,
      verbs: ['get', 'patch', 'update'],
      strategy: statusStrategy,
    },
  },
});

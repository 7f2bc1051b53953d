import { defineResource } from '../../../scheme/definition.ts';
import { sameShape } from '../../same-shape.ts';
import { allVerbs } from '../../verbs.ts';
import { fromV1beta1, toV1beta1 } from './conversion.ts';
import { defaults, defaultsV1beta1 } from './defaults.ts';
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
      defaults,
      storageVersionHash: 'TuzjC49aUfM=',
    },
    {
      version: 'v1beta2',
      schema: 'io.k8s.api.resource.v1beta2.ResourceClaimTemplate',
      defaults,
      storageVersionHash: 'TuzjC49aUfM=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
      deprecation:
        'resource.k8s.io/v1beta2 ResourceClaimTemplate is deprecated in v1.36+, unavailable in v1.39+',
    },
    {
      version: 'v1beta1',
      schema: 'io.k8s.api.resource.v1beta1.ResourceClaimTemplate',
      defaults: defaultsV1beta1,
      storageVersionHash: 'TuzjC49aUfM=',
      offByDefault: true,
      toStored: fromV1beta1,
      fromStored: toV1beta1,
      deprecation:
        'resource.k8s.io/v1beta1 ResourceClaimTemplate is deprecated in v1.35+, unavailable in v1.38+',
    },
  ],
  strategy,
  table,
});

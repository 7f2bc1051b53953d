import { defineResource } from '../../../scheme/definition.ts';
import { sameShape } from '../../same-shape.ts';
import { allVerbs } from '../../verbs.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'resource.k8s.io',
  resource: 'devicetaintrules',
  kind: 'DeviceTaintRule',
  singular: 'devicetaintrule',
  scope: 'Cluster',
  verbs: allVerbs,
  versions: [
    {
      version: 'v1beta2',
      schema: 'io.k8s.api.resource.v1beta2.DeviceTaintRule',
      storageVersionHash: 'DJ3UJ0fj8MI=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
    },
    {
      version: 'v1alpha3',
      schema: 'io.k8s.api.resource.v1alpha3.DeviceTaintRule',
      storageVersionHash: 'DJ3UJ0fj8MI=',
      offByDefault: true,
      deprecation: 'resource.k8s.io/v1alpha3 DeviceTaintRule is deprecated in v1.36+, unavailable in v1.39+',
    },
  ],
  strategy,
  table,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

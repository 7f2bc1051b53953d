import { defineResource } from '../../../scheme/definition.ts';
import { sameShape } from '../../same-shape.ts';
import { allVerbs } from '../../verbs.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'resource.k8s.io',
  resource: 'deviceclasses',
  kind: 'DeviceClass',
  singular: 'deviceclass',
  scope: 'Cluster',
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.resource.v1.DeviceClass', storageVersionHash: 'Yk2PTc1Ybxk=' },
    {
      version: 'v1beta2',
      schema: 'io.k8s.api.resource.v1beta2.DeviceClass',
      storageVersionHash: 'Yk2PTc1Ybxk=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
      deprecation: 'resource.k8s.io/v1beta2 DeviceClass is deprecated in v1.36+, unavailable in v1.39+',
    },
    {
      version: 'v1beta1',
      schema: 'io.k8s.api.resource.v1beta1.DeviceClass',
      storageVersionHash: 'Yk2PTc1Ybxk=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
      deprecation: 'resource.k8s.io/v1beta1 DeviceClass is deprecated in v1.35+, unavailable in v1.38+',
    },
  ],
  strategy,
  table,
});

import { defineResource } from '../../../scheme/definition.ts';
import { sameShape } from '../../same-shape.ts';
import { text } from '../../selectable.ts';
import { allVerbs } from '../../verbs.ts';
import { fromV1beta1, toV1beta1 } from './conversion.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'resource.k8s.io',
  resource: 'resourceslices',
  kind: 'ResourceSlice',
  singular: 'resourceslice',
  scope: 'Cluster',
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.resource.v1.ResourceSlice', storageVersionHash: 'KsC072WgaEY=' },
    {
      version: 'v1beta2',
      schema: 'io.k8s.api.resource.v1beta2.ResourceSlice',
      storageVersionHash: 'KsC072WgaEY=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
      deprecation: 'resource.k8s.io/v1beta2 ResourceSlice is deprecated in v1.36+, unavailable in v1.39+',
    },
    {
      version: 'v1beta1',
      schema: 'io.k8s.api.resource.v1beta1.ResourceSlice',
      storageVersionHash: 'KsC072WgaEY=',
      offByDefault: true,
      toStored: fromV1beta1,
      fromStored: toV1beta1,
      deprecation: 'resource.k8s.io/v1beta1 ResourceSlice is deprecated in v1.35+, unavailable in v1.38+',
    },
  ],
  strategy,
  table,
  selectableFields: {
    'spec.nodeName': text('spec', 'nodeName'),
    'spec.driver': text('spec', 'driver'),
  },
  unknownFieldText: (field, version) =>
    `field label not supported for resource.k8s.io/${version}, Kind=ResourceSlice: ${field}`,
});

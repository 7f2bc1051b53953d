import { defineResource } from '../../../scheme/definition.ts';
import { sameShape } from '../../same-shape.ts';
import { allVerbs } from '../../verbs.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'storage.k8s.io',
  resource: 'volumeattributesclasses',
  kind: 'VolumeAttributesClass',
  singular: 'volumeattributesclass',
  scope: 'Cluster',
  shortNames: ['vac'],
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.storage.v1.VolumeAttributesClass',
      storageVersionHash: 'tIjydgKBC5w=',
    },
    {
      version: 'v1beta1',
      schema: 'io.k8s.api.storage.v1beta1.VolumeAttributesClass',
      storageVersionHash: 'tIjydgKBC5w=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
      deprecation:
        'storage.k8s.io/v1beta1 VolumeAttributesClass is deprecated in v1.34+, unavailable in v1.37+; use storage.k8s.io/v1 VolumeAttributesClass',
    },
  ],
  strategy,
  table,
});

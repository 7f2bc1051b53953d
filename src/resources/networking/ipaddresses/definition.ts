import { defineResource } from '../../../scheme/definition.ts';
import { sameShape } from '../../same-shape.ts';
import { allVerbs } from '../../verbs.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'networking.k8s.io',
  resource: 'ipaddresses',
  kind: 'IPAddress',
  singular: 'ipaddress',
  scope: 'Cluster',
  shortNames: ['ip'],
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.networking.v1.IPAddress', storageVersionHash: '3f/plJFChNE=' },
    {
      version: 'v1beta1',
      schema: 'io.k8s.api.networking.v1beta1.IPAddress',
      storageVersionHash: '3f/plJFChNE=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
      deprecation: 'networking.k8s.io/v1beta1 IPAddress is deprecated in v1.34+, unavailable in v1.37+',
    },
  ],
  strategy,
  table,
});

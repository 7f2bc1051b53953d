import { defineResource } from '../../../scheme/definition.ts';
import { sameShape } from '../../same-shape.ts';
import { allVerbs } from '../../verbs.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'networking.k8s.io',
  resource: 'servicecidrs',
  kind: 'ServiceCIDR',
  singular: 'servicecidr',
  scope: 'Cluster',
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.networking.v1.ServiceCIDR', storageVersionHash: 'gNLvruQhW2g=' },
    {
      version: 'v1beta1',
      schema: 'io.k8s.api.networking.v1beta1.ServiceCIDR',
      storageVersionHash: 'gNLvruQhW2g=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
      deprecation: 'networking.k8s.io/v1beta1 ServiceCIDR is deprecated in v1.34+, unavailable in v1.37+',
    },
  ],
  strategy,
  table,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

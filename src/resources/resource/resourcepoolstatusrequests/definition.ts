import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'resource.k8s.io',
  resource: 'resourcepoolstatusrequests',
  kind: 'ResourcePoolStatusRequest',
  singular: 'resourcepoolstatusrequest',
  scope: 'Cluster',
  verbs: allVerbs,
  versions: [
    {
      version: 'v1alpha3',
      schema: 'io.k8s.api.resource.v1alpha3.ResourcePoolStatusRequest',
      defaults,
      storageVersionHash: 'iy583CtMwdY=',
      offByDefault: true,
    },
  ],
  strategy,
  table,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

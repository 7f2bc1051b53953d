import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'apiregistration.k8s.io',
  resource: 'apiservices',
  kind: 'APIService',
  singular: 'apiservice',
  scope: 'Cluster',
  categories: ['api-extensions'],
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService',
      defaults,
      storageVersionHash: 'InPBPD7+PqM=',
    },
  ],
  upstreamKey: 'apiregistration.k8s.io/apiservices',
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

import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'discovery.k8s.io',
  resource: 'endpointslices',
  kind: 'EndpointSlice',
  singular: 'endpointslice',
  scope: 'Namespaced',
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.discovery.v1.EndpointSlice',
      storageVersionHash: 'qgS0xkrxYAI=',
      defaults,
    },
  ],
  strategy,
  table,
});

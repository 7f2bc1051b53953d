import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'scheduling.k8s.io',
  resource: 'podgroups',
  kind: 'PodGroup',
  singular: 'podgroup',
  scope: 'Namespaced',
  verbs: allVerbs,
  versions: [
    {
      version: 'v1alpha2',
      schema: 'io.k8s.api.scheduling.v1alpha2.PodGroup',
      storageVersionHash: 'YYgX3v5V204=',
      defaults,
      offByDefault: true,
    },
  ],
  strategy,
  table,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

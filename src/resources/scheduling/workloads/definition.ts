import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'scheduling.k8s.io',
  resource: 'workloads',
  kind: 'Workload',
  singular: 'workload',
  scope: 'Namespaced',
  verbs: allVerbs,
  versions: [
    {
      version: 'v1alpha2',
      schema: 'io.k8s.api.scheduling.v1alpha2.Workload',
      storageVersionHash: 'vSX7gJe5Mx8=',
      offByDefault: true,
    },
  ],
  strategy,
  table,
});

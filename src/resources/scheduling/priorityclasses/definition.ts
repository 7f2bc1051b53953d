import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'scheduling.k8s.io',
  resource: 'priorityclasses',
  kind: 'PriorityClass',
  singular: 'priorityclass',
  scope: 'Cluster',
  shortNames: ['pc'],
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.scheduling.v1.PriorityClass',
      storageVersionHash: '1QwjyaZjj3Y=',
      defaults,
    },
  ],
  strategy,
  table,
});

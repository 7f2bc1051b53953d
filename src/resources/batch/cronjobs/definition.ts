import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'batch',
  resource: 'cronjobs',
  kind: 'CronJob',
  singular: 'cronjob',
  scope: 'Namespaced',
  shortNames: ['cj'],
  categories: ['all'],
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.batch.v1.CronJob', storageVersionHash: 'sd5LIXh4Fjs=', defaults },
  ],
  strategy,
  table,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

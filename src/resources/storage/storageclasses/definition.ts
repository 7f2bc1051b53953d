import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'storage.k8s.io',
  resource: 'storageclasses',
  kind: 'StorageClass',
  singular: 'storageclass',
  scope: 'Cluster',
  shortNames: ['sc'],
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.storage.v1.StorageClass',
      storageVersionHash: 'K+m6uJwbjGY=',
      defaults,
    },
  ],
  strategy,
  table,
});

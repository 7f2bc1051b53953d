import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'storagemigration.k8s.io',
  resource: 'storageversionmigrations',
  kind: 'StorageVersionMigration',
  singular: 'storageversionmigration',
  scope: 'Cluster',
  verbs: allVerbs,
  versions: [
    {
      version: 'v1beta1',
      schema: 'io.k8s.api.storagemigration.v1beta1.StorageVersionMigration',
      storageVersionHash: 'pCjmmKOkLy4=',
      offByDefault: true,
    },
  ],
  strategy,
  table,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

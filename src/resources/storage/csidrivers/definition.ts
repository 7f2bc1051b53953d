import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'storage.k8s.io',
  resource: 'csidrivers',
  kind: 'CSIDriver',
  singular: 'csidriver',
  scope: 'Cluster',
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.storage.v1.CSIDriver',
      storageVersionHash: 'hL6j/rwBV5w=',
      defaults,
    },
  ],
  strategy,
  table,
});

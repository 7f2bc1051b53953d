import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'coordination.k8s.io',
  resource: 'leases',
  kind: 'Lease',
  singular: 'lease',
  scope: 'Namespaced',
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.coordination.v1.Lease', storageVersionHash: 'gqkMMb/YqFM=' },
  ],
  strategy,
  table,
});

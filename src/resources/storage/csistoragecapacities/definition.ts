import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'storage.k8s.io',
  resource: 'csistoragecapacities',
  kind: 'CSIStorageCapacity',
  singular: 'csistoragecapacity',
  scope: 'Namespaced',
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.storage.v1.CSIStorageCapacity', storageVersionHash: 'xeVl+2Ly1kE=' },
  ],
  strategy,
  table,
});

import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: '',
  resource: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
  singular: 'persistentvolumeclaim',
  scope: 'Namespaced',
  shortNames: ['pvc'],
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.core.v1.PersistentVolumeClaim',
      storageVersionHash: 'QWTyNDq0dC4=',
      defaults,
    },
  ],
  strategy,
  table,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

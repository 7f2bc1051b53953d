import { defineResource } from '../../../scheme/definition.ts';
import { text } from '../../selectable.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: '',
  resource: 'secrets',
  kind: 'Secret',
  singular: 'secret',
  scope: 'Namespaced',
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.core.v1.Secret', storageVersionHash: 'S6u1pOWzb84=', defaults },
  ],
  strategy,
  table,
  selectableFields: {
    type: text('type'),
  },
});

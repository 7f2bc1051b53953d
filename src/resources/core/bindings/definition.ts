import { defineResource } from '../../../scheme/definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: '',
  resource: 'bindings',
  kind: 'Binding',
  singular: 'binding',
  scope: 'Namespaced',
  verbs: ['create'],
  versions: [{ version: 'v1', schema: 'io.k8s.api.core.v1.Binding' }],
  storage: 'virtual',
  strategy,
  table,
});

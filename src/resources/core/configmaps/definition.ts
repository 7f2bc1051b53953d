import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: '',
  resource: 'configmaps',
  kind: 'ConfigMap',
  singular: 'configmap',
  scope: 'Namespaced',
  shortNames: ['cm'],
  verbs: allVerbs,
  versions: [{ version: 'v1', schema: 'io.k8s.api.core.v1.ConfigMap', storageVersionHash: 'qFsyl6wFWjQ=' }],
  strategy,
  table,
});

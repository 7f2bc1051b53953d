import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'rbac.authorization.k8s.io',
  resource: 'rolebindings',
  kind: 'RoleBinding',
  singular: 'rolebinding',
  scope: 'Namespaced',
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.rbac.v1.RoleBinding', storageVersionHash: 'eGsCzGH6b1g=', defaults },
  ],
  strategy,
  table,
});

import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'rbac.authorization.k8s.io',
  resource: 'roles',
  kind: 'Role',
  singular: 'role',
  scope: 'Namespaced',
  verbs: allVerbs,
  versions: [{ version: 'v1', schema: 'io.k8s.api.rbac.v1.Role', storageVersionHash: '7FuwZcIIItM=' }],
  strategy,
  table,
});

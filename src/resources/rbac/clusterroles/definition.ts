import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'rbac.authorization.k8s.io',
  resource: 'clusterroles',
  kind: 'ClusterRole',
  singular: 'clusterrole',
  scope: 'Cluster',
  verbs: allVerbs,
  versions: [{ version: 'v1', schema: 'io.k8s.api.rbac.v1.ClusterRole', storageVersionHash: 'bYE5ZWDrJ44=' }],
  strategy,
  table,
});

import { defineResource } from '../../../scheme/definition.ts';
import { scaleByReplicas } from '../../scale.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'apps',
  resource: 'statefulsets',
  kind: 'StatefulSet',
  singular: 'statefulset',
  scope: 'Namespaced',
  shortNames: ['sts'],
  categories: ['all'],
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.apps.v1.StatefulSet', storageVersionHash: 'H+vl74LkKdo=', defaults },
  ],
  strategy,
  table,
  subresources: {
    scale: scaleByReplicas,
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

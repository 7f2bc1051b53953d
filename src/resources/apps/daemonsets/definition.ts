import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';
import { annotation } from './template-generation.ts';

export const definition = defineResource({
  group: 'apps',
  resource: 'daemonsets',
  kind: 'DaemonSet',
  singular: 'daemonset',
  scope: 'Namespaced',
  shortNames: ['ds'],
  categories: ['all'],
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.apps.v1.DaemonSet', storageVersionHash: 'dd7pWHUlMKQ=', defaults },
  ],
  strategy,
  annotationsInFullOnly: [annotation],
  table,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

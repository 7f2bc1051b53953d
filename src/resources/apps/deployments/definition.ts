import { defineResource } from '../../../scheme/definition.ts';
import { scaleByReplicas } from '../../scale.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'apps',
  resource: 'deployments',
  kind: 'Deployment',
  singular: 'deployment',
  scope: 'Namespaced',
  shortNames: ['deploy'],
  categories: ['all'],
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.apps.v1.Deployment', storageVersionHash: '8aSe+NMegvE=', defaults },
  ],
  strategy,
  table,
  subresources: {
    scale: scaleByReplicas,
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

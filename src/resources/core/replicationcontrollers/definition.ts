import { defineResource } from '../../../scheme/definition.ts';
import { scaleByReplicas } from '../../scale.ts';
import { text } from '../../selectable.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: '',
  resource: 'replicationcontrollers',
  kind: 'ReplicationController',
  singular: 'replicationcontroller',
  scope: 'Namespaced',
  shortNames: ['rc'],
  categories: ['all'],
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.core.v1.ReplicationController',
      storageVersionHash: 'Jond2If31h0=',
      defaults,
    },
  ],
  upstreamKey: 'controllers',
  strategy,
  table,
  selectableFields: {
    'status.replicas': text('status', 'replicas'),
  },
  subresources: {
    scale: scaleByReplicas,
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

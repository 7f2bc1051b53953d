import { defineResource } from '../../../scheme/definition.ts';
import { text } from '../../selectable.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

const unschedulable = text('spec', 'unschedulable');

export const definition = defineResource({
  group: '',
  resource: 'nodes',
  kind: 'Node',
  singular: 'node',
  scope: 'Cluster',
  shortNames: ['no'],
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.core.v1.Node', storageVersionHash: 'XwShjMxG9Fs=', defaults },
  ],
  upstreamKey: 'minions',
  strategy,
  table,
  selectableFields: {
    'spec.unschedulable': (node) => unschedulable(node) || 'false',
  },
  subresources: {
    proxy: {
      kind: 'connect',
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      optionsKind: 'NodeProxyOptions',
    },
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

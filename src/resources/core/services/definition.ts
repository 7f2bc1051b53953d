import { defineResource } from '../../../scheme/definition.ts';
import { text } from '../../selectable.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: '',
  resource: 'services',
  kind: 'Service',
  singular: 'service',
  scope: 'Namespaced',
  shortNames: ['svc'],
  categories: ['all'],
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.core.v1.Service', storageVersionHash: '0/CO1lhkEBI=', defaults },
  ],
  upstreamKey: 'services/specs',
  strategy,
  table,
  selectableFields: {
    'spec.clusterIP': text('spec', 'clusterIP'),
    'spec.type': text('spec', 'type'),
  },
  subresources: {
    proxy: {
      kind: 'connect',
      verbs: ['create', 'delete', 'get', 'patch', 'update'],
      optionsKind: 'ServiceProxyOptions',
    },
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

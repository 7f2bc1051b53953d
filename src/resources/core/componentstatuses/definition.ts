import { defineResource } from '../../../scheme/definition.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: '',
  resource: 'componentstatuses',
  kind: 'ComponentStatus',
  singular: 'componentstatus',
  scope: 'Cluster',
  shortNames: ['cs'],
  verbs: ['get', 'list'],
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.core.v1.ComponentStatus',
      deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
    },
  ],
  storage: 'virtual',
  strategy,
  table,
});

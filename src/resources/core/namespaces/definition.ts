import { defineResource } from '../../../scheme/definition.ts';
import { text } from '../../selectable.ts';
import { defaults } from './defaults.ts';
import { finalizeStrategy, statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: '',
  resource: 'namespaces',
  kind: 'Namespace',
  singular: 'namespace',
  scope: 'Cluster',
  shortNames: ['ns'],
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  versions: [
    { version: 'v1', schema: 'io.k8s.api.core.v1.Namespace', storageVersionHash: 'Q3oi5N2YM8M=', defaults },
  ],
  strategy,
  table,
  selectableFields: {
    'status.phase': text('status', 'phase'),
  },
  subresources: {
    finalize: { kind: 'object', withoutTable: true, verbs: ['update'], strategy: finalizeStrategy },
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

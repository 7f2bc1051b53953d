import { defineResource } from '../../../scheme/definition.ts';
import { text } from '../../selectable.ts';
import { allVerbs } from '../../verbs.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'batch',
  resource: 'jobs',
  kind: 'Job',
  singular: 'job',
  scope: 'Namespaced',
  categories: ['all'],
  verbs: allVerbs,
  versions: [{ version: 'v1', schema: 'io.k8s.api.batch.v1.Job', storageVersionHash: 'mudhfqk/qZY=' }],
  strategy,
  table,
  selectableFields: {
    'status.successful': text('status', 'successful'),
  },
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

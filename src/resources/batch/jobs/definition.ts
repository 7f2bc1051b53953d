import { defineResource } from '../../../scheme/definition.ts';
import { text } from '../../selectable.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
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
  versions: [
    { version: 'v1', schema: 'io.k8s.api.batch.v1.Job', storageVersionHash: 'mudhfqk/qZY=', defaults },
  ],
  strategy,
  table,
  selectableFields: {
    // Named after a field of old; the reference server reads `status.succeeded`.
    'status.successful': (object) => text('status', 'succeeded')(object) || '0',
  },
  unknownFieldText: (field) => `field label ${JSON.stringify(field)} not supported for Job`,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

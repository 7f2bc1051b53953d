import { defineResource } from '../../../scheme/definition.ts';
import { text } from '../../selectable.ts';
import { allVerbs } from '../../verbs.ts';
import { fromStored, toStored } from './conversion.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'events.k8s.io',
  resource: 'events',
  kind: 'Event',
  singular: 'event',
  scope: 'Namespaced',
  shortNames: ['ev'],
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.events.v1.Event',
      storageVersionHash: 'r2yiGXH7wu8=',
      toStored,
      fromStored,
    },
  ],
  stored: { group: '', version: 'v1', kind: 'Event', schema: 'io.k8s.api.core.v1.Event' },
  strategy,
  table,
  // Read from the stored form, which is core/v1.
  selectableFields: {
    reason: text('reason'),
    'regarding.kind': text('involvedObject', 'kind'),
    'regarding.namespace': text('involvedObject', 'namespace'),
    'regarding.name': text('involvedObject', 'name'),
    'regarding.uid': text('involvedObject', 'uid'),
    'regarding.apiVersion': text('involvedObject', 'apiVersion'),
    'regarding.resourceVersion': text('involvedObject', 'resourceVersion'),
    'regarding.fieldPath': text('involvedObject', 'fieldPath'),
    reportingController: text('reportingComponent'),
    type: text('type'),
  },
});

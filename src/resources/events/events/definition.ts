import { defineResource } from '../../../scheme/definition.ts';
import { sameShape } from '../../same-shape.ts';
import { text } from '../../selectable.ts';
import { allVerbs } from '../../verbs.ts';
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
      toStored: sameShape,
      fromStored: sameShape,
    },
  ],
  stored: { group: '', version: 'v1', kind: 'Event', schema: 'io.k8s.api.core.v1.Event' },
  strategy,
  table,
  selectableFields: {
    reason: text('reason'),
    'regarding.kind': text('regarding', 'kind'),
    'regarding.namespace': text('regarding', 'namespace'),
    'regarding.name': text('regarding', 'name'),
    'regarding.uid': text('regarding', 'uid'),
    'regarding.apiVersion': text('regarding', 'apiVersion'),
    'regarding.resourceVersion': text('regarding', 'resourceVersion'),
    'regarding.fieldPath': text('regarding', 'fieldPath'),
    reportingController: text('reportingController'),
    type: text('type'),
  },
});

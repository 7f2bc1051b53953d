import { defineResource } from '../../../scheme/definition.ts';
import { text } from '../../selectable.ts';
import { allVerbs } from '../../verbs.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

const sourceComponent = text('source', 'component');
const reportingComponent = text('reportingComponent');

export const definition = defineResource({
  group: '',
  resource: 'events',
  kind: 'Event',
  singular: 'event',
  scope: 'Namespaced',
  shortNames: ['ev'],
  verbs: allVerbs,
  versions: [{ version: 'v1', schema: 'io.k8s.api.core.v1.Event', storageVersionHash: 'r2yiGXH7wu8=' }],
  strategy,
  table,
  selectableFields: {
    'involvedObject.kind': text('involvedObject', 'kind'),
    'involvedObject.namespace': text('involvedObject', 'namespace'),
    'involvedObject.name': text('involvedObject', 'name'),
    'involvedObject.uid': text('involvedObject', 'uid'),
    'involvedObject.apiVersion': text('involvedObject', 'apiVersion'),
    'involvedObject.resourceVersion': text('involvedObject', 'resourceVersion'),
    'involvedObject.fieldPath': text('involvedObject', 'fieldPath'),
    reason: text('reason'),
    reportingComponent,
    source: (event) => sourceComponent(event) || reportingComponent(event),
    type: text('type'),
  },
});

import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: '',
  resource: 'podtemplates',
  kind: 'PodTemplate',
  singular: 'podtemplate',
  scope: 'Namespaced',
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.core.v1.PodTemplate', storageVersionHash: 'LIXB2x4IFpk=', defaults },
  ],
  strategy,
  table,
});

import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: '',
  resource: 'limitranges',
  kind: 'LimitRange',
  singular: 'limitrange',
  scope: 'Namespaced',
  shortNames: ['limits'],
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.core.v1.LimitRange', storageVersionHash: 'EBKMFVe6cwo=', defaults },
  ],
  strategy,
  table,
});

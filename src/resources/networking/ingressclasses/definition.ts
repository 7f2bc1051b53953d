import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'networking.k8s.io',
  resource: 'ingressclasses',
  kind: 'IngressClass',
  singular: 'ingressclass',
  scope: 'Cluster',
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.networking.v1.IngressClass',
      storageVersionHash: 'l/iqIbDgFyQ=',
      defaults,
    },
  ],
  strategy,
  table,
});

import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'networking.k8s.io',
  resource: 'ingresses',
  kind: 'Ingress',
  singular: 'ingress',
  scope: 'Namespaced',
  shortNames: ['ing'],
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.networking.v1.Ingress', storageVersionHash: '39NQlfNR+bo=' },
  ],
  upstreamKey: 'ingress',
  strategy,
  table,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

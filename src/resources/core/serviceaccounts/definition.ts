import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: '',
  resource: 'serviceaccounts',
  kind: 'ServiceAccount',
  singular: 'serviceaccount',
  scope: 'Namespaced',
  shortNames: ['sa'],
  verbs: allVerbs,
  versions: [
    { version: 'v1', schema: 'io.k8s.api.core.v1.ServiceAccount', storageVersionHash: 'pbx9ZvyFpBE=' },
  ],
  strategy,
  table,
  subresources: {
    token: {
      kind: 'action',
      verbs: ['create'],
      group: 'authentication.k8s.io',
      version: 'v1',
      bodyKind: 'TokenRequest',
      schema: 'io.k8s.api.authentication.v1.TokenRequest',
    },
  },
});

import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'admissionregistration.k8s.io',
  resource: 'validatingadmissionpolicies',
  kind: 'ValidatingAdmissionPolicy',
  singular: 'validatingadmissionpolicy',
  scope: 'Cluster',
  categories: ['api-extensions'],
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy',
      defaults,
      storageVersionHash: '6OxvlMmQ6is=',
    },
  ],
  strategy,
  table,
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

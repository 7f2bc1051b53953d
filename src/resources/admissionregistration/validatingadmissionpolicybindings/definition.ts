import { defineResource } from '../../../scheme/definition.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'admissionregistration.k8s.io',
  resource: 'validatingadmissionpolicybindings',
  kind: 'ValidatingAdmissionPolicyBinding',
  singular: 'validatingadmissionpolicybinding',
  scope: 'Cluster',
  categories: ['api-extensions'],
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding',
      defaults,
      storageVersionHash: 'v9715VZqakg=',
    },
  ],
  strategy,
  table,
});

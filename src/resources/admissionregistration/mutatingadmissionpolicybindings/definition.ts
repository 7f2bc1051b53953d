import { defineResource } from '../../../scheme/definition.ts';
import { sameShape } from '../../same-shape.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'admissionregistration.k8s.io',
  resource: 'mutatingadmissionpolicybindings',
  kind: 'MutatingAdmissionPolicyBinding',
  singular: 'mutatingadmissionpolicybinding',
  scope: 'Cluster',
  categories: ['api-extensions'],
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding',
      defaults,
      storageVersionHash: '90V5FRZZ3Zg=',
    },
    {
      version: 'v1beta1',
      schema: 'io.k8s.api.admissionregistration.v1beta1.MutatingAdmissionPolicyBinding',
      defaults,
      storageVersionHash: '90V5FRZZ3Zg=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
    },
    {
      version: 'v1alpha1',
      schema: 'io.k8s.api.admissionregistration.v1alpha1.MutatingAdmissionPolicyBinding',
      defaults,
      storageVersionHash: '90V5FRZZ3Zg=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
      deprecation:
        'admissionregistration.k8s.io/v1alpha1 MutatingAdmissionPolicyBinding is deprecated in v1.35+, unavailable in v1.38+',
    },
  ],
  strategy,
  table,
});

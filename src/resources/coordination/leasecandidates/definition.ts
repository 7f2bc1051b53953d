import { defineResource } from '../../../scheme/definition.ts';
import { sameShape } from '../../same-shape.ts';
import { allVerbs } from '../../verbs.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'coordination.k8s.io',
  resource: 'leasecandidates',
  kind: 'LeaseCandidate',
  singular: 'leasecandidate',
  scope: 'Namespaced',
  verbs: allVerbs,
  versions: [
    {
      version: 'v1beta1',
      schema: 'io.k8s.api.coordination.v1beta1.LeaseCandidate',
      storageVersionHash: 'lvME0iHWE20=',
      offByDefault: true,
      deprecation:
        'coordination.k8s.io/v1beta1 LeaseCandidate is deprecated in v1.36+, unavailable in v1.39+',
    },
    {
      version: 'v1alpha2',
      schema: 'io.k8s.api.coordination.v1alpha2.LeaseCandidate',
      storageVersionHash: 'lvME0iHWE20=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
      deprecation:
        'coordination.k8s.io/v1alpha2 LeaseCandidate is deprecated in v1.35+, unavailable in v1.38+',
    },
  ],
  strategy,
  table,
});

import { defineResource } from '../../../scheme/definition.ts';
import { sameShape } from '../../same-shape.ts';
import { text } from '../../selectable.ts';
import { allVerbs } from '../../verbs.ts';
import { strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'certificates.k8s.io',
  resource: 'clustertrustbundles',
  kind: 'ClusterTrustBundle',
  singular: 'clustertrustbundle',
  scope: 'Cluster',
  verbs: allVerbs,
  versions: [
    {
      version: 'v1beta1',
      schema: 'io.k8s.api.certificates.v1beta1.ClusterTrustBundle',
      storageVersionHash: 'v5yhuVertL4=',
      offByDefault: true,
    },
    {
      version: 'v1alpha1',
      schema: 'io.k8s.api.certificates.v1alpha1.ClusterTrustBundle',
      storageVersionHash: 'v5yhuVertL4=',
      offByDefault: true,
      toStored: sameShape,
      fromStored: sameShape,
    },
  ],
  strategy,
  table,
  selectableFields: {
    'spec.signerName': text('spec', 'signerName'),
  },
});

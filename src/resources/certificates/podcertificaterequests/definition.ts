import { defineResource } from '../../../scheme/definition.ts';
import { text } from '../../selectable.ts';
import { allVerbs } from '../../verbs.ts';
import { defaults } from './defaults.ts';
import { statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'certificates.k8s.io',
  resource: 'podcertificaterequests',
  kind: 'PodCertificateRequest',
  singular: 'podcertificaterequest',
  scope: 'Namespaced',
  verbs: allVerbs,
  versions: [
    {
      version: 'v1beta1',
      schema: 'io.k8s.api.certificates.v1beta1.PodCertificateRequest',
      storageVersionHash: 'wYA9yXQH8fg=',
      offByDefault: true,
      defaults,
    },
  ],
  strategy,
  table,
  selectableFields: {
    'spec.signerName': text('spec', 'signerName'),
    'spec.podName': text('spec', 'podName'),
    'spec.nodeName': text('spec', 'nodeName'),
  },
  subresources: {
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

import { defineResource } from '../../../scheme/definition.ts';
import { text } from '../../selectable.ts';
import { allVerbs } from '../../verbs.ts';
import { approvalStrategy, statusStrategy, strategy } from './strategy.ts';
import { table } from './table.ts';

export const definition = defineResource({
  group: 'certificates.k8s.io',
  resource: 'certificatesigningrequests',
  kind: 'CertificateSigningRequest',
  singular: 'certificatesigningrequest',
  scope: 'Cluster',
  shortNames: ['csr'],
  verbs: allVerbs,
  versions: [
    {
      version: 'v1',
      schema: 'io.k8s.api.certificates.v1.CertificateSigningRequest',
      storageVersionHash: '95fRKMXA+00=',
    },
  ],
  strategy,
  table,
  selectableFields: {
    'spec.signerName': text('spec', 'signerName'),
  },
  subresources: {
    approval: {
      kind: 'object',
      withoutTable: true,
      verbs: ['get', 'patch', 'update'],
      strategy: approvalStrategy,
    },
    status: { kind: 'object', verbs: ['get', 'patch', 'update'], strategy: statusStrategy },
  },
});

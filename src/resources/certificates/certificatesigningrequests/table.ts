import { humanDuration } from '../../../apimachinery/duration.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn, none } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';
import { conditionsOf } from './conditions.ts';

interface CsrSpec {
  signerName?: string;
  username?: string;
  expirationSeconds?: number;
}

function conditionText(csr: KubeObject): string {
  const has = (wanted: string) => conditionsOf(csr).some(({ type }) => type === wanted);
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  const issued = readStruct<{ certificate?: string }>(csr, 'status').certificate;
  return `${decision}${has('Failed') ? ',Failed' : ''}${issued ? ',Issued' : ''}`;
}

export const table: TableDefinition = {
  columns: [
    nameColumn,
    ageColumn,
    column('SignerName', 'Signer that is asked for the certificate.'),
    column('Requestor', 'User who made the request.'),
    column('RequestedDuration', 'How long the certificate is wished to be valid.'),
    column('Condition', 'Decision about the request, and whether a certificate was issued.'),
  ],
  row: (csr, nowMs) => {
    const spec = readStruct<CsrSpec>(csr, 'spec');
    const seconds = spec.expirationSeconds;
    return {
      cells: [
        csr.metadata.name ?? '',
        age(csr, nowMs),
        spec.signerName || none,
        spec.username ?? '',
        seconds === undefined ? none : humanDuration(seconds * 1000),
        conditionText(csr),
      ],
    };
  },
};

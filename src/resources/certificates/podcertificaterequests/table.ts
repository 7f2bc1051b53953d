import type { TableDefinition } from '../../../scheme/definition.ts';
import { column, labelsText, nameColumn } from '../../cells.ts';
import { outcomeOf, specOf } from './types.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('PodName', 'Pod that the certificate is for.'),
    column('ServiceAccountName', 'Service account of the pod.'),
    column('NodeName', 'Node that the pod runs on.'),
    column('SignerName', 'Signer that is asked for the certificate.'),
    column('State', 'Whether the request is pending, issued, denied or failed.'),
    column('UnverifiedUserAnnotations', 'Wishes of the pod that the signer may look at.'),
  ],
  row: (request) => {
    const spec = specOf(request);
    return {
      cells: [
        request.metadata.name ?? '',
        spec.podName ?? '',
        spec.serviceAccountName ?? '',
        spec.nodeName ?? '',
        spec.signerName ?? '',
        outcomeOf(request) ?? 'Pending',
        labelsText(spec.unverifiedUserAnnotations),
      ],
    };
  },
};

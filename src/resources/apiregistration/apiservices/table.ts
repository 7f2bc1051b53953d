import type { KubeObject } from '../../../apimachinery/object.ts';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';
import { conditionsOf, specOf } from './types.ts';

function availableText(apiService: KubeObject): string {
  const available = conditionsOf(apiService).find(({ type }) => type === 'Available');
  if (!available) return 'Unknown';
  const { status = '', reason } = available;
  return status !== 'True' && reason ? `${status} (${reason})` : status;
}

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Service', 'Service that answers for the group version, or Local.'),
    column('Available', 'Whether the group version can be reached.'),
    ageColumn,
  ],
  row: (apiService, nowMs) => {
    const { service } = specOf(apiService);
    return {
      cells: [
        apiService.metadata.name ?? '',
        service ? `${service.namespace ?? ''}/${service.name ?? ''}` : 'Local',
        availableText(apiService),
        age(apiService, nowMs),
      ],
    };
  },
};

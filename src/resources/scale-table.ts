import { isRecord } from '../apimachinery/object.ts';
import type { TableDefinition } from '../scheme/definition.ts';
import { age, ageColumn, column } from './cells.ts';

/** How the size of a workload is shown: `kubectl get --subresource=scale`. */
export const scaleTable: TableDefinition = {
  columns: [
    column('Name', 'Name of the workload.'),
    { ...column('Desired', 'Pods that are asked for.'), type: 'integer' },
    { ...column('Available', 'Pods that there are.'), type: 'integer' },
    ageColumn,
  ],
  row: (object, nowMs) => {
    const replicas = (part: unknown) => (isRecord(part) && part['replicas']) || 0;
    return {
      cells: [
        object.metadata.name ?? '',
        replicas(object['spec']),
        replicas(object['status']),
        age(object, nowMs),
      ],
    };
  },
};

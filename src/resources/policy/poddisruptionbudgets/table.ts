import type { IPodDisruptionBudgetSpec, IPodDisruptionBudgetStatus } from 'kubernetes-models/policy/v1';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';

const notApplicable = 'N/A';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Min Available', 'Pods that must stay available.'),
    column('Max Unavailable', 'Pods that may be unavailable.'),
    column('Allowed Disruptions', 'Pods that may be evicted now.', 'integer'),
    ageColumn,
  ],
  row: (object, nowMs) => {
    const { minAvailable, maxUnavailable } = readStruct<IPodDisruptionBudgetSpec>(object, 'spec');
    const { disruptionsAllowed } = readStruct<IPodDisruptionBudgetStatus>(object, 'status');
    return {
      cells: [
        object.metadata.name ?? '',
        String(minAvailable ?? notApplicable),
        String(maxUnavailable ?? notApplicable),
        disruptionsAllowed ?? 0,
        age(object, nowMs),
      ],
    };
  },
};

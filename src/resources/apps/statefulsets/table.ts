import type { IStatefulSetSpec, IStatefulSetStatus } from 'kubernetes-models/apps/v1';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';
import { containerCells, containerColumns } from '../../template-columns.ts';

export const table: TableDefinition = {
  columns: [nameColumn, column('Ready', 'Ready pods out of those wanted.'), ageColumn, ...containerColumns],
  row: (object, nowMs) => {
    const spec = readStruct<IStatefulSetSpec>(object, 'spec');
    const status = readStruct<IStatefulSetStatus>(object, 'status');
    return {
      cells: [
        object.metadata.name ?? '',
        `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
        age(object, nowMs),
        ...containerCells(spec.template),
      ],
    };
  },
};

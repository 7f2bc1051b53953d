import type { IReplicaSetSpec, IReplicaSetStatus } from 'kubernetes-models/apps/v1';
import { formatLabelSelector } from '../../../apimachinery/label-selector.ts';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';
import { containerCells, containerColumns, selectorColumn } from '../../template-columns.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Desired', 'Pods wanted.', 'integer'),
    column('Current', 'Pods that exist.', 'integer'),
    column('Ready', 'Pods that are ready.', 'integer'),
    ageColumn,
    ...containerColumns,
    selectorColumn,
  ],
  row: (object, nowMs) => {
    const spec = readStruct<IReplicaSetSpec>(object, 'spec');
    const status = readStruct<IReplicaSetStatus>(object, 'status');
    return {
      cells: [
        object.metadata.name ?? '',
        spec.replicas ?? 0,
        status.replicas ?? 0,
        status.readyReplicas ?? 0,
        age(object, nowMs),
        ...containerCells(spec.template),
        formatLabelSelector(spec.selector),
      ],
    };
  },
};

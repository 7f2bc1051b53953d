import type { IDeploymentSpec, IDeploymentStatus } from 'kubernetes-models/apps/v1';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';
import { containerCells, containerColumns, selectorColumn } from '../../template-columns.ts';
import { selectorOf } from '../../validation/selectors.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Ready', 'Ready pods out of those wanted.'),
    column('Up-to-date', 'Pods that run the current template.'),
    column('Available', 'Pods that have been ready for long enough.'),
    ageColumn,
    ...containerColumns,
    selectorColumn,
  ],
  row: (object, nowMs) => {
    const spec = readStruct<IDeploymentSpec>(object, 'spec');
    const status = readStruct<IDeploymentStatus>(object, 'status');
    return {
      cells: [
        object.metadata.name ?? '',
        `${status.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
        status.updatedReplicas ?? 0,
        status.availableReplicas ?? 0,
        age(object, nowMs),
        ...containerCells(spec.template),
        selectorOf(spec.selector)?.text ?? '<invalid>',
      ],
    };
  },
};

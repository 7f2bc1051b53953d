import type { IPriorityClass } from 'kubernetes-models/scheduling.k8s.io/v1';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Value', 'Priority of the pods in this class.', 'integer'),
    column('Global-Default', 'Whether pods without a class are in this one.', 'boolean'),
    ageColumn,
    column('PreemptionPolicy', 'Whether pods of this class may push others off a node.'),
  ],
  row: (object, nowMs) => {
    const { value, globalDefault, preemptionPolicy } = object as unknown as IPriorityClass;
    return {
      cells: [
        object.metadata.name ?? '',
        value ?? 0,
        globalDefault ?? false,
        age(object, nowMs),
        preemptionPolicy ?? '',
      ],
    };
  },
};

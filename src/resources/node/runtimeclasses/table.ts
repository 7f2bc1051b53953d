import type { IRuntimeClass } from 'kubernetes-models/node.k8s.io/v1';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';

export const table: TableDefinition = {
  columns: [nameColumn, column('Handler', 'What the container runtime calls this class.'), ageColumn],
  row: (object, nowMs) => ({
    cells: [
      object.metadata.name ?? '',
      (object as unknown as IRuntimeClass).handler ?? '',
      age(object, nowMs),
    ],
  }),
};

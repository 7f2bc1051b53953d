import type { ICSINodeSpec } from 'kubernetes-models/storage.k8s.io/v1';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';

export const table: TableDefinition = {
  columns: [nameColumn, column('Drivers', 'How many CSI drivers run on the node.', 'integer'), ageColumn],
  row: (object, nowMs) => ({
    cells: [
      object.metadata.name ?? '',
      readStruct<ICSINodeSpec>(object, 'spec').drivers?.length ?? 0,
      age(object, nowMs),
    ],
  }),
};

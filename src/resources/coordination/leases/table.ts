import type { ILeaseSpec } from 'kubernetes-models/coordination.k8s.io/v1';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';

export const table: TableDefinition = {
  columns: [nameColumn, column('Holder', 'Who holds the lease.'), ageColumn],
  row: (object, nowMs) => ({
    cells: [
      object.metadata.name ?? '',
      readStruct<ILeaseSpec>(object, 'spec').holderIdentity ?? '',
      age(object, nowMs),
    ],
  }),
};

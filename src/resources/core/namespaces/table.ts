import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';

export const table: TableDefinition = {
  columns: [nameColumn, column('Status', 'Phase of the namespace: Active or Terminating.'), ageColumn],
  row: (object, nowMs) => {
    const { status } = object as unknown as INamespace;
    return { cells: [object.metadata.name ?? '', status?.phase ?? '', age(object, nowMs)] };
  },
};

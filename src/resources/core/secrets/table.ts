import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Type', 'What the secret is for.'),
    column('Data', 'Number of entries in data.'),
    ageColumn,
  ],
  row: (object, nowMs) => {
    const { type, data } = object as unknown as ISecret;
    const entries = Object.keys(data ?? {}).length;
    return { cells: [object.metadata.name ?? '', type ?? '', entries, age(object, nowMs)] };
  },
};

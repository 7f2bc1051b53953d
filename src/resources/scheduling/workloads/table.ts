import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, nameColumn } from '../../cells.ts';

export const table: TableDefinition = {
  columns: [nameColumn, ageColumn],
  row: (object, nowMs) => ({ cells: [object.metadata.name ?? '', age(object, nowMs)] }),
};

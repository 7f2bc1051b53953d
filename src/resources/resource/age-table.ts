import type { TableDefinition } from '../../scheme/definition.ts';
import { age, ageColumn, nameColumn } from '../cells.ts';

/** The table of kinds that show no more than their age. */
export const ageTable: TableDefinition = {
  columns: [nameColumn, ageColumn],
  row: (object, nowMs) => ({ cells: [object.metadata.name ?? '', age(object, nowMs)] }),
};

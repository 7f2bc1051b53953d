import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';

export const table: TableDefinition = {
  columns: [nameColumn, column('Data', 'Number of entries in data and binaryData.'), ageColumn],
  row: (object, nowMs) => {
    const { data, binaryData } = object as unknown as IConfigMap;
    const entries = Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length;
    return { cells: [object.metadata.name ?? '', entries, age(object, nowMs)] };
  },
};

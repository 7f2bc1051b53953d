import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';
import { specOf } from './types.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Node', 'Node that has the devices, when it is one.'),
    column('Driver', 'Driver that published the devices.'),
    column('Pool', 'Pool that the devices belong to.'),
    ageColumn,
  ],
  row: (slice, nowMs) => {
    const { nodeName = '', driver = '', pool } = specOf(slice);
    const { name = '' } = slice.metadata;
    return { cells: [name, nodeName, driver, pool?.name ?? '', age(slice, nowMs)] };
  },
};

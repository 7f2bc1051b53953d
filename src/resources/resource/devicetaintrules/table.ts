import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, ageOf, column, nameColumn } from '../../cells.ts';
import { specOf } from './types.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Key', 'Key of the taint.'),
    column('Value', 'Value of the taint.'),
    column('Effect', 'What the taint does to claims that do not tolerate it.'),
    column('TimeAdded', 'How long ago the taint took effect.'),
    ageColumn,
  ],
  row: (rule, nowMs) => {
    const { taint } = specOf(rule);
    return {
      cells: [
        rule.metadata.name ?? '',
        taint?.key ?? '',
        taint?.value ?? '',
        taint?.effect ?? '',
        taint?.timeAdded ? ageOf(taint.timeAdded as string, nowMs) : '',
        age(rule, nowMs),
      ],
    };
  },
};

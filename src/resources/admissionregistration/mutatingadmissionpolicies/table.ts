import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';
import { paramKindText } from '../policies.ts';
import { specOf } from './types.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Mutations', 'Number of changes that the policy makes.', 'integer'),
    column('ParamKind', 'Kind of the objects that parameterize the policy.'),
    ageColumn,
  ],
  row: (policy, nowMs) => {
    const spec = specOf(policy);
    const { name = '' } = policy.metadata;
    return { cells: [name, (spec.mutations ?? []).length, paramKindText(spec), age(policy, nowMs)] };
  },
};

import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';
import { paramKindText } from '../policies.ts';
import { specOf } from './types.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Validations', 'Number of expressions that must hold.', 'integer'),
    column('ParamKind', 'Kind of the objects that parameterize the policy.'),
    ageColumn,
  ],
  row: (policy, nowMs) => {
    const spec = specOf(policy);
    const { name = '' } = policy.metadata;
    return { cells: [name, (spec.validations ?? []).length, paramKindText(spec), age(policy, nowMs)] };
  },
};

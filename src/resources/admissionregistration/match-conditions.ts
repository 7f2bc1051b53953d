import {
  duplicate,
  type FieldError,
  type FieldPath,
  required,
  tooMany,
} from '../../apimachinery/field-error.ts';
import { validateQualifiedName } from '../validation/name-fields.ts';
import { repeated } from '../validation/values.ts';
import type { MatchCondition } from './types.ts';

const maxMatchConditions = 64;

/** Findings on names and presence; whether an expression compiles is not looked at here. */
export function validateMatchConditions(
  conditions: readonly MatchCondition[] | undefined,
  path: FieldPath,
): FieldError[] {
  const list = conditions ?? [];
  const names = list.map(({ name }) => name ?? '');
  const again = repeated(names);
  return [
    ...(list.length > maxMatchConditions ? [tooMany(path, list.length, maxMatchConditions)] : []),
    ...list.flatMap(({ expression = '' }, i) => {
      const name = names[i]!;
      const namePath = path.index(i).child('name');
      return [
        ...(expression.trim() === '' ? [required(path.index(i).child('expression'))] : []),
        ...(name === '' ? [required(namePath)] : validateQualifiedName(name, namePath)),
        ...(name !== '' && again[i] ? [duplicate(namePath, name)] : []),
      ];
    }),
  ];
}

import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  required,
  tooMany,
} from '../../apimachinery/field-error.ts';
import { validateQualifiedName } from '../validation/name-fields.ts';
import { repeated } from '../validation/values.ts';
import type { MatchCondition } from './types.ts';

const maxMatchConditions = 64;

/** Findings on conditions. `problemOf` says what is wrong with an expression; without it nobody looks whether one compiles. */
export function validateMatchConditions(
  conditions: readonly MatchCondition[] | undefined,
  path: FieldPath,
  problemOf: (expression: string) => string | undefined = () => undefined,
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
        ...validateExpression(expression, path.index(i).child('expression'), problemOf),
        ...(name === '' ? [required(namePath)] : validateQualifiedName(name, namePath)),
        ...(name !== '' && again[i] ? [duplicate(namePath, name)] : []),
      ];
    }),
  ];
}

function validateExpression(
  expression: string,
  path: FieldPath,
  problemOf: (expression: string) => string | undefined,
): FieldError[] {
  if (expression.trim() === '') return [required(path)];
  const problem = problemOf(expression);
  return problem === undefined ? [] : [invalid(path, expression, problem)];
}

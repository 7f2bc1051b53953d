import type { ITopologySelectorLabelRequirement, ITopologySelectorTerm } from 'kubernetes-models/v1';
import { duplicate, type FieldError, type FieldPath, required } from '../../../apimachinery/field-error.ts';
import { validateLabelName } from '../../../apimachinery/labels-validation.ts';

/** Terms of labels and their values; no two terms may say the same. */
export function validateTopologies(terms: readonly ITopologySelectorTerm[], path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return terms.flatMap(({ matchLabelExpressions = [] }, i) => {
    const expressionsPath = path.index(i).child('matchLabelExpressions');
    const errors = matchLabelExpressions.flatMap((expression, j) =>
      validateExpression(expression, matchLabelExpressions.slice(0, j), expressionsPath.index(j)),
    );
    const meaning = meaningOf(matchLabelExpressions);
    if (seen.has(meaning)) errors.push(duplicate(expressionsPath, ''));
    seen.add(meaning);
    return errors;
  });
}

function validateExpression(
  { key = '', values = [] }: ITopologySelectorLabelRequirement,
  earlier: readonly ITopologySelectorLabelRequirement[],
  path: FieldPath,
): FieldError[] {
  const valuesPath = path.child('values');
  return [
    ...(values.length === 0 ? [required(valuesPath)] : []),
    ...values.flatMap((value, i) =>
      values.indexOf(value) < i ? [duplicate(valuesPath.index(i), value)] : [],
    ),
    ...validateLabelName(key, path.child('key')),
    ...(earlier.some((expression) => expression.key === key) ? [duplicate(path.child('key'), key)] : []),
  ];
}

/** A text that is the same for terms that differ only in order. */
const meaningOf = (expressions: readonly ITopologySelectorLabelRequirement[]): string =>
  JSON.stringify(
    expressions
      .map(({ key, values = [] }) => [key, [...new Set(values)].sort()] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

import type { ITopologySelectorLabelRequirement, ITopologySelectorTerm } from 'kubernetes-models/v1';
import { duplicate, type FieldError, type FieldPath, required } from '../../../apimachinery/field-error.ts';
import { validateLabelName } from '../../../apimachinery/labels-validation.ts';
import { repeated } from '../../validation/values.ts';

/** Terms of labels and their values; no two terms may say the same. */
export function validateTopologies(terms: readonly ITopologySelectorTerm[], path: FieldPath): FieldError[] {
  const sameAgain = repeated(terms.map(({ matchLabelExpressions = [] }) => meaningOf(matchLabelExpressions)));
  return terms.flatMap(({ matchLabelExpressions = [] }, i) => {
    const expressionsPath = path.index(i).child('matchLabelExpressions');
    const keyAgain = repeated(matchLabelExpressions.map(({ key }) => key));
    return [
      ...matchLabelExpressions.flatMap((expression, j) => [
        ...validateExpression(expression, expressionsPath.index(j)),
        ...(keyAgain[j] ? [duplicate(expressionsPath.index(j).child('key'), expression.key)] : []),
      ]),
      // Upstream a term that says nothing is one more of its kind from the first on.
      ...(sameAgain[i] || matchLabelExpressions.length === 0 ? [duplicate(expressionsPath, '')] : []),
    ];
  });
}

function validateExpression(
  { key = '', values = [] }: ITopologySelectorLabelRequirement,
  path: FieldPath,
): FieldError[] {
  const valuesPath = path.child('values');
  const again = repeated(values);
  return [
    ...(values.length === 0 ? [required(valuesPath)] : []),
    ...values.flatMap((value, i) => (again[i] ? [duplicate(valuesPath.index(i), value)] : [])),
    ...validateLabelName(key, path.child('key')),
  ];
}

/** A text that is the same for terms that differ only in order. */
const meaningOf = (expressions: readonly ITopologySelectorLabelRequirement[]): string =>
  JSON.stringify(
    expressions
      .map(({ key, values = [] }) => [key, [...new Set(values)].sort()] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

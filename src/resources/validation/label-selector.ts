import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  required,
} from '../../apimachinery/field-error.ts';
import type { LabelSelectorObject } from '../../apimachinery/label-selector.ts';
import { validateLabelName, validateLabels } from '../../apimachinery/labels-validation.ts';
import { isValidLabelValue } from '../../apimachinery/names.ts';
import { invalidFor } from './values.ts';

type Expression = NonNullable<LabelSelectorObject['matchExpressions']>[number];

/** Findings on a `metav1.LabelSelector`; absent passes. */
export function validateLabelSelector(
  selector: LabelSelectorObject | undefined | null,
  path: FieldPath,
): FieldError[] {
  if (!selector) return [];
  return [
    ...validateLabels(selector.matchLabels, path.child('matchLabels')),
    ...(selector.matchExpressions ?? []).flatMap((expression, i) =>
      validateExpression(expression, path.child('matchExpressions').index(i)),
    ),
  ];
}

function validateExpression({ key, operator, values = [] }: Expression, path: FieldPath): FieldError[] {
  const valuesPath = path.child('values');
  return [
    ...validateSelectorOperator(operator ?? '', values, path),
    ...validateLabelName(key ?? '', path.child('key')),
    ...values.flatMap((value, i) => invalidFor(isValidLabelValue(value), value, valuesPath.index(i))),
  ];
}

/** The operators that label selectors and node selectors share, and how many values each takes. */
export function validateSelectorOperator(
  operator: string,
  values: readonly string[],
  path: FieldPath,
): FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0
        ? []
        : [required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? []
        : [
            forbidden(
              path.child('values'),
              "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
            ),
          ];
    default:
      return [invalid(path.child('operator'), operator, 'not a valid selector operator')];
  }
}

import type {
  INodeSelector,
  INodeSelectorRequirement,
  INodeSelectorTerm,
  IPreferredSchedulingTerm,
} from 'kubernetes-models/v1';
import { type FieldError, type FieldPath, invalid, required } from '../../apimachinery/field-error.ts';
import { validateLabelName } from '../../apimachinery/labels-validation.ts';
import { isDNS1123Subdomain, isValidLabelValue } from '../../apimachinery/names.ts';
import { validateSelectorOperator } from './label-selector.ts';
import { invalidFor } from './values.ts';

/** A selector of nodes: at least one term. */
export function validateNodeSelector(selector: INodeSelector, path: FieldPath): FieldError[] {
  const termsPath = path.child('nodeSelectorTerms');
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) return [required(termsPath, 'must have at least one node selector term')];
  return terms.flatMap((term, i) => validateNodeSelectorTerm(term, true, termsPath.index(i)));
}

/** Preferences among nodes. Their label values are not checked: they may be impossible without harm. */
export const validatePreferredSchedulingTerms = (
  terms: readonly IPreferredSchedulingTerm[],
  path: FieldPath,
): FieldError[] =>
  terms.flatMap(({ weight = 0, preference = {} }, i) => [
    ...validateWeight(weight, path.index(i).child('weight')),
    ...validateNodeSelectorTerm(preference, false, path.index(i).child('preference')),
  ]);

export const validateWeight = (weight: number, path: FieldPath): FieldError[] =>
  weight >= 1 && weight <= 100 ? [] : [invalid(path, weight, 'must be in the range 1-100')];

function validateNodeSelectorTerm(
  { matchExpressions = [], matchFields = [] }: INodeSelectorTerm,
  checkValues: boolean,
  path: FieldPath,
): FieldError[] {
  return [
    ...matchExpressions.flatMap((requirement, i) =>
      validateLabelRequirement(requirement, checkValues, path.child('matchExpressions').index(i)),
    ),
    ...matchFields.flatMap((requirement, i) =>
      validateFieldRequirement(requirement, path.child('matchFields').index(i)),
    ),
  ];
}

function validateLabelRequirement(
  { key = '', operator, values = [] }: Partial<INodeSelectorRequirement>,
  checkValues: boolean,
  path: FieldPath,
): FieldError[] {
  const valuesPath = path.child('values');
  return [
    ...validateNodeOperator(operator ?? '', values, path),
    ...validateLabelName(key, path.child('key')),
    ...(checkValues
      ? values.flatMap((value, i) => invalidFor(isValidLabelValue(value), value, valuesPath.index(i)))
      : []),
  ];
}

function validateNodeOperator(operator: string, values: readonly string[], path: FieldPath): FieldError[] {
  if (operator !== 'Gt' && operator !== 'Lt') return validateSelectorOperator(operator, values, path);
  if (values.length === 1) return [];
  return [required(path.child('values'), "must be specified single value when `operator` is 'Lt' or 'Gt'")];
}

/** The only field is the name of the node. */
function validateFieldRequirement(
  { key = '', operator, values = [] }: Partial<INodeSelectorRequirement>,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const valuesPath = path.child('values');
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(path.child('operator'), operator ?? '', 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(valuesPath, detail));
  }
  if (key !== 'metadata.name') {
    return [...errors, invalid(path.child('key'), key, 'not a valid field selector key')];
  }
  const nameErrors = values.flatMap((value, i) =>
    invalidFor(isDNS1123Subdomain(value), value, valuesPath.index(i)),
  );
  return [...errors, ...nameErrors];
}

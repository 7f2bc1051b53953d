import { type FieldError, type FieldPath, invalid } from '../../apimachinery/field-error.ts';
import { validateLabelName } from '../../apimachinery/labels-validation.ts';
import { validateList, validateUnique } from './lists.ts';

const maxConditions = 4;

interface BindingConditions {
  readonly bindingConditions?: readonly string[];
  readonly bindingFailureConditions?: readonly string[];
}

/** Conditions that must hold before a pod is bound, and those that end the wait. Neither comes without the other. */
export function validateBindingConditions(
  { bindingConditions: wanted = [], bindingFailureConditions: failures = [] }: BindingConditions,
  path: FieldPath,
): FieldError[] {
  const wantedPath = path.child('bindingConditions');
  const failuresPath = path.child('bindingFailureConditions');
  const errors = [
    ...validateList(wanted, maxConditions, wantedPath, validateLabelName),
    ...validateList(failures, maxConditions, failuresPath, validateLabelName),
    ...validateUnique(wanted, wantedPath),
    ...validateUnique(failures, failuresPath),
    ...failures.flatMap((condition, i) => {
      const detail = 'bindingFailureConditions must not overlap with bindingConditions';
      return wanted.includes(condition) ? [invalid(failuresPath.index(i), condition, detail)] : [];
    }),
  ];
  if (wanted.length === 0 && failures.length > 0) {
    const detail = 'bindingConditions are required to use bindingFailureConditions';
    errors.push(invalid(wantedPath, wanted, detail));
  }
  if (failures.length === 0 && wanted.length > 0) {
    const detail = 'bindingFailureConditions are required to use bindingConditions';
    errors.push(invalid(failuresPath, failures, detail));
  }
  return errors;
}

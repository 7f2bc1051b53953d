import { type FieldError, FieldPath, invalid } from '../../../apimachinery/field-error.ts';
import { validateFinalizers } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';

const finalizersPath = FieldPath.of('spec', 'finalizers');
const standardFinalizers = ['kubernetes', 'orphan', 'foregroundDeletion'];

export const finalizersOf = (object: KubeObject): readonly string[] =>
  readStruct<{ finalizers?: string[] }>(object, 'spec').finalizers ?? [];

function validateFinalizer(name: string, path: FieldPath): FieldError[] {
  const errors = validateFinalizers([name], path);
  if (!name.includes('/') && !standardFinalizers.includes(name)) {
    errors.push(invalid(path, name, 'name is neither a standard finalizer name nor is it fully qualified'));
  }
  return errors;
}

export const validateNamespace = (object: KubeObject): FieldError[] =>
  finalizersOf(object).flatMap((name) => validateFinalizer(name, finalizersPath));

/** `/finalize`: as `validateNamespace`, the findings with the place in the list. */
export const validateNamespaceFinalize = (object: KubeObject): FieldError[] =>
  finalizersOf(object).flatMap((name, i) => validateFinalizer(name, finalizersPath.index(i)));

/** The phase follows from whether the namespace is being deleted. */
export function validateNamespaceStatus(object: KubeObject): FieldError[] {
  const phase = readStruct<{ phase?: string }>(object, 'status').phase ?? '';
  const path = FieldPath.of('status', 'Phase');
  if (!object.metadata.deletionTimestamp) {
    return phase === 'Active'
      ? []
      : [invalid(path, phase, "may only be 'Active' if `deletionTimestamp` is empty")];
  }
  return phase === 'Terminating'
    ? []
    : [invalid(path, phase, "may only be 'Terminating' if `deletionTimestamp` is not empty")];
}

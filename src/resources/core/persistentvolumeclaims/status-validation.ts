import type { IPersistentVolumeClaim } from 'kubernetes-models/v1';
import {
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { type Quantity, quantityValue } from '../../../apimachinery/quantity.ts';
import { validateQualifiedName } from '../../validation/name-fields.ts';
import { validateResourceQuantityValue } from '../../validation/quantity.ts';
import { quantitiesOf } from '../../validation/resource-list.ts';
import { isNativeResource } from '../../validation/resource-names.ts';

const statusPath = FieldPath.of('status');
const resizeStates = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
].sort();

/** A volume has sizes that are no negative amounts, of storage or of what its driver knows. */
export function validateClaimStatus(object: KubeObject): FieldError[] {
  const { spec, status } = object as unknown as IPersistentVolumeClaim;
  const errors: FieldError[] = [];
  if (!object.metadata.resourceVersion) errors.push(required(FieldPath.of('resourceVersion')));
  if ((spec?.accessModes ?? []).length === 0) errors.push(required(FieldPath.of('Spec', 'accessModes')));
  for (const [name, quantity] of quantitiesOf(status?.capacity)) {
    errors.push(...validateAmount(quantity, statusPath.child('capacity').key(name)));
  }
  const statesPath = statusPath.child('allocatedResourceStatuses');
  const states = status?.allocatedResourceStatuses ?? {};
  for (const name of Object.keys(states)) {
    errors.push(...validateAllocatedName(name, statesPath));
    if (!resizeStates.includes(states[name]!)) errors.push(notSupported(statesPath, name, resizeStates));
  }
  return [...errors, ...validateAllocated(status)];
}

function validateAllocated(status: IPersistentVolumeClaim['status']): FieldError[] {
  const path = statusPath.child('allocatedResources');
  return [...quantitiesOf(status?.allocatedResources)].flatMap(([name, quantity]) => {
    const nameErrors = validateAllocatedName(name, path);
    if (nameErrors.length > 0) return nameErrors;
    const errors = validateAmount(quantity, path.key(name));
    return errors.length > 0 ? errors : validateResourceQuantityValue('storage', quantity, path.key(name));
  });
}

function validateAllocatedName(name: string, path: FieldPath): FieldError[] {
  const errors = validateQualifiedName(name, path);
  if (errors.length > 0 || !isNativeResource(name) || name === 'storage') return errors;
  return [notSupported(path, name, ['storage'])];
}

function validateAmount(quantity: Quantity, path: FieldPath): FieldError[] {
  const value = quantityValue(quantity);
  return value < 0n ? [invalid(path, value, 'must be a valid resource quantity')] : [];
}

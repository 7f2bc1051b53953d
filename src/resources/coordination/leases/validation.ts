import type { ILeaseSpec } from 'kubernetes-models/coordination.k8s.io/v1';
import { type FieldError, FieldPath, forbidden } from '../../../apimachinery/field-error.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { nonNegative, positive } from '../../validation/values.ts';
import { validateLeaseStrategy } from '../lease-strategy.ts';

export function validateLease(object: KubeObject): FieldError[] {
  const path = FieldPath.of('spec');
  const spec = readStruct<ILeaseSpec>(object, 'spec');
  const { strategy, preferredHolder } = spec;
  const errors = [
    ...positive(spec.leaseDurationSeconds, path.child('leaseDurationSeconds')),
    ...nonNegative(spec.leaseTransitions, path.child('leaseTransitions')),
    ...(strategy === undefined ? [] : validateLeaseStrategy(strategy, path)),
  ];
  if (preferredHolder && !strategy) {
    const detail = 'may only be specified if `strategy` is defined';
    errors.push(forbidden(path.child('preferredHolder'), detail));
  }
  return errors;
}

import type { IResourceClaimSpec } from 'kubernetes-models/resource.k8s.io/v1';
import { type FieldError, FieldPath } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateClaimSpec } from '../claim-spec.ts';

const path = FieldPath.of('spec');

export const validateClaim = (claim: KubeObject): FieldError[] =>
  validateClaimSpec(claim['spec'] as IResourceClaimSpec | undefined, path);

export const validateClaimUpdate = (claim: KubeObject, old: KubeObject): FieldError[] =>
  validateImmutableField(claim['spec'], old['spec'], path);

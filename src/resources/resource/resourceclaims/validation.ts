import type { IResourceClaimSpec } from 'kubernetes-models/resource.k8s.io/v1';
import { type FieldError, FieldPath } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { WriteContext } from '../../../scheme/definition.ts';
import { validateAdminRequests, validateClaimSpec } from '../claim-spec.ts';

const path = FieldPath.of('spec');

const specOf = (claim: KubeObject) => claim['spec'] as IResourceClaimSpec | undefined;

export const validateClaim = (claim: KubeObject, context: WriteContext): FieldError[] => [
  ...validateAdminRequests(specOf(claim), context),
  ...validateClaimSpec(specOf(claim), path),
];

export const validateClaimUpdate = (claim: KubeObject, old: KubeObject): FieldError[] =>
  validateImmutableField(claim['spec'], old['spec'], path);

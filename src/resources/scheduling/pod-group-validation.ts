import {
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
  tooMany,
} from '../../apimachinery/field-error.ts';
import { validateLabelName } from '../../apimachinery/labels-validation.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../apimachinery/names.ts';
import { invalidFor, positive } from '../validation/values.ts';
import type { PodGroupFields, PodGroupResourceClaim, SchedulingPolicy } from './types.ts';

const disruptionModes = ['Pod', 'PodGroup'];
const maxTopologyConstraints = 1;

/** Findings on what a pod group and a template of one have in common. */
export const validatePodGroupFields = (fields: PodGroupFields, path: FieldPath): FieldError[] => [
  ...validateSchedulingPolicy(fields.schedulingPolicy ?? {}, path.child('schedulingPolicy')),
  ...validateTopology(
    fields.schedulingConstraints?.topology ?? [],
    path.child('schedulingConstraints', 'topology'),
  ),
  ...validateDisruptionMode(fields.disruptionMode, path.child('disruptionMode')),
  ...(fields.resourceClaims ?? []).flatMap((claim, i) =>
    validateResourceClaim(claim, path.child('resourceClaims').index(i)),
  ),
];

/** A DNS label that must be there. */
export const validateLabelReference = (value: string | undefined, path: FieldPath): FieldError[] =>
  value ? invalidFor(isDNS1123Label(value), value, path) : [required(path)];

function validateSchedulingPolicy({ basic, gang }: SchedulingPolicy, path: FieldPath): FieldError[] {
  if (!basic && !gang) return [invalid(path, '', 'must specify one of: `basic`, `gang`')];
  if (basic && gang) {
    const detail = 'must specify exactly one of: `basic`, `gang`';
    return [invalid(path, '{`basic`, `gang`}', detail)];
  }
  if (!gang) return [];
  const countPath = path.child('gang', 'minCount');
  return gang.minCount ? positive(gang.minCount, countPath) : [required(countPath)];
}

function validateTopology(constraints: readonly { key?: string }[], path: FieldPath): FieldError[] {
  if (constraints.length > maxTopologyConstraints) {
    return [tooMany(path, constraints.length, maxTopologyConstraints)];
  }
  return constraints.flatMap(({ key }, i) => {
    const keyPath = path.index(i).child('key');
    return key ? validateLabelName(key, keyPath) : [required(keyPath)];
  });
}

const validateDisruptionMode = (mode: string | undefined, path: FieldPath): FieldError[] =>
  mode === undefined || disruptionModes.includes(mode) ? [] : [notSupported(path, mode, disruptionModes)];

function validateResourceClaim(claim: PodGroupResourceClaim, path: FieldPath): FieldError[] {
  const { resourceClaimName, resourceClaimTemplateName } = claim;
  const errors = validateLabelReference(claim.name, path.child('name'));
  for (const name of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
    const value = claim[name];
    if (value !== undefined) errors.push(...invalidFor(isDNS1123Subdomain(value), value, path.child(name)));
  }
  const oneOf = '`resourceClaimName`, `resourceClaimTemplateName`';
  if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
    errors.push(invalid(path, '', `must specify one of: ${oneOf}`));
  }
  if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
    const detail = `must specify exactly one of: ${oneOf}`;
    errors.push(invalid(path, `{${oneOf}}`, detail));
  }
  return errors;
}

import { type FieldError, FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateConditions } from '../../validation/conditions.ts';
import type { MigrationSpec, MigrationStatus } from './types.ts';

const statusPath = FieldPath.of('status');

const resourceOf = (object: KubeObject) => {
  const { group = '', resource = '' } = readStruct<MigrationSpec>(object, 'spec').resource ?? {};
  return { group, resource };
};

export const validateMigration = (object: KubeObject): FieldError[] =>
  resourceOf(object).resource === ''
    ? [required(FieldPath.of('spec', 'resource', 'resource'), 'resource is required')]
    : [];

export function validateMigrationUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const resource = resourceOf(object);
  const oldResource = resourceOf(old);
  return [
    ...validateMigration(object),
    ...(['group', 'resource'] as const).flatMap((name) =>
      validateImmutableField(resource[name], oldResource[name], FieldPath.of(name)),
    ),
  ];
}

export function validateMigrationStatusUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const status = readStruct<MigrationStatus>(object, 'status');
  const oldStatus = readStruct<MigrationStatus>(old, 'status');
  return [
    ...validateResourceVersion(status.resourceVersion ?? '', oldStatus.resourceVersion ?? ''),
    ...validateConditions(status.conditions, statusPath.child('conditions')),
    ...validateOutcome(status, oldStatus),
  ];
}

/** Where the migration began: a revision, set once. */
function validateResourceVersion(version: string, old: string): FieldError[] {
  const path = statusPath.child('resourceVersion');
  const errors: FieldError[] = [];
  if (version !== '' && !/^[+-]?\d{1,19}$/.test(version)) {
    const quoted = JSON.stringify(version);
    const detail = `failed to parse resource version ${quoted}: strconv.ParseInt: parsing ${quoted}: invalid syntax`;
    errors.push(invalid(path, version, detail));
  } else if (version.startsWith('-')) {
    errors.push(invalid(path, version, 'must be greater than or equal to 0'));
  }
  if (old !== '' && old !== version) {
    errors.push(invalid(path, version, 'resourceVersion cannot be updated'));
  }
  return errors;
}

/** A migration ends once, one way. */
function validateOutcome(status: MigrationStatus, old: MigrationStatus): FieldError[] {
  const path = statusPath.child('conditions');
  const [succeeded, failed] = [holds(status, 'Succeeded'), holds(status, 'Failed')];
  const running = holds(status, 'Running');
  const findings: readonly [boolean, string][] = [
    [succeeded && failed, 'Both success and failed conditions cannot be true at the same time'],
    [succeeded && running, 'Running condition cannot be true when success condition is true'],
    [failed && running, 'Running condition cannot be true when failed condition is true'],
    [holds(old, 'Succeeded') && !succeeded, 'Success condition cannot be set to false once it is true'],
    [holds(old, 'Failed') && !failed, 'Failed condition cannot be set to false once it is true'],
  ];
  return findings
    .filter(([found]) => found)
    .map(([, detail]) => invalid(path, status.conditions ?? null, detail));
}

const holds = ({ conditions = [] }: MigrationStatus, type: string): boolean =>
  conditions.find((condition) => condition.type === type)?.status === 'True';

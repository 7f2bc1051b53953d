import { type FieldError, FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { isDNS1035Label, isDNS1123Subdomain } from '../../../apimachinery/names.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateConditions } from '../../validation/conditions.ts';
import { invalidFor } from '../../validation/values.ts';
import type { MigrationSpec, MigrationStatus } from './types.ts';

const resourcePath = FieldPath.of('spec', 'resource');
const statusPath = FieldPath.of('status');

export function validateMigration(object: KubeObject): FieldError[] {
  const { group = '', resource = '' } = readStruct<MigrationSpec>(object, 'spec').resource ?? {};
  const namePath = resourcePath.child('resource');
  return [
    ...(resource === ''
      ? [required(namePath, 'resource is required to be set')]
      : invalidFor(isDNS1035Label(resource), resource, namePath)),
    ...(group === '' ? [] : invalidFor(isDNS1123Subdomain(group), group, resourcePath.child('group'))),
  ];
}

export const validateMigrationUpdate = (object: KubeObject, old: KubeObject): FieldError[] => [
  ...validateMigration(object),
  ...validateImmutableField(object['spec'], old['spec'], FieldPath.of('spec')),
];

export function validateMigrationStatusUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const status = readStruct<MigrationStatus>(object, 'status');
  const oldStatus = readStruct<MigrationStatus>(old, 'status');
  const versionPath = statusPath.child('resourceVersion');
  const { resourceVersion = '' } = status;
  const { resourceVersion: oldVersion = '' } = oldStatus;
  return [
    ...(resourceVersion === '' || /^[1-9]\d*$/.test(resourceVersion)
      ? []
      : [invalid(versionPath, resourceVersion, `resource version is not well formed: ${resourceVersion}`)]),
    ...validateConditions(status.conditions, statusPath.child('conditions')),
    // Where the migration began is set once.
    ...(oldVersion !== '' && oldVersion !== resourceVersion
      ? [invalid(versionPath, resourceVersion, 'field is immutable')]
      : []),
    ...validateOutcome(status, oldStatus),
  ];
}

/** A migration ends once, one way. */
function validateOutcome(status: MigrationStatus, old: MigrationStatus): FieldError[] {
  const path = statusPath.child('conditions');
  const [succeeded, failed] = [holds(status, 'Succeeded'), holds(status, 'Failed')];
  const findings: readonly [boolean, string][] = [
    [succeeded && failed, 'Both success and failed conditions cannot be true at the same time'],
    [holds(old, 'Succeeded') && !succeeded, 'Success condition cannot be set to false once it is true'],
    [holds(old, 'Failed') && !failed, 'Failed condition cannot be set to false once it is true'],
  ];
  return findings
    .filter(([found]) => found)
    .map(([, detail]) => invalid(path, status.conditions ?? null, detail));
}

const holds = ({ conditions = [] }: MigrationStatus, type: string): boolean =>
  conditions.find((condition) => condition.type === type)?.status === 'True';

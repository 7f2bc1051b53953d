import {
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { validateApproval } from './approval.ts';
import { validateConversion } from './conversion.ts';
import { hasField, someSchema } from './json-schema.ts';
import { validateDefinitionName, validateGroup, validateNames, validateRequiredNames } from './names.ts';
import { validateStoredVersions } from './stored-versions.ts';
import { type CrdSpec, specOf, statusOf } from './types.ts';
import { validateVersions } from './versions.ts';

const scopes = ['Cluster', 'Namespaced'];
const path = FieldPath.of('spec');

export const validateDefinition = (crd: KubeObject): FieldError[] => [
  ...validateDefinitionName(crd.metadata, specOf(crd)),
  ...validateCommon(crd, undefined),
];

export function validateDefinitionUpdate(crd: KubeObject, old: KubeObject): FieldError[] {
  return [...validateCommon(crd, old), ...validateImmutable(specOf(crd), specOf(old), isEstablished(old))];
}

export const validateDefinitionStatus = (crd: KubeObject): FieldError[] =>
  validateNames(statusOf(crd).acceptedNames ?? {}, FieldPath.of('status', 'acceptedNames'));

function validateCommon(crd: KubeObject, old: KubeObject | undefined): FieldError[] {
  const spec = specOf(crd);
  const names = spec.names ?? {};
  return [
    ...validateGroup(spec.group ?? '', path.child('group')),
    ...validateScope(spec.scope ?? '', path.child('scope')),
    ...validateDefaultsAllowed(spec),
    ...validateVersions(spec, path),
    ...validateRequiredNames(names, path.child('names')),
    ...validateNames(names, path.child('names')),
    ...validateConversionAllowed(spec),
    ...validateConversion(spec.conversion ?? {}, old && specOf(old).conversion, path.child('conversion')),
    ...validateDefinitionStatus(crd),
    ...validateStoredVersions(crd),
    ...validateApproval(crd, old),
    ...validatePreserving(spec, old && specOf(old)),
  ];
}

function validateScope(scope: string, scopePath: FieldPath): FieldError[] {
  if (scope === '') return [required(scopePath)];
  return scopes.includes(scope) ? [] : [notSupported(scopePath, scope, scopes)];
}

function validateDefaultsAllowed({ versions = [], preserveUnknownFields = false }: CrdSpec): FieldError[] {
  const hasDefaults = versions.some(
    ({ schema }) =>
      schema?.openAPIV3Schema && someSchema(schema.openAPIV3Schema, (part) => hasField(part, 'default')),
  );
  const detail = 'must be false in order to use defaults in the schema';
  return preserveUnknownFields && hasDefaults
    ? [invalid(path.child('preserveUnknownFields'), true, detail)]
    : [];
}

function validateConversionAllowed({ conversion, preserveUnknownFields = false }: CrdSpec): FieldError[] {
  const strategy = conversion?.strategy ?? 'None';
  return preserveUnknownFields && strategy !== 'None'
    ? [
        invalid(
          path.child('conversion', 'strategy'),
          strategy,
          'must be None if spec.preserveUnknownFields is true',
        ),
      ]
    : [];
}

function validatePreserving(spec: CrdSpec, old: CrdSpec | undefined): FieldError[] {
  if (!spec.preserveUnknownFields || old?.preserveUnknownFields) return [];
  const detail =
    'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  return [invalid(path.child('preserveUnknownFields'), true, detail)];
}

const isEstablished = (crd: KubeObject): boolean =>
  (statusOf(crd).conditions ?? []).some(({ type, status }) => type === 'Established' && status === 'True');

function validateImmutable(spec: CrdSpec, old: CrdSpec, established: boolean): FieldError[] {
  const name = (field: 'kind' | 'plural') =>
    validateImmutableField(spec.names?.[field], old.names?.[field], path.child('names', field));
  return [
    ...(established
      ? [...validateImmutableField(spec.scope, old.scope, path.child('scope')), ...name('kind')]
      : []),
    ...validateImmutableField(spec.group, old.group, path.child('group')),
    ...name('plural'),
  ];
}

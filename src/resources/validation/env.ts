import type { IEnvFromSource, IEnvVar, IEnvVarSource, IFileKeySelector } from 'kubernetes-models/v1';
import { type FieldError, type FieldPath, invalid, required } from '../../apimachinery/field-error.ts';
import { flatMapped, joined } from '../../apimachinery/lists.ts';
import {
  isConfigMapKey,
  isDNS1123Subdomain,
  isEnvVarName,
  nameIsDNSSubdomain,
} from '../../apimachinery/names.ts';
import { envFields, validateObjectFieldSelector, validateResourceFieldSelector } from './field-refs.ts';
import { validateDNS1123Label } from './name-fields.ts';
import { validatePathNoBacksteps } from './paths.ts';
import { invalidFor } from './values.ts';

/** `env` of a container. */
export const validateEnv = (variables: readonly IEnvVar[] | undefined, path: FieldPath): FieldError[] =>
  flatMapped(variables ?? [], (variable, i) => validateEnvVar(variable, path.index(i)));

function validateEnvVar({ name = '', value, valueFrom }: Partial<IEnvVar>, path: FieldPath): FieldError[] {
  const errors =
    name === '' ? [required(path.child('name'))] : invalidFor(isEnvVarName(name), name, path.child('name'));
  return valueFrom
    ? joined(errors, validateValueFrom(valueFrom, value ?? '', path.child('valueFrom')))
    : errors;
}

function validateValueFrom(source: IEnvVarSource, value: string, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) errors.push(...validateObjectFieldSelector(fieldRef, envFields, path.child('fieldRef')));
  if (resourceFieldRef) {
    errors.push(...validateResourceFieldSelector(resourceFieldRef, false, path.child('resourceFieldRef')));
  }
  if (configMapKeyRef) errors.push(...validateKeySelector(configMapKeyRef, path.child('configMapKeyRef')));
  if (secretKeyRef) errors.push(...validateKeySelector(secretKeyRef, path.child('secretKeyRef')));
  if (fileKeyRef) errors.push(...validateFileKeySelector(fileKeyRef, path.child('fileKeyRef')));
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(Boolean);
  if (sources.length === 0) {
    const detail =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalid(path, '', detail));
  } else if (value !== '') {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (sources.length > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
  return errors;
}

/** A key of a ConfigMap or Secret. */
function validateKeySelector(
  { name = '', key = '' }: { name?: string; key?: string },
  path: FieldPath,
): FieldError[] {
  return [
    ...invalidFor(isDNS1123Subdomain(name), name, path.child('name')),
    ...(key === '' ? [required(path.child('key'))] : invalidFor(isConfigMapKey(key), key, path.child('key'))),
  ];
}

function validateFileKeySelector(
  { key = '', volumeName = '', path: file = '' }: Partial<IFileKeySelector>,
  path: FieldPath,
): FieldError[] {
  const namePath = path.child('volumeName');
  const filePath = path.child('path');
  return [
    ...(key === '' ? [required(path.child('key'))] : invalidFor(isEnvVarName(key), key, path.child('key'))),
    ...(volumeName === '' ? [required(namePath)] : validateDNS1123Label(volumeName, namePath)),
    ...(file === '' ? [required(filePath)] : validatePathNoBacksteps(file, filePath)),
  ];
}

/** `envFrom` of a container. */
export function validateEnvFrom(
  sources: readonly IEnvFromSource[] | undefined,
  path: FieldPath,
): FieldError[] {
  return (sources ?? []).flatMap(({ prefix = '', configMapRef, secretRef }, i) => {
    const sourcePath = path.index(i);
    const errors = prefix === '' ? [] : invalidFor(isEnvVarName(prefix), prefix, sourcePath.child('prefix'));
    if (configMapRef) errors.push(...validateEnvSource(configMapRef, sourcePath.child('configMapRef')));
    if (secretRef) errors.push(...validateEnvSource(secretRef, sourcePath.child('secretRef')));
    // Upstream puts these two on the list.
    if (!configMapRef && !secretRef) {
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef && secretRef) {
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    }
    return errors;
  });
}

function validateEnvSource({ name = '' }: { name?: string }, path: FieldPath): FieldError[] {
  const namePath = path.child('name');
  return name === '' ? [required(namePath)] : invalidFor(nameIsDNSSubdomain(name, true), name, namePath);
}

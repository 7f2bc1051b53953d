import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import { byteLength } from '../../apimachinery/names.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import { validateQualifiedName } from '../validation/name-fields.ts';

type Parameters = Readonly<Record<string, string>>;

const maxParameters = 512;
const maxParameterBytes = 256 * 1024;

/** The name of who makes volumes, or changes them. */
export const validateProvisioner = (provisioner: string, path: FieldPath): FieldError[] =>
  provisioner === '' ? [required(path)] : validateQualifiedName(provisioner.toLowerCase(), path);

/** What is handed to the provisioner as it stands. */
export function validateParameters(
  parameters: Parameters,
  { allowEmpty }: { readonly allowEmpty: boolean },
  path: FieldPath,
): FieldError[] {
  const keys = Object.keys(parameters);
  if (keys.length > maxParameters) return [tooLong(path, maxParameters)];
  const errors = keys.includes('') ? [invalid(path, '', 'field can not be empty.')] : [];
  if (bytesOf(parameters) > maxParameterBytes) errors.push(tooLong(path, maxParameterBytes));
  if (!allowEmpty && keys.length === 0) {
    errors.push(required(path, 'must contain at least one key/value pair'));
  }
  return errors;
}

/** Bytes of all keys and values. */
export const bytesOf = (map: Parameters): number =>
  Object.keys(map).reduce((sum, key) => sum + byteLength(key) + byteLength(map[key]!), 0);

/** A field that never changes, in the words of the older storage kinds. */
export const validateUnchanged = (
  value: unknown,
  old: unknown,
  name: string,
  path: FieldPath,
): FieldError[] =>
  jsonEqual(value, old) ? [] : [forbidden(path.child(name), `updates to ${name} are forbidden.`)];

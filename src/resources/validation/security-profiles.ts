import type { IAppArmorProfile, ISeccompProfile } from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import { byteLength } from '../../apimachinery/names.ts';
import { validateLocalDescendingPath } from './paths.ts';

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];
/** Linux' PATH_MAX without the final zero. */
const maxProfilePathBytes = 4095;

function validateProfileType(type: string, field: string, path: FieldPath): FieldError[] {
  if (type === '') return [required(path, `type is required when ${field} is set`)];
  return profileTypes.includes(type) ? [] : [notSupported(path, type, profileTypes)];
}

/** `seccompProfile` of a pod or container; absent passes. */
export function validateSeccompProfile(profile: ISeccompProfile | undefined, path: FieldPath): FieldError[] {
  if (!profile) return [];
  const { localhostProfile } = profile;
  const filePath = path.child('localhostProfile');
  const errors = validateProfileType(profile.type ?? '', 'seccompProfile', path.child('type'));
  if (profile.type === 'Localhost') {
    if (localhostProfile === undefined) {
      return [...errors, required(filePath, 'must be set when seccomp type is Localhost')];
    }
    return [...errors, ...validateLocalDescendingPath(localhostProfile, filePath)];
  }
  if (localhostProfile === undefined) return errors;
  return [...errors, invalid(filePath, profile, 'can only be set when seccomp type is Localhost')];
}

/** `appArmorProfile` of a pod or container; absent passes. */
export function validateAppArmorProfile(
  profile: IAppArmorProfile | undefined,
  path: FieldPath,
): FieldError[] {
  if (!profile) return [];
  const { type = '', localhostProfile } = profile;
  const namePath = path.child('localhostProfile');
  if (type === 'Localhost') return validateAppArmorName(localhostProfile, namePath);
  const errors = validateProfileType(type, 'appArmorProfile', path.child('type'));
  if (errors.length > 0 || localhostProfile === undefined) return errors;
  return [invalid(namePath, localhostProfile, 'can only be set when AppArmor type is Localhost')];
}

function validateAppArmorName(name: string | undefined, path: FieldPath): FieldError[] {
  if (name === undefined) return [required(path, 'must be set when AppArmor type is Localhost')];
  const errors: FieldError[] = [];
  if (name.trim() !== name) errors.push(invalid(path, name, 'must not be padded with whitespace'));
  else if (name === '') errors.push(required(path, 'must be set when AppArmor type is Localhost'));
  if (byteLength(name) > maxProfilePathBytes) errors.push(tooLong(path, maxProfilePathBytes));
  return errors;
}

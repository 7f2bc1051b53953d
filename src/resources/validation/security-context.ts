import type { IPodSecurityContext, IPodSpec, ISecurityContext } from 'kubernetes-models/v1';
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  required,
} from '../../apimachinery/field-error.ts';
import { flatMapped, joined } from '../../apimachinery/lists.ts';
import { byteLength, isValidGroupID, isValidUserID } from '../../apimachinery/names.ts';
import { validateOneOf } from './name-fields.ts';
import { validateAppArmorProfile, validateSeccompProfile } from './security-profiles.ts';
import { invalidFor } from './values.ts';
import { validateWindowsOptions } from './windows-options.ts';

const sysctlSegment = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctlFormat = `^(${sysctlSegment}[\\./])*${sysctlSegment}$`;
const sysctlPattern = new RegExp(sysctlFormat);
const maxSysctlBytes = 253;

const validateUser = (id: number | undefined, path: FieldPath): FieldError[] =>
  id === undefined ? [] : invalidFor(isValidUserID(id), id, path);
const validateGroup = (id: number | undefined, path: FieldPath): FieldError[] =>
  id === undefined ? [] : invalidFor(isValidGroupID(id), id, path);
const validateOptional = (
  value: string | undefined,
  supported: readonly string[],
  path: FieldPath,
): FieldError[] => (value === undefined ? [] : validateOneOf(value, supported, path));

/**
 * `spec.securityContext` of a pod or template. The policy MountOption for SELinux belongs to a feature that is off; a
 * pod that had a policy before (`old`) may have any.
 */
export function validatePodSecurityContext(
  spec: IPodSpec,
  old: IPodSpec | undefined,
  path: FieldPath,
): FieldError[] {
  const context = spec.securityContext;
  if (!context) return [];
  const errors = joined(
    validateGroup(context.fsGroup, path.child('fsGroup')),
    validateUser(context.runAsUser, path.child('runAsUser')),
    validateGroup(context.runAsGroup, path.child('runAsGroup')),
    flatMapped(context.supplementalGroups ?? [], (id, i) =>
      validateGroup(id, path.child('supplementalGroups').index(i)),
    ),
  );
  if (spec.shareProcessNamespace && spec.hostPID) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(path.child('shareProcessNamespace'), true, detail));
  }
  return joined(
    errors,
    context.sysctls ? validateSysctls(context.sysctls, spec, path.child('sysctls')) : [],
    validateOptional(
      context.fsGroupChangePolicy,
      ['Always', 'OnRootMismatch'],
      path.child('fsGroupChangePolicy'),
    ),
    validateSeccompProfile(context.seccompProfile, path.child('seccompProfile')),
    validateWindowsOptions(context.windowsOptions, path.child('windowsOptions')),
    validateAppArmorProfile(context.appArmorProfile, path.child('appArmorProfile')),
    validateOptional(
      context.supplementalGroupsPolicy,
      ['Merge', 'Strict'],
      path.child('supplementalGroupsPolicy'),
    ),
    validateOptional(
      context.seLinuxChangePolicy,
      old?.securityContext?.seLinuxChangePolicy === undefined ? ['Recursive'] : ['MountOption', 'Recursive'],
      path.child('seLinuxChangePolicy'),
    ),
  );
}

function validateSysctls(
  sysctls: NonNullable<IPodSecurityContext['sysctls']>,
  spec: IPodSpec,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, { name = '' }] of sysctls.entries()) {
    const namePath = path.index(i).child('name');
    if (name === '') errors.push(required(namePath));
    else if (byteLength(name) > maxSysctlBytes || !sysctlPattern.test(name)) {
      const detail = `must have at most ${maxSysctlBytes} characters and match regex ${sysctlFormat}`;
      errors.push(invalid(namePath, name, detail));
    } else if (names.has(name)) errors.push(duplicate(namePath, name));
    errors.push(...validateHostSysctl(name, spec, namePath));
    names.add(name);
  }
  return errors;
}

/** A pod that shares a namespace with the host may not set what belongs to that namespace. */
function validateHostSysctl(name: string, spec: IPodSpec, path: FieldPath): FieldError[] {
  const dotted = normalizeSysctl(name);
  if (spec.hostNetwork && dotted.startsWith('net.')) {
    return [invalid(path, name, "may not be specified when 'hostNetwork' is true")];
  }
  const isIpc = dotted === 'kernel.sem' || /^(kernel\.(shm|msg)|fs\.mqueue\.)/.test(dotted);
  return spec.hostIPC && isIpc ? [invalid(path, name, "may not be specified when 'hostIPC' is true")] : [];
}

/** sysctl.d(5): when the first separator is a slash, slashes separate and dots belong to names. */
function normalizeSysctl(name: string): string {
  const separator = /[./]/.exec(name)?.[0];
  return separator === '/' ? name.replace(/[./]/g, (found) => (found === '/' ? '.' : '/')) : name;
}

/** `securityContext` of a container. `hostUsers`: the pod runs in the user namespace of the host. */
export function validateSecurityContext(
  context: ISecurityContext | undefined,
  hostUsers: boolean,
  path: FieldPath,
): FieldError[] {
  if (!context) return [];
  const { procMount } = context;
  const errors = [
    ...validateUser(context.runAsUser, path.child('runAsUser')),
    ...validateGroup(context.runAsGroup, path.child('runAsGroup')),
    ...validateOptional(procMount, ['Default', 'Unmasked'], path.child('procMount')),
  ];
  if (hostUsers && procMount === 'Unmasked') {
    errors.push(invalid(path.child('procMount'), procMount, '`hostUsers` must be false to use `Unmasked`'));
  }
  return [
    ...errors,
    ...validateSeccompProfile(context.seccompProfile, path.child('seccompProfile')),
    ...validateEscalation(context, path),
    ...validateWindowsOptions(context.windowsOptions, path.child('windowsOptions')),
    ...validateAppArmorProfile(context.appArmorProfile, path.child('appArmorProfile')),
  ];
}

function validateEscalation(context: ISecurityContext, path: FieldPath): FieldError[] {
  if (context.allowPrivilegeEscalation !== false) return [];
  const errors: FieldError[] = [];
  if (context.privileged) {
    const detail = 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true';
    errors.push(invalid(path, context, detail));
  }
  if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) {
    const detail = 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN';
    errors.push(invalid(path, context, detail));
  }
  return errors;
}

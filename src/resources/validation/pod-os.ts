import type { IPodSecurityContext, IPodSpec, ISecurityContext } from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { visitContainers } from './visit-containers.ts';

const systems = ['linux', 'windows'];

const linuxPodFields: readonly (keyof IPodSecurityContext)[] = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
];
const linuxContainerFields: readonly (keyof ISecurityContext)[] = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];

/** `spec.os`, and what its system cannot have. */
export function validateOS(spec: IPodSpec, path: FieldPath): FieldError[] {
  if (!spec.os) return [];
  const { name = '' } = spec.os as { name?: string };
  if (name === '') return [required(path.child('os', 'name'))];
  if (!systems.includes(name)) return [notSupported(path.child('os'), name, systems)];
  return name === 'linux' ? validateLinux(spec, path) : validateWindows(spec, path);
}

function validateLinux(spec: IPodSpec, path: FieldPath): FieldError[] {
  const detail = 'windows options cannot be set for a linux pod';
  const misplaced = (context: { windowsOptions?: unknown } | undefined, owner: FieldPath) =>
    context?.windowsOptions ? [forbidden(owner.child('securityContext', 'windowsOptions'), detail)] : [];
  return [
    ...misplaced(spec.securityContext, path),
    ...visitContainers(spec, path).flatMap(([container, containerPath]) =>
      misplaced(container.securityContext, containerPath),
    ),
  ];
}

function validateWindows(spec: IPodSpec, path: FieldPath): FieldError[] {
  const detail = 'cannot be set for a windows pod';
  const misplaced = <T extends object>(
    context: T | undefined,
    fields: readonly (keyof T & string)[],
    owner: FieldPath,
  ) =>
    fields
      .filter((field) => context?.[field] !== undefined)
      .map((field) => forbidden(owner.child('securityContext', field), detail));
  const errors = misplaced(spec.securityContext, linuxPodFields as never, path);
  if (spec.hostUsers !== undefined) errors.push(forbidden(path.child('hostUsers'), detail));
  if (spec.hostPID) errors.push(forbidden(path.child('hostPID'), detail));
  if (spec.hostIPC) errors.push(forbidden(path.child('hostIPC'), detail));
  if (spec.shareProcessNamespace !== undefined) {
    errors.push(forbidden(path.child('shareProcessNamespace'), detail));
  }
  for (const [container, containerPath] of visitContainers(spec, path)) {
    errors.push(...misplaced(container.securityContext, linuxContainerFields as never, containerPath));
  }
  return errors;
}

/** Windows HostProcess containers: all or none, and on the host's network. */
export function validateWindowsHostProcess(spec: IPodSpec, path: FieldPath): FieldError[] {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const containers = visitContainers(spec, path);
  const errors: FieldError[] = [];
  let hostProcesses = 0;
  for (const [container, containerPath] of containers) {
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
      errors.push(
        invalid(containerPath.child('securityContext', 'windowsOptions', 'hostProcess'), own, detail),
      );
    }
    if (own ?? ofPod) hostProcesses++;
  }
  if (hostProcesses === 0) return errors;
  if (hostProcesses !== containers.length) {
    const detail =
      'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalid(path, '', detail));
  }
  if (!spec.hostNetwork) {
    const detail = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalid(path.child('hostNetwork'), false, detail));
  }
  return errors;
}

/** A pod in a user namespace of its own shares no other namespace of the host. */
export function validateHostUsers(spec: IPodSpec, path: FieldPath): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const detail = 'when `hostUsers` is false';
  const errors: FieldError[] = [];
  if (spec.hostNetwork) errors.push(forbidden(path.child('hostNetwork'), detail));
  // Upstream writes these two in capitals.
  if (spec.hostPID) errors.push(forbidden(path.child('HostPID'), detail));
  if (spec.hostIPC) errors.push(forbidden(path.child('HostIPC'), detail));
  for (const [container, containerPath] of visitContainers(spec, path)) {
    if ((container.volumeDevices ?? []).length > 0) {
      errors.push(forbidden(containerPath.child('volumeDevices'), detail));
    }
  }
  return errors;
}

import type { IContainer, IVolumeDevice, IVolumeMount } from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { validateLocalDescendingPath, validatePathNoBacksteps } from './paths.ts';
import type { VolumesByName } from './volumes.ts';

const propagations = ['Bidirectional', 'HostToContainer', 'None'];
const recursiveModes = ['Disabled', 'Enabled', 'IfPossible'];

/** `volumeMounts` of a container. Upstream reports some findings on the list rather than on its item. */
export function validateVolumeMounts(
  container: IContainer,
  volumes: VolumesByName,
  path: FieldPath,
): FieldError[] {
  if (!container.volumeMounts) return [];
  const errors: FieldError[] = [];
  const mountPaths = new Set<string>();
  const devices = container.volumeDevices ?? [];
  const deviceNames = new Set(devices.map((device) => device.name));
  const devicePaths = new Set(devices.map((device) => device.devicePath));
  for (const [i, mount] of container.volumeMounts.entries()) {
    const { name = '', mountPath = '' } = mount;
    const namePath = path.index(i).child('name');
    const pathPath = path.index(i).child('mountPath');
    if (name === '') errors.push(required(namePath));
    if (!volumes.has(name)) errors.push(notFound(namePath, name));
    if (mountPath === '') errors.push(required(pathPath));
    if (mountPaths.has(mountPath)) errors.push(invalid(pathPath, mountPath, 'must be unique'));
    mountPaths.add(mountPath);
    if (deviceNames.has(name)) {
      errors.push(invalid(namePath, name, 'must not already exist in volumeDevices'));
    }
    if (devicePaths.has(mountPath)) {
      errors.push(invalid(pathPath, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    errors.push(...validateSubPaths(mount, path, path.index(i)));
    errors.push(...validatePropagation(mount, container, path.child('mountPropagation')));
    errors.push(...validateRecursiveReadOnly(mount, path.child('recursiveReadOnly')));
  }
  return errors;
}

function validateSubPaths(mount: IVolumeMount, listPath: FieldPath, path: FieldPath): FieldError[] {
  const { subPath = '', subPathExpr = '' } = mount;
  const errors = subPath === '' ? [] : validateLocalDescendingPath(subPath, listPath.child('subPath'));
  if (subPathExpr === '') return errors;
  if (subPath !== '') {
    const detail = 'subPathExpr and subPath are mutually exclusive';
    errors.push(invalid(path.child('subPathExpr'), subPathExpr, detail));
  }
  return [...errors, ...validateLocalDescendingPath(subPathExpr, listPath.child('subPathExpr'))];
}

function validatePropagation(
  { mountPropagation }: IVolumeMount,
  container: IContainer,
  path: FieldPath,
): FieldError[] {
  if (mountPropagation === undefined) return [];
  if (!propagations.includes(mountPropagation)) return [notSupported(path, mountPropagation, propagations)];
  if (mountPropagation !== 'Bidirectional' || container.securityContext?.privileged) return [];
  return [forbidden(path, 'Bidirectional mount propagation is available only to privileged containers')];
}

function validateRecursiveReadOnly(mount: IVolumeMount, path: FieldPath): FieldError[] {
  const { recursiveReadOnly: mode, readOnly, mountPropagation = 'None' } = mount;
  if (mode === undefined || mode === 'Disabled') return [];
  if (!recursiveModes.includes(mode)) return [notSupported(path, mode, recursiveModes)];
  return [
    ...(readOnly ? [] : [forbidden(path, 'may only be specified when readOnly is true')]),
    ...(mountPropagation === 'None'
      ? []
      : [forbidden(path, 'may only be specified when mountPropagation is None or not specified')]),
  ];
}

/** `volumeDevices` of a container: block devices, which only claims can give. */
export function validateVolumeDevices(
  container: IContainer,
  volumes: VolumesByName,
  path: FieldPath,
): FieldError[] {
  if (!container.volumeDevices) return [];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const devicePaths = new Set<string>();
  const mounts = container.volumeMounts ?? [];
  const mounted: Mounted = {
    names: new Set(mounts.map((mount) => mount.name)),
    paths: new Set(mounts.map((mount) => mount.mountPath)),
  };
  for (const [i, device] of container.volumeDevices.entries()) {
    const { name = '', devicePath = '' } = device;
    const pathPath = path.index(i).child('devicePath');
    errors.push(...validateDeviceName(name, names, volumes, path.index(i).child('name')));
    if (devicePath === '') errors.push(required(pathPath));
    if (devicePaths.has(devicePath)) errors.push(invalid(pathPath, devicePath, 'must be unique'));
    if (validatePathNoBacksteps(devicePath, pathPath).length > 0) {
      errors.push(invalid(pathPath, devicePath, "can not contain backsteps ('..')"));
    } else devicePaths.add(devicePath);
    errors.push(...validateNotMounted(device, mounted, path.index(i)));
    if (name !== '') names.add(name);
  }
  return errors;
}

function validateDeviceName(
  name: string,
  names: ReadonlySet<string>,
  volumes: VolumesByName,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const volume = volumes.get(name);
  if (name === '') errors.push(required(path));
  if (names.has(name)) errors.push(invalid(path, name, 'must be unique'));
  if (!volume) errors.push(notFound(path, name));
  else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
    const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
    errors.push(invalid(path, name, detail));
  }
  return errors;
}

interface Mounted {
  readonly names: ReadonlySet<string>;
  readonly paths: ReadonlySet<string>;
}

function validateNotMounted(device: IVolumeDevice, mounted: Mounted, path: FieldPath): FieldError[] {
  const { name = '', devicePath = '' } = device;
  const errors: FieldError[] = [];
  if (mounted.names.has(name)) {
    errors.push(invalid(path.child('name'), name, 'must not already exist in volumeMounts'));
  }
  if (mounted.paths.has(devicePath)) {
    const detail = 'must not already exist as a path in volumeMounts';
    errors.push(invalid(path.child('devicePath'), devicePath, detail));
  }
  return errors;
}

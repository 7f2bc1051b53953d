import type { ICSINodeDriver, ICSINodeSpec } from 'kubernetes-models/storage.k8s.io/v1';
import {
  duplicate,
  type FieldError,
  FieldPath,
  invalid,
  required,
} from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';
import { validateQualifiedName } from '../../validation/name-fields.ts';
import { nonNegative, repeated } from '../../validation/values.ts';
import { validateCSIDriverName } from '../../validation/volume-sources.ts';

const maxNodeIdLength = 256;
const driversPath = FieldPath.of('spec', 'drivers');

export function validateCSINode(object: KubeObject): FieldError[] {
  const { drivers = [] } = readStruct<ICSINodeSpec>(object, 'spec');
  const again = repeated(drivers.map(({ name }) => name));
  return drivers.flatMap((driver, i) => {
    const path = driversPath.index(i);
    return [
      ...validateDriver(driver, path),
      ...(again[i] ? [duplicate(path.child('name'), driver.name)] : []),
      ...validateTopologyKeys(driver.topologyKeys ?? [], path),
    ];
  });
}

/** A driver may come and go, and change how many volumes it takes; nothing else of it changes. */
export function validateCSINodeUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const { drivers = [] } = readStruct<ICSINodeSpec>(object, 'spec');
  const { drivers: oldDrivers = [] } = readStruct<ICSINodeSpec>(old, 'spec');
  const before = new Map(oldDrivers.map((driver) => [driver.name, driver]));
  return [
    ...validateCSINode(object),
    ...drivers.flatMap((driver) => {
      const oldDriver = before.get(driver.name);
      if (!oldDriver) return [];
      return validateImmutableField(withoutAllocatable(driver), withoutAllocatable(oldDriver), driversPath);
    }),
  ];
}

const withoutAllocatable = ({ allocatable: _allocatable, ...driver }: ICSINodeDriver) => driver;

function validateDriver(
  { name = '', nodeID = '', allocatable }: ICSINodeDriver,
  path: FieldPath,
): FieldError[] {
  const idPath = path.child('nodeID');
  const errors = validateCSIDriverName(name, path.child('name'));
  if (nodeID === '') errors.push(required(idPath));
  if (nodeID.length > maxNodeIdLength) {
    errors.push(invalid(idPath, nodeID, `must be ${maxNodeIdLength} characters or less`));
  }
  return [...errors, ...nonNegative(allocatable?.count, path.child('allocatable', 'count'))];
}

function validateTopologyKeys(keys: readonly string[], path: FieldPath): FieldError[] {
  const again = repeated(keys);
  return keys.flatMap((key, i) => [
    ...(key === '' ? [required(path)] : []),
    ...(again[i] ? [duplicate(path, key)] : []),
    ...validateQualifiedName(key, path),
  ]);
}

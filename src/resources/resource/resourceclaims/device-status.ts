import type { IAllocatedDeviceStatus, INetworkDeviceData } from 'kubernetes-models/resource.k8s.io/v1';
import {
  type FieldError,
  type FieldPath,
  invalid,
  tooLong,
  tooMany,
} from '../../../apimachinery/field-error.ts';
import { canonicalIP } from '../../../apimachinery/ip.ts';
import { byteLength } from '../../../apimachinery/names.ts';
import { type Condition, validateConditions } from '../../validation/conditions.ts';
import { validateDNS1123Label } from '../../validation/name-fields.ts';
import { validateJsonObject } from '../configuration.ts';
import { validateSet } from '../lists.ts';
import { validateDriverName, validatePoolName, validateUid } from '../names.ts';
import { deviceIdOf, printedId } from './types.ts';

const maxConditions = 8;
const maxDataBytes = 10 * 1024;
const maxInterfaceNameBytes = 256;
const maxHardwareAddressBytes = 128;
const maxIPs = 16;

/** Findings on what a driver reports about a device. `allocated` are the devices of the claim. */
export function validateDeviceStatus(
  device: IAllocatedDeviceStatus,
  allocated: ReadonlySet<string>,
  path: FieldPath,
): FieldError[] {
  const conditions = (device.conditions ?? []) as Condition[];
  const conditionsPath = path.child('conditions');
  const id = deviceIdOf(device);
  return [
    ...validateDriverName(device.driver ?? '', path.child('driver')),
    ...validatePoolName(device.pool ?? '', path.child('pool')),
    ...validateDNS1123Label(device.device ?? '', path.child('device')),
    ...(device.shareID === undefined ? [] : validateUid(device.shareID, path.child('shareID'))),
    ...(allocated.has(id)
      ? []
      : [invalid(path, printedId(device), 'must be an allocated device in the claim')]),
    ...(conditions.length > maxConditions ? [tooMany(conditionsPath, conditions.length, maxConditions)] : []),
    ...validateConditions(conditions, conditionsPath),
    ...(device.data ? validateJsonObject(device.data, maxDataBytes, path.child('data')) : []),
    ...(device.networkData ? validateNetworkData(device.networkData, path.child('networkData')) : []),
  ];
}

function validateNetworkData(data: INetworkDeviceData, path: FieldPath): FieldError[] {
  const limited = (field: 'interfaceName' | 'hardwareAddress', max: number) =>
    byteLength(data[field] ?? '') > max ? [tooLong(path.child(field), max)] : [];
  return [
    ...limited('interfaceName', maxInterfaceNameBytes),
    ...limited('hardwareAddress', maxHardwareAddressBytes),
    ...validateSet(data.ips, maxIPs, path.child('ips'), (ip) => ip, validateInterfaceAddress),
  ];
}

/** `10.9.8.7/24`: the address of an interface with the length of its network's prefix. */
function validateInterfaceAddress(text: string, path: FieldPath): FieldError[] {
  const [, address = '', prefix = ''] = /^(.*)\/(\d{1,3})$/.exec(text) ?? [];
  const canonical = canonicalIP(address);
  const maxPrefix = canonical?.includes(':') ? 128 : 32;
  if (canonical === undefined || Number(prefix) > maxPrefix) {
    const detail = 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)';
    return [invalid(path, text, detail)];
  }
  const wanted = `${canonical}/${Number(prefix)}`;
  return text === wanted
    ? []
    : [invalid(path, text, `must be in canonical form (${JSON.stringify(wanted)})`)];
}

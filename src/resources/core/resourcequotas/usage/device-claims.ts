import { isRecord, type KubeObject } from '../../../../apimachinery/object.ts';
import { addQuantity, type Quantity, quantityOf } from '../../../../apimachinery/quantity.ts';
import type { Quantities } from '../../../validation/resource-list.ts';
import { countName, one } from './counts.ts';
import type { Evaluator } from './types.ts';

const count = countName({ group: 'resource.k8s.io', resource: 'resourceclaims' });
const classSuffix = '.deviceclass.resource.k8s.io/devices';
/** As many as a claim can ever be given: what `All` is counted as. */
const maxDevices = 32;

function usage(object: KubeObject): Quantities {
  const used = new Map<string, Quantity>([[count, one]]);
  for (const request of requestsIn(object)) {
    for (const [className, devices] of devicesOf(request)) {
      const name = className + classSuffix;
      const sum = used.get(name);
      const more = quantityOf(devices);
      used.set(name, sum ? addQuantity(sum, more) : more);
    }
  }
  return used;
}

function requestsIn({ spec }: KubeObject): Record<string, unknown>[] {
  const devices = isRecord(spec) ? spec['devices'] : undefined;
  const requests = isRecord(devices) ? devices['requests'] : undefined;
  return Array.isArray(requests) ? requests.filter(isRecord) : [];
}

/** Devices by class. Of alternatives that may be taken in one class, the most. */
function devicesOf({ exactly, firstAvailable }: Record<string, unknown>): Map<string, number> {
  const devices = new Map<string, number>();
  const alternatives =
    Array.isArray(firstAvailable) && firstAvailable.length > 0 ? firstAvailable : [exactly];
  for (const { deviceClassName, allocationMode, count: wanted } of alternatives.filter(isRecord)) {
    const number =
      allocationMode === 'All' ? maxDevices : allocationMode === 'ExactCount' ? Number(wanted) : 0;
    const className = String(deviceClassName);
    devices.set(className, Math.max(devices.get(className) ?? 0, number));
  }
  return devices;
}

export const deviceClaims: Evaluator = {
  mayUse: ({ subresource }) => subresource === '',
  uses: (name) => name === count || name.endsWith(classSuffix),
  usage,
};

import type { GroupResource } from '../../../../apimachinery/gvk.ts';
import { isRecord, type KubeObject } from '../../../../apimachinery/object.ts';
import {
  addQuantity,
  type Quantity,
  quantityOf,
  quantitySign,
  subQuantity,
} from '../../../../apimachinery/quantity.ts';
import { noQuantities, type Quantities } from '../../../validation/resource-list.ts';
import { isExtendedResource } from '../../../validation/resource-names.ts';
import { countName, one } from './counts.ts';
import { deviceClassPrefix, pods } from './pods.ts';
import type { Evaluator, World } from './types.ts';

const count = countName({ group: 'resource.k8s.io', resource: 'resourceclaims' });
const requestsPrefix = 'requests.';
const deviceClasses: GroupResource = { group: 'resource.k8s.io', resource: 'deviceclasses' };
const resourceClaims: GroupResource = { group: 'resource.k8s.io', resource: 'resourceclaims' };
/** On claims that the scheduler makes for the extended resources of a pod. */
const podClaimAnnotation = 'resource.kubernetes.io/extended-resource-claim';
const classSuffix = '.deviceclass.resource.k8s.io/devices';
/** As many as a claim can ever be given: what `All` is counted as. */
const maxDevices = 32;

function usage(object: KubeObject, world: World): Quantities {
  const used = new Map<string, Quantity>([[count, one]]);
  for (const request of requestsIn(object)) {
    for (const [className, devices] of devicesOf(request)) {
      const name = className + classSuffix;
      const sum = used.get(name);
      const more = quantityOf(devices);
      used.set(name, sum ? addQuantity(sum, more) : more);
    }
  }
  return addExtendedResources(used, object, world);
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

/** The name under which pods ask for devices of a class; undefined when they cannot, or there is no such class. */
function extendedResourceOf({ reader }: World, className: string): string | undefined {
  const found = reader.get(deviceClasses, '', className);
  const name = found && isRecord(found['spec']) ? found['spec']['extendedResourceName'] : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function uses(name: string, world: World): boolean {
  if (name === count || name.endsWith(classSuffix)) return true;
  if (!name.startsWith(requestsPrefix)) return false;
  const resource = name.slice(requestsPrefix.length);
  if (resource.startsWith(deviceClassPrefix)) {
    return world.reader.get(deviceClasses, '', resource.slice(deviceClassPrefix.length)) !== undefined;
  }
  if (!isExtendedResource(resource)) return false;
  for (const { metadata } of world.reader.list(deviceClasses, '')) {
    if (extendedResourceOf(world, metadata.name ?? '') === resource) return true;
  }
  return false;
}

/**
 * Devices count as the extended resources that stand for their classes, too, less what the pod that the claim was made for has
 * been charged for already (KEP-5004).
 */
function addExtendedResources(used: Map<string, Quantity>, claim: KubeObject, world: World): Quantities {
  const devices = [...used].filter(([name]) => name.endsWith(classSuffix));
  if (devices.length === 0) return used;
  const charged = usageOfPod(claim, world);
  for (const [name, amount] of devices) {
    const className = name.slice(0, -classSuffix.length);
    const resource = extendedResourceOf(world, className);
    const names = [deviceClassPrefix + className, ...(resource === undefined ? [] : [resource])];
    for (const one of names.map((each) => requestsPrefix + each)) {
      const already = charged.get(one);
      const rest = already ? subQuantity(amount, already) : amount;
      if (quantitySign(rest) > 0) used.set(one, rest);
    }
  }
  return used;
}

/** What the pod uses whose extended resources the claim is for. */
function usageOfPod(claim: KubeObject, world: World): Quantities {
  const { annotations = {}, namespace = '', ownerReferences = [] } = claim.metadata;
  const owner = ownerReferences.find(({ controller }) => controller);
  const isForPod =
    Object.hasOwn(annotations, podClaimAnnotation) && annotations[podClaimAnnotation] === 'true';
  if (!isForPod || owner?.kind !== 'Pod' || owner.apiVersion !== 'v1') return noQuantities;
  const pod = world.reader.get({ group: '', resource: 'pods' }, namespace, owner.name);
  if (!pod || pod.metadata.uid !== owner.uid) return noQuantities;
  const status = isRecord(pod['status']) ? pod['status']['extendedResourceClaimStatus'] : undefined;
  const named = isRecord(status) ? status['resourceClaimName'] : undefined;
  const isItsClaim =
    status === undefined ? isFirstOf(claim, owner.uid, world) : named === claim.metadata.name;
  return isItsClaim ? pods.usage(pod, world) : noQuantities;
}

/** A pod that does not say which claim is its own has the first one made for it. */
function isFirstOf(claim: KubeObject, podUid: string, { reader }: World): boolean {
  const rank = ({ metadata }: KubeObject) => `${metadata.creationTimestamp ?? ''} ${metadata.name ?? ''}`;
  for (const other of reader.list(resourceClaims, claim.metadata.namespace ?? '')) {
    const { annotations = {}, ownerReferences = [] } = other.metadata;
    const isForPod = annotations[podClaimAnnotation] === 'true';
    if (!isForPod || !ownerReferences.some(({ controller, uid }) => controller && uid === podUid)) continue;
    if (rank(other) < rank(claim)) return false;
  }
  return true;
}

export const deviceClaims: Evaluator = { mayUse: ({ subresource }) => subresource === '', uses, usage };

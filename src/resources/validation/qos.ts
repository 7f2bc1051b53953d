import type { IPod, IPodSpec, IResourceRequirements } from 'kubernetes-models/v1';
import { addQuantity, compareQuantity, type Quantity, quantitySign } from '../../apimachinery/quantity.ts';
import { quantitiesOf, type ResourceList } from './resource-list.ts';

export type QOSClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const computeResources = ['cpu', 'memory'];

/** The class that was recorded at creation, else the computed one. */
export const qosClassOf = (pod: IPod): QOSClass =>
  (pod.status?.qosClass as QOSClass | undefined) || computeQOSClass(pod.spec ?? ({} as IPodSpec));

/**
 * BestEffort without any cpu or memory amounts, Guaranteed when every container has limits for both that equal its
 * requests, Burstable otherwise. Amounts of the pod as a whole take precedence (core `helper/qos.ComputePodQOS`).
 */
export function computeQOSClass(spec: IPodSpec): QOSClass {
  const requests = new Map<string, Quantity>();
  const limits = new Map<string, Quantity>();
  let allLimited = true;
  for (const resources of decisiveResources(spec)) {
    addAmounts(requests, resources?.requests);
    const limited = addAmounts(limits, resources?.limits);
    allLimited &&= limited.length === computeResources.length;
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const equal =
    requests.size === limits.size &&
    [...requests].every(([name, request]) => {
      const limit = limits.get(name);
      return limit !== undefined && compareQuantity(limit, request) === 0;
    });
  return allLimited && equal ? 'Guaranteed' : 'Burstable';
}

function decisiveResources(spec: IPodSpec): (IResourceRequirements | undefined)[] {
  const { resources, containers = [], initContainers = [] } = spec;
  if (resources) return [resources];
  return [...containers, ...initContainers].map((container) => container.resources);
}

/** Adds the compute amounts above zero and tells their names. */
function addAmounts(sums: Map<string, Quantity>, list: ResourceList | undefined): string[] {
  const added: string[] = [];
  for (const [name, quantity] of quantitiesOf(list)) {
    if (!computeResources.includes(name) || quantitySign(quantity) <= 0) continue;
    const sum = sums.get(name);
    sums.set(name, sum ? addQuantity(sum, quantity) : quantity);
    added.push(name);
  }
  return added;
}

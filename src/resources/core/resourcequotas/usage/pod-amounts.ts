import type { IContainer, IContainerStatus, IPod } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../../apimachinery/object.ts';
import { addQuantity, type Quantity, quantitySign } from '../../../../apimachinery/quantity.ts';
import {
  type Amounts,
  aggregateContainerResources,
  isPodLevelResource,
  isRestartableInitContainer,
} from '../../../validation/pod-resources.ts';
import { maxQuantities, type Quantities, quantitiesOf } from '../../../validation/resource-list.ts';

/**
 * What a pod takes from a node: its containers as they are or will be resized, or what it asks for as a whole, and what
 * its sandbox needs (component-helpers `PodRequests` and `PodLimits`).
 */
export function podAmounts(object: KubeObject, amounts: Amounts): Map<string, Quantity> {
  const { spec, status } = object as unknown as IPod;
  if (!spec) return new Map();
  const running = new Map<string, IContainerStatus>();
  for (const one of [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]) {
    running.set(one.name, one);
  }
  const wontResize = (status?.conditions ?? []).some(
    ({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible',
  );
  const sidecarsAndMain = new Set<IContainer>([
    ...spec.containers,
    ...(spec.initContainers ?? []).filter(isRestartableInitContainer),
  ]);
  const total = new Map(
    aggregateContainerResources(spec, amounts, (container) => {
      const wanted = quantitiesOf(container.resources?.[amounts]);
      const state = sidecarsAndMain.has(container) ? running.get(container.name) : undefined;
      if (!state?.resources) return wanted;
      const actual = actualAmounts(state, amounts);
      return wontResize ? actual : maxQuantities(wanted, actual);
    }),
  );
  for (const [name, amount] of quantitiesOf(spec.resources?.[amounts])) {
    if (isPodLevelResource(name)) total.set(name, amount);
  }
  for (const [name, amount] of quantitiesOf(spec.overhead)) {
    const sum = total.get(name);
    // No limit stays no limit.
    if (amounts === 'limits' && (!sum || quantitySign(sum) === 0)) continue;
    total.set(name, sum ? addQuantity(sum, amount) : amount);
  }
  return total;
}

/** What the node has given to a container, and for requests also what it has promised. */
function actualAmounts({ resources, allocatedResources }: IContainerStatus, amounts: Amounts): Quantities {
  const actual = quantitiesOf(resources?.[amounts]);
  return amounts === 'requests' ? maxQuantities(actual, quantitiesOf(allocatedResources)) : actual;
}

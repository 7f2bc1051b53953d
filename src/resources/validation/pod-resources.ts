import type { IContainer, IPodSpec } from 'kubernetes-models/v1';
import {
  maxQuantities,
  noQuantities,
  type Quantities,
  quantitiesOf,
  sumQuantities,
} from './resource-list.ts';

export type Amounts = 'requests' | 'limits';

/** A sidecar: an init container that keeps running. */
export const isRestartableInitContainer = (container: IContainer): boolean =>
  container.restartPolicy === 'Always';

/** `hugepages-2Mi` and the like. */
export const isHugePageResource = (name: string): boolean => name.startsWith('hugepages-');

/** The resources that may be asked for at the level of the pod. */
export const isPodLevelResource = (name: string): boolean =>
  name === 'cpu' || name === 'memory' || isHugePageResource(name);

/**
 * What the containers of a pod need together: all running at once, or any init container beside the sidecars started
 * before it (component-helpers `AggregateContainerRequests` and `AggregateContainerLimits`). `amountsOf` tells what
 * counts as a container's own.
 */
export function aggregateContainerResources(
  spec: IPodSpec,
  amounts: Amounts,
  amountsOf: (container: IContainer) => Quantities = ({ resources }) => quantitiesOf(resources?.[amounts]),
): Quantities {
  let running = noQuantities;
  for (const container of spec.containers ?? []) {
    running = sumQuantities(running, amountsOf(container));
  }
  let sidecars = noQuantities;
  let starting = noQuantities;
  for (const container of spec.initContainers ?? []) {
    const own = amountsOf(container);
    if (isRestartableInitContainer(container)) {
      running = sumQuantities(running, own);
      sidecars = sumQuantities(sidecars, own);
      starting = maxQuantities(starting, sidecars);
    } else {
      starting = maxQuantities(starting, sumQuantities(own, sidecars));
    }
  }
  return maxQuantities(running, starting);
}

import type { IContainer, IPodSpec } from 'kubernetes-models/v1';
import type { KubeObject } from '../apimachinery/object.ts';
import { addQuantity, compareQuantity, parseQuantity, type Quantity } from '../apimachinery/quantity.ts';
import { containersOf } from '../resources/core/pods/containers.ts';
import type { Amounts } from './amounts.ts';
import { readSpec } from './structs.ts';

/** Amounts by resource name, ready to be compared. */
export type Quantities = ReadonlyMap<string, Quantity>;

/** What a container, pod or claim asks for. */
export interface Usage {
  readonly requests: Quantities;
  readonly limits: Quantities;
}

type Field = 'requests' | 'limits';

/** Resources for which a pod may speak as a whole. */
const podLevelResources = ['cpu', 'memory'];

export function quantities(amounts: Amounts | undefined): Map<string, Quantity> {
  const found = new Map<string, Quantity>();
  for (const name of Object.keys(amounts ?? {})) found.set(name, parseQuantity(String(amounts![name])));
  return found;
}

export const containerUsage = ({ resources }: IContainer): Usage => ({
  requests: quantities(resources?.requests),
  limits: quantities(resources?.limits),
});

export const podUsage = (pod: KubeObject): Usage => ({
  requests: total(pod, 'requests'),
  limits: total(pod, 'limits'),
});

/**
 * What a pod takes at its peak: all containers and sidecars together, or, while it starts, one init container and the
 * sidecars before it, whichever is more.
 */
function total(pod: KubeObject, field: Field): Quantities {
  const running = new Map<string, Quantity>();
  const sidecars = new Map<string, Quantity>();
  const starting = new Map<string, Quantity>();
  for (const { container } of containersOf(pod, ['containers'])) add(running, amountsOf(container, field));
  for (const { container } of containersOf(pod, ['initContainers'])) {
    const own = amountsOf(container, field);
    if (container.restartPolicy === 'Always') {
      add(running, own);
      add(sidecars, own);
      raise(starting, sidecars);
    } else {
      add(own, sidecars);
      raise(starting, own);
    }
  }
  raise(running, starting);
  const podLevel = quantities(readSpec<IPodSpec>(pod).resources?.[field]);
  for (const name of podLevelResources) {
    const amount = podLevel.get(name);
    if (amount) running.set(name, amount);
  }
  return running;
}

const amountsOf = ({ resources }: IContainer, field: Field) => quantities(resources?.[field]);

function add(sum: Map<string, Quantity>, more: Quantities): void {
  for (const [name, amount] of more) {
    const present = sum.get(name);
    sum.set(name, present ? addQuantity(present, amount) : amount);
  }
}

function raise(most: Map<string, Quantity>, other: Quantities): void {
  for (const [name, amount] of other) {
    const present = most.get(name);
    if (!present || compareQuantity(amount, present) > 0) most.set(name, amount);
  }
}

import {
  type LabelRequirement,
  type LabelSelector,
  labelSelectorOf,
  selectorFromLabelSelector,
  selectorFromMap,
} from '../../apimachinery/label-selector.ts';
import type { Informers } from '../../client/informers.ts';
import { replicaSets, replicationControllers, services, statefulSets } from '../../client/kinds.ts';
import { byNamespace, controllerOf } from '../owners.ts';
import type { PodNeeds } from './pod-needs.ts';

/** What selects a pod and those like it: the services that it is behind, and its controller. */
export function createSiblings(informers: Informers): (needs: PodNeeds) => LabelSelector | undefined {
  const servicesIn = informers.of(services).index(byNamespace);
  const sets = informers.of(replicaSets);
  const stateful = informers.of(statefulSets);
  const controllers = informers.of(replicationControllers);
  const selectorOfController = (needs: PodNeeds): LabelSelector | undefined => {
    const owner = controllerOf(needs.pod);
    switch (owner?.kind) {
      case 'ReplicaSet':
        return selectorFromLabelSelector(sets.get(needs.namespace, owner.name)?.spec?.selector);
      case 'StatefulSet':
        return selectorFromLabelSelector(stateful.get(needs.namespace, owner.name)?.spec?.selector);
      case 'ReplicationController':
        return selectorFromMap(controllers.get(needs.namespace, owner.name)?.spec?.selector);
      default:
        return undefined;
    }
  };
  return (needs) => {
    const requirements: LabelRequirement[] = [];
    for (const { spec } of servicesIn.get(needs.namespace)) {
      if (!spec?.selector) continue;
      const selector = selectorFromMap(spec.selector);
      if (!selector.empty && selector.matches(needs.labels)) requirements.push(...selector.requirements);
    }
    requirements.push(...(selectorOfController(needs)?.requirements ?? []));
    return requirements.length === 0 ? undefined : labelSelectorOf(requirements);
  };
}

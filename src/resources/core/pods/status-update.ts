import type { IPodCondition, IPodStatus } from 'kubernetes-models/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct, structIn } from '../../struct-fields.ts';

/** A status that leaves out the QoS class or the generations that were observed keeps the old ones. */
export function keepStatusParts(object: KubeObject, old: KubeObject): void {
  const status = structIn<IPodStatus>(object, 'status');
  const oldStatus = readStruct<IPodStatus>(old, 'status');
  if (!status.qosClass && oldStatus.qosClass) status.qosClass = oldStatus.qosClass;
  if (!status.observedGeneration && oldStatus.observedGeneration) {
    status.observedGeneration = oldStatus.observedGeneration;
  }
  keepConditionGenerations(status.conditions ?? [], oldStatus.conditions ?? []);
}

/** Conditions may come twice; the first of a type belongs to the first old one, and so on. */
function keepConditionGenerations(conditions: readonly IPodCondition[], old: readonly IPodCondition[]): void {
  const left = Map.groupBy(old.toReversed(), ({ type }) => type);
  for (const condition of conditions) {
    const before = left.get(condition.type)?.pop();
    if (!condition.observedGeneration && before?.observedGeneration) {
      condition.observedGeneration = before.observedGeneration;
    }
  }
}

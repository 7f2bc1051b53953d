import type { IPriorityClass } from 'kubernetes-models/scheduling.k8s.io/v1';
import type { KubeObject } from '../../../apimachinery/object.ts';

export function defaults(object: KubeObject): void {
  (object as unknown as IPriorityClass).preemptionPolicy ??= 'PreemptLowerPriority';
}

import { type Clock, formatTime } from '../../apimachinery/clock.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';

interface PodCondition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
}

export const statusOf = (object: KubeObject): Record<string, unknown> =>
  isRecord(object['status']) ? object['status'] : {};

export const conditionsOf = (object: KubeObject): Record<string, unknown>[] => {
  const { conditions } = statusOf(object);
  return Array.isArray(conditions) ? conditions.filter(isRecord) : [];
};

export const isReady = (pod: KubeObject): boolean =>
  conditionsOf(pod).some(({ type, status }) => type === 'Ready' && status === 'True');

/** Sets a condition of a pod, in place: where one of its type stands, else at the end. Its time stays while its status does. */
export function setPodCondition(clock: Clock, pod: KubeObject, condition: PodCondition): void {
  const conditions = conditionsOf(pod);
  const at = conditions.findIndex(({ type }) => type === condition.type);
  const { type, status, ...why } = condition;
  const before = conditions[at];
  const since = before?.['status'] === status ? before['lastTransitionTime'] : undefined;
  const lastTransitionTime = since ?? formatTime(clock.now());
  const changed = { type, status, lastProbeTime: null, lastTransitionTime, ...why };
  conditions.splice(at === -1 ? conditions.length : at, 1, changed);
  pod['status'] = { ...statusOf(pod), conditions };
}

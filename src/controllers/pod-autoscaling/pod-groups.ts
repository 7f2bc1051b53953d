import { parseTime } from '../../apimachinery/clock.ts';
import { parseQuantity, quantityMilli } from '../../apimachinery/quantity.ts';
import type { Pod } from '../../client/kinds.ts';
import { conditionOf, isTerminating } from '../pod-state.ts';
import type { Sample, Samples } from './metrics-apis.ts';

/** How long the processor use of a starting pod tells nothing (`--horizontal-pod-autoscaler-cpu-initialization-period`). */
const cpuInitializationMs = 300_000;
/** How soon after its start a pod that is not ready never was (`--horizontal-pod-autoscaler-initial-readiness-delay`). */
const initialReadinessMs = 30_000;

/** Pods by what their samples are good for. */
export interface PodGroups {
  /** What counts: of pods that are there and ready. */
  readonly measured: Samples;
  readonly readyCount: number;
  /** Names of pods whose samples say nothing yet. */
  readonly unready: readonly string[];
  /** Names of pods of which nothing was measured. */
  readonly missing: readonly string[];
}

/** `resource` is '' for what is no resource. */
export function groupPods(
  pods: readonly Pod[],
  samples: Samples,
  resource: string,
  nowMs: number,
): PodGroups {
  const measured = new Map(samples);
  const unready: string[] = [];
  const missing: string[] = [];
  let readyCount = 0;
  for (const pod of pods) {
    const { name } = pod.metadata;
    const sample = samples.get(name);
    if (isTerminating(pod) || pod.status?.phase === 'Failed') measured.delete(name);
    else if (pod.status?.phase === 'Pending') unready.push(name);
    else if (!sample) missing.push(name);
    else if (resource === 'cpu' && isWarmingUp(pod, sample, nowMs)) unready.push(name);
    else readyCount++;
  }
  for (const name of unready) measured.delete(name);
  return { measured, readyCount, unready, missing };
}

function isWarmingUp(pod: Pod, { atMs, windowMs }: Sample, nowMs: number): boolean {
  const ready = conditionOf(pod, 'Ready');
  const started = pod.status?.startTime;
  if (!ready || started === undefined) return true;
  const startedMs = parseTime(started);
  const changedMs = parseTime(ready.lastTransitionTime ?? '') || 0;
  const isUnready = ready.status === 'False';
  if (startedMs + cpuInitializationMs > nowMs) return isUnready || atMs < changedMs + windowMs;
  return isUnready && startedMs + initialReadinessMs > changedMs;
}

/** What each pod asks for, in thousandths, by name; of one container when `container` is not ''. Throws an Error when a pod asks for nothing. */
export const requestsOf = (
  pods: readonly Pod[],
  resource: string,
  container: string,
): ReadonlyMap<string, bigint> =>
  new Map(pods.map((pod) => [pod.metadata.name, requestOf(pod, resource, container)]));

type Requests = Readonly<Record<string, string | number>> | undefined;

function requestOf(pod: Pod, resource: string, container: string): bigint {
  const { name } = pod.metadata;
  const whole = requested(pod.spec?.resources?.requests, resource);
  if (container === '' && whole !== undefined) return whole;
  const sidecars = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const counted = [...(pod.spec?.containers ?? []), ...sidecars].filter(
    (each) => container === '' || each.name === container,
  );
  if (container !== '' && counted.length === 0) {
    throw new Error(`container ${container} not found in Pod ${name}`);
  }
  return counted.reduce((sum, each) => {
    const request = requested(each.resources?.requests, resource);
    if (request === undefined) {
      throw new Error(`missing request for ${resource} in container ${each.name} of Pod ${name}`);
    }
    return sum + request;
  }, 0n);
}

function requested(requests: Requests, resource: string): bigint | undefined {
  if (!requests || !Object.hasOwn(requests, resource)) return undefined;
  return quantityMilli(parseQuantity(String(requests[resource])));
}

import type { Pod } from '../../client/kinds.ts';
import { isReady } from '../pod-state.ts';
import type { Sample, Samples } from './metrics-apis.ts';
import { groupPods, type PodGroups, requestsOf } from './pod-groups.ts';

/** How far a metric may be from its target before anything is done about it, as a fraction. */
export interface Tolerances {
  readonly down: number;
  readonly up: number;
}

/** What replicas are counted from. */
export interface Situation {
  readonly currentReplicas: number;
  readonly tolerances: Tolerances;
  /** Those that the scale selects. */
  readonly pods: readonly Pod[];
  readonly nowMs: number;
}

const isWithin = (ratio: number, { down, up }: Tolerances): boolean => 1 - down <= ratio && ratio <= 1 + up;
const maxReplicas = 2 ** 31 - 1;
/** A fraction of nothing is no number: as many as can be. */
const whole = (replicas: number): number => Math.min(Math.ceil(replicas), maxReplicas) || 0;

const noPods = 'no pods returned by selector while calculating replica count';
const noSamples = 'did not receive metrics for targeted pods (pods might be unready)';

function grouped(samples: Samples, resource: string, { pods, nowMs }: Situation): PodGroups {
  if (pods.length === 0) throw new Error(noPods);
  const groups = groupPods(pods, samples, resource, nowMs);
  if (groups.measured.size === 0) throw new Error(noSamples);
  return groups;
}

/** How many replicas bring the use of `resource` to `target` percent of what pods ask for. Throws an Error when that cannot be told. */
export function replicasForUtilization(
  samples: Samples,
  {
    resource,
    container,
    target,
  }: { readonly resource: string; readonly container: string; readonly target: number },
  situation: Situation,
): { readonly replicas: number; readonly utilization: number; readonly average: bigint } {
  const groups = grouped(samples, resource, situation);
  const requests = requestsOf(situation.pods, resource, container);
  const { utilization, average } = utilizationOf(groups.measured, requests);
  const fallback = BigInt(Math.max(100, target));
  const replicas = adjusted(groups, situation, {
    ratioOf: (measured) => utilizationOf(measured, requests).utilization / target,
    assumedOf: (name) => ((requests.get(name) ?? 0n) * fallback) / 100n,
  });
  return { replicas, utilization, average };
}

/** How many replicas bring the average of a metric to `target`, in thousandths. */
export function replicasForAverage(
  samples: Samples,
  { resource, target }: { readonly resource: string; readonly target: bigint },
  situation: Situation,
): { readonly replicas: number; readonly average: bigint } {
  const groups = grouped(samples, resource, situation);
  const replicas = adjusted(groups, situation, {
    ratioOf: (measured) => Number(averageOf(measured)) / Number(target),
    assumedOf: () => target,
  });
  return { replicas, average: averageOf(groups.measured) };
}

/** How many replicas bring one number to `target`; from none, as many as it is times the target. */
export function replicasForValue(usage: bigint, target: bigint, situation: Situation): number {
  const { currentReplicas, tolerances, pods } = situation;
  const ratio = Number(usage) / Number(target);
  if (currentReplicas === 0) return whole(ratio);
  if (isWithin(ratio, tolerances)) return currentReplicas;
  if (pods.length === 0) throw new Error(`unable to calculate ready pods: ${noPods}`);
  return whole(ratio * pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod)).length);
}

/** How many replicas bring one number, divided among them, to `target`; and what it is for each now. */
export function replicasForShare(
  usage: bigint,
  target: bigint,
  statusReplicas: number,
  tolerances: Tolerances,
): { readonly replicas: number; readonly share: bigint } {
  const ratio = Number(usage) / (Number(target) * statusReplicas);
  const replicas = isWithin(ratio, tolerances) ? statusReplicas : whole(Number(usage) / Number(target));
  const share = statusReplicas === 0 ? 0n : BigInt(Math.ceil(Number(usage) / statusReplicas));
  return { replicas, share };
}

interface Measure {
  readonly ratioOf: (measured: Samples) => number;
  /** What a pod of which nothing is known is taken to use when fewer replicas would do. */
  readonly assumedOf: (name: string) => bigint;
}

/** Pods of which nothing is known are taken for what keeps the number from going far: it never turns around because of them. */
function adjusted(groups: PodGroups, situation: Situation, { ratioOf, assumedOf }: Measure): number {
  const { measured, readyCount, unready, missing } = groups;
  const { currentReplicas, tolerances } = situation;
  const ratio = ratioOf(measured);
  const growsWithUnready = unready.length > 0 && ratio > 1;
  if (!growsWithUnready && missing.length === 0) {
    return isWithin(ratio, tolerances) ? currentReplicas : whole(ratio * readyCount);
  }
  const assumed = new Map(measured);
  const assume = (name: string, value: bigint) =>
    assumed.set(name, { value, atMs: 0, windowMs: 0 } as Sample);
  if (ratio !== 1) for (const name of missing) assume(name, ratio < 1 ? assumedOf(name) : 0n);
  if (growsWithUnready) for (const name of unready) assume(name, 0n);
  const next = ratioOf(assumed);
  const turnsAround = (ratio < 1 && next > 1) || (ratio > 1 && next < 1);
  if (isWithin(next, tolerances) || turnsAround) return currentReplicas;
  const replicas = whole(next * assumed.size);
  const goesWrong = (next < 1 && replicas > currentReplicas) || (next > 1 && replicas < currentReplicas);
  return goesWrong ? currentReplicas : replicas;
}

const sumOf = (samples: Samples): bigint => [...samples.values()].reduce((sum, { value }) => sum + value, 0n);

const averageOf = (samples: Samples): bigint => sumOf(samples) / BigInt(samples.size);

/** In percent of what the pods that were measured ask for. Throws an Error when there are none. */
function utilizationOf(samples: Samples, requests: ReadonlyMap<string, bigint>) {
  const known = new Map([...samples].filter(([name]) => requests.has(name)));
  const asked = [...known.keys()].reduce((sum, name) => sum + requests.get(name)!, 0n);
  if (asked === 0n) throw new Error('no metrics returned matched known pods');
  const used = sumOf(known);
  return { utilization: Number((used * 100n) / asked), average: used / BigInt(known.size) };
}

import type { IPodStatus } from 'kubernetes-models/v1';
import { formatTime } from '../../apimachinery/clock.ts';
import type { Pod } from '../../client/kinds.ts';
import { containerStatuses } from './container-status.ts';
import { type Phase, phaseOf } from './phase.ts';
import { type Finding, podConditions } from './pod-conditions.ts';
import type { PodRun } from './pod-run.ts';

/** Where a pod is. */
export interface HostAddresses {
  readonly hostIPs: readonly string[];
}

/** The whole status of a pod as its node sees it. What others have written stays. */
export function podStatus(
  run: PodRun,
  pod: Pod,
  { hostIPs }: HostAddresses,
  resize: readonly Finding[],
  nowMs: number,
): IPodStatus {
  const init = containerStatuses(run, pod, ['init', 'sidecar']);
  const main = containerStatuses(run, pod, ['main']);
  const ephemeral = containerStatuses(run, pod, ['ephemeral']);
  const runs = [...run.containers.values()].some(({ current }) => current && !current.ended);
  const before = pod.status ?? {};
  const phase = phaseToTell(run, pod, runs);
  const why = phase === 'Failed' ? run.failing : undefined;
  const conditions = podConditions(
    { pod, phase, statuses: [...init, ...main], hasSandbox: run.ip !== undefined && !run.finished, resize },
    nowMs,
  );
  const ips = run.ip === undefined ? [] : run.ip.split(',');
  return {
    ...before,
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase,
    ...(why ? { reason: why.reason, ...(why.message ? { message: why.message } : {}) } : {}),
    conditions: [...conditions],
    ...(hostIPs.length === 0 ? {} : { hostIP: hostIPs[0]!, hostIPs: hostIPs.map((ip) => ({ ip })) }),
    ...(ips.length === 0 ? {} : { podIP: ips[0]!, podIPs: ips.map((ip) => ({ ip })) }),
    startTime: formatTime(run.startedMs),
    ...(init.length === 0 ? {} : { initContainerStatuses: [...init] }),
    containerStatuses: [...main],
    ...(ephemeral.length === 0 ? {} : { ephemeralContainerStatuses: [...ephemeral] }),
  };
}

/** An ended pod is not told of before all its containers have ended. */
function phaseToTell(run: PodRun, pod: Pod, runs: boolean): Phase {
  const before = pod.status?.phase;
  if (before === 'Succeeded' || before === 'Failed') return before;
  if (runs) return phaseOf(run, pod, false) === 'Pending' ? 'Pending' : 'Running';
  if (run.failing) return 'Failed';
  const phase = phaseOf(run, pod, run.finished);
  // Nothing ever ran, and nothing will.
  return run.finished && (phase === 'Pending' || phase === 'Running') ? 'Failed' : phase;
}

/** A pod that its node does not take (`rejectPod`). */
export const rejectedStatus = (pod: Pod, reason: string, message: string, nowMs: number): IPodStatus => ({
  ...pod.status,
  ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
  phase: 'Failed',
  reason,
  message: `Pod was rejected: ${message}`,
  startTime: pod.status?.startTime ?? formatTime(nowMs),
});

import type { IContainerStatus } from 'kubernetes-models/v1/ContainerStatus';
import type { IPod } from 'kubernetes-models/v1/Pod';
import { parseTime } from '../../../apimachinery/clock.ts';
import { humanDuration } from '../../../apimachinery/duration.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';

/** What `kubectl get pods` says about a pod in its first columns. */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  /** The Status column. */
  readonly reason: string;
  /** The Restarts column: `3 (5m ago)`. */
  readonly restarts: string;
}

/** Restarts, and the newest end of an earlier run (NaN when there was none). */
interface Restarts {
  readonly count: number;
  readonly lastMs: number;
}

const noRestarts: Restarts = { count: 0, lastMs: Number.NaN };

function countRestarts(statuses: readonly IContainerStatus[], start: Restarts): Restarts {
  let { count, lastMs } = start;
  for (const { restartCount, lastState } of statuses) {
    count += restartCount ?? 0;
    const finished = parseTime(lastState?.terminated?.finishedAt ?? '');
    if (!Number.isNaN(finished) && !(lastMs >= finished)) lastMs = finished;
  }
  return { count, lastMs };
}

const signalOrCode = (terminated: { signal?: number; exitCode: number }) =>
  terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode ?? 0}`;

interface InitProgress {
  /** Why initialization is not finished; undefined when it is. */
  readonly reason: string | undefined;
  readonly readySidecars: number;
}

function initProgress(pod: IPod, sidecars: ReadonlySet<string>): InitProgress {
  let readySidecars = 0;
  const blocked = (reason: string): InitProgress => ({ reason, readySidecars });
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const { terminated, waiting } = status.state ?? {};
    if (terminated && (terminated.exitCode ?? 0) === 0) continue;
    if (sidecars.has(status.name) && status.started) {
      if (status.ready) readySidecars++;
      continue;
    }
    if (terminated) return blocked(`Init:${terminated.reason || signalOrCode(terminated)}`);
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return blocked(`Init:${waiting.reason}`);
    return blocked(`Init:${index}/${pod.spec?.initContainers?.length ?? 0}`);
  }
  return { reason: undefined, readySidecars };
}

interface RunProgress {
  readonly reason: string;
  readonly readyContainers: number;
}

function runProgress(pod: IPod, startReason: string): RunProgress {
  let reason = startReason;
  let errorReason = '';
  let readyContainers = 0;
  for (const { state, ready } of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    if (state?.waiting?.reason) {
      reason = state.waiting.reason;
    } else if (state?.terminated) {
      reason = state.terminated.reason || signalOrCode(state.terminated);
      if (state.terminated.exitCode) errorReason = reason;
    } else if (ready && state?.running) {
      readyContainers++;
    }
  }
  if (reason === 'Completed') {
    if (readyContainers > 0 && hasCondition(pod, 'Ready')) reason = 'Running';
    else if (errorReason) reason = errorReason;
    else if (readyContainers > 0) reason = 'NotReady';
  }
  return { reason, readyContainers };
}

const hasCondition = (pod: IPod, wanted: string) =>
  pod.status?.conditions?.some(({ type, status }) => type === wanted && status === 'True') ?? false;

function startReason({ status }: IPod): string {
  const gated = status?.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  return gated ? 'SchedulingGated' : status?.reason || status?.phase || '';
}

function deletionReason(pod: IPod, reason: string): string {
  if (!pod.metadata?.deletionTimestamp) return reason;
  if (pod.status?.reason === 'NodeLost') return 'Unknown';
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed' ? reason : 'Terminating';
}

function restartsText({ count, lastMs }: Restarts, nowMs: number): string {
  return count === 0 || Number.isNaN(lastMs) ? `${count}` : `${count} (${humanDuration(nowMs - lastMs)} ago)`;
}

/** Folds the statuses of a pod's containers into one line, as the reference server's `printPod` does. */
export function podSummary(object: KubeObject, nowMs: number): PodSummary {
  const pod = object as unknown as IPod;
  const initStatuses = pod.status?.initContainerStatuses ?? [];
  const sidecars = new Set(
    (pod.spec?.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').map(({ name }) => name),
  );
  const init = initProgress(pod, sidecars);
  let reason = init.reason ?? startReason(pod);
  let ready = init.readySidecars;
  let restarts = countRestarts(initStatuses, noRestarts);
  if (init.reason === undefined || hasCondition(pod, 'Initialized')) {
    const run = runProgress(pod, reason);
    reason = run.reason;
    ready += run.readyContainers;
    const ofSidecars = countRestarts(
      initStatuses.filter(({ name }) => sidecars.has(name)),
      noRestarts,
    );
    restarts = countRestarts(pod.status?.containerStatuses ?? [], ofSidecars);
  }
  return {
    ready,
    total: (pod.spec?.containers?.length ?? 0) + sidecars.size,
    reason: deletionReason(pod, reason),
    restarts: restartsText(restarts, nowMs),
  };
}

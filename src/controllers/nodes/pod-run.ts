import type { IContainer, IContainerStatus } from 'kubernetes-models/v1';
import { parseTime } from '../../apimachinery/clock.ts';
import type { Pod } from '../../client/kinds.ts';
import type { BackOff } from './back-off.ts';
import type { ContainerKind, Ending, Instance, ProbeKind } from './container.ts';

/** What a node knows of a container's attempt to run. */
export interface Attempt {
  readonly id: string;
  readonly startedMs: number;
  /** Stays after its end, for what it has written; absent when that was lost with an earlier server. */
  instance?: Instance;
  ended?: Ending;
  stop?: Stop;
  /** Failures of each probe that were told as events. */
  readonly toldFailures: Record<ProbeKind, number>;
}

/** Somebody wants it to end. */
export interface Stop {
  readonly termAtMs: number;
  killAtMs: number;
  termSent: boolean;
}

export interface Waiting {
  readonly reason: string;
  readonly message?: string;
}

export interface ContainerRun {
  readonly name: string;
  readonly kind: ContainerKind;
  restarts: number;
  /** Since when everything it needs is there, while it starts. */
  creatingSinceMs?: number;
  /** The newest attempt. */
  current?: Attempt;
  /** The one before. */
  previous?: Attempt;
  /** Why no attempt runs or is made at this moment; absent: none was to be made yet. */
  waiting?: Waiting;
  backOff?: BackOff;
  imageBackOff?: BackOff;
  /** Its startup probe has passed, if it has one. */
  started: boolean;
  /** What it was given wants it to start anew. */
  restartsForResize?: boolean;
  ready: boolean;
}

/** What a node knows of a pod that it runs. */
export interface PodRun {
  readonly uid: string;
  readonly nodeUid: string;
  readonly startedMs: number;
  /** Addresses of the pod; undefined until the sandbox is there. */
  ip?: string;
  readonly containers: Map<string, ContainerRun>;
  /** Why it fails whatever its containers do. */
  failing?: Waiting;
  /** What it waits for before anything starts: told as events. */
  readonly told: Set<string>;
  /** By when all has to have ended, in milliseconds since the epoch, once it is to. */
  stopByMs?: number;
  /** Nothing will run any more. */
  finished: boolean;
  /** Resources that were granted to containers, by name. */
  readonly allocated: Map<string, IContainer['resources']>;
}

export const isSidecar = ({ restartPolicy }: IContainer): boolean => restartPolicy === 'Always';

/** Every container of a pod in the order of its spec, with what it is. */
export function containersOf({ spec }: Pod): readonly (readonly [IContainer, ContainerKind])[] {
  const init = (spec?.initContainers ?? []).map(
    (container) => [container, isSidecar(container) ? 'sidecar' : 'init'] as const,
  );
  const main = (spec?.containers ?? []).map((container) => [container, 'main'] as const);
  const ephemeral = (spec?.ephemeralContainers ?? []).map(
    (container) => [container as unknown as IContainer, 'ephemeral'] as const,
  );
  return [...init, ...main, ...ephemeral];
}

/** The run of a container, made when first asked for: ephemeral containers come later. */
export function runOf(run: PodRun, name: string, kind: ContainerKind): ContainerRun {
  const known = run.containers.get(name);
  if (known) return known;
  const made: ContainerRun = { name, kind, restarts: 0, started: false, ready: false };
  run.containers.set(name, made);
  return made;
}

export function newPodRun(pod: Pod, nodeUid: string, nowMs: number): PodRun {
  const run: PodRun = {
    uid: pod.metadata.uid,
    nodeUid,
    startedMs: nowMs,
    containers: new Map(),
    told: new Set(),
    finished: false,
    allocated: new Map(containersOf(pod).map(([{ name, resources }]) => [name, resources])),
  };
  for (const [{ name }, kind] of containersOf(pod)) runOf(run, name, kind);
  return run;
}

/** Makes the instance of an attempt that was made before the server went; undefined when it is lost. */
export type Resume = (
  container: IContainer,
  kind: ContainerKind,
  attempt: Pick<Attempt, 'id' | 'startedMs'> & { readonly number: number },
) => Instance | undefined;

/** What is known of a pod from its status, after the server was restarted. */
export function recoveredPodRun(pod: Pod, nodeUid: string, nowMs: number, resume: Resume): PodRun {
  const startTime = parseTime(pod.status?.startTime ?? '');
  const run = newPodRun(pod, nodeUid, Number.isNaN(startTime) ? nowMs : startTime);
  const { status = {} } = pod;
  if (status.podIP) run.ip = status.podIP;
  const statuses = new Map(
    [
      ...(status.initContainerStatuses ?? []),
      ...(status.containerStatuses ?? []),
      ...(status.ephemeralContainerStatuses ?? []),
    ].map((one) => [one.name, one]),
  );
  for (const [container, kind] of containersOf(pod)) {
    const known = statuses.get(container.name);
    if (known) recover(runOf(run, container.name, kind), known, container, nowMs, resume);
    if (known?.resources) run.allocated.set(container.name, known.resources);
  }
  return run;
}

const timeOf = (text: string | undefined, fallback: number): number => {
  const ms = parseTime(text ?? '');
  return Number.isNaN(ms) ? fallback : ms;
};

export const newFailures = (): Record<ProbeKind, number> => ({ startup: 0, liveness: 0, readiness: 0 });

function recover(
  run: ContainerRun,
  status: IContainerStatus,
  container: IContainer,
  nowMs: number,
  resume: Resume,
): void {
  const { state = {}, lastState = {}, restartCount = 0 } = status;
  run.restarts = restartCount;
  const ended = (of: NonNullable<typeof state.terminated>, number: number): Attempt => {
    const attempt = { id: of.containerID ?? '', startedMs: timeOf(of.startedAt, nowMs) };
    const atMs = timeOf(of.finishedAt, nowMs);
    const { exitCode = 0, reason = '', message } = of;
    const instance = resume(container, run.kind, { ...attempt, number });
    instance?.log.close(atMs);
    return {
      ...attempt,
      ...(instance ? { instance } : {}),
      ended: { atMs, exitCode, reason, ...(message ? { message } : {}) },
      toldFailures: newFailures(),
    };
  };
  const before = state.running || state.terminated ? restartCount - 1 : restartCount;
  if (lastState.terminated) run.previous = ended(lastState.terminated, before);
  if (state.terminated) run.current = ended(state.terminated, restartCount);
  else if (state.running) {
    const attempt = { id: status.containerID ?? '', startedMs: timeOf(state.running.startedAt, nowMs) };
    const instance = resume(container, run.kind, { ...attempt, number: restartCount });
    run.current = {
      ...attempt,
      ...(instance ? { instance } : { ended: lost(nowMs) }),
      toldFailures: newFailures(),
    };
  } else if (run.previous) {
    // It waits for its next attempt.
    run.current = run.previous;
    delete run.previous;
    run.waiting = { reason: state.waiting?.reason ?? '', message: state.waiting?.message ?? '' };
  }
}

/** As a kubelet puts it. */
export const lost = (atMs: number): Ending => ({
  atMs,
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
});

import type { IContainer } from 'kubernetes-models/v1';
import type { ExecCall, FetchHandler } from '../../apimachinery/container-image.ts';
import type { Pod } from '../../client/kinds.ts';
import type { ContainerLog } from './container-log.ts';

/** `sidecar`: an init container that is restarted as long as the pod lives. */
export type ContainerKind = 'init' | 'sidecar' | 'main' | 'ephemeral';

/** How a container ended. */
export interface Ending {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly exitCode: number;
  /** `Completed`, `Error`, `OOMKilled`, … */
  readonly reason: string;
  /** What it left as its termination message. */
  readonly message?: string;
}

export type ProbeKind = 'startup' | 'liveness' | 'readiness';

/** What probes are told from this time until the next segment. */
export interface ProbeSegment {
  /** Milliseconds since the epoch. */
  readonly fromMs: number;
  readonly success: boolean;
  /** Of a failure, for its event. */
  readonly output: string;
}

/** One attempt of a container to run. */
export interface ContainerStart {
  readonly pod: Pod;
  readonly container: IContainer;
  readonly kind: ContainerKind;
  /** 0 for the first, as `restartCount`. */
  readonly attempt: number;
  /** `simulated://…`, different for each attempt. */
  readonly id: string;
  /** Address of the pod; its status may not say so yet. */
  readonly ip?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly startedMs: number;
  /** To be called when what the instance says has changed by itself: it has ended, or probes are told something else. */
  readonly onChange: () => void;
}

/**
 * A container that runs. The node asks; the instance never acts on the pod. What it says may reach into the future: the node comes
 * back at those times.
 */
export interface Instance {
  /** What it writes. */
  readonly log: ContainerLog;
  /** How it has ended or is going to end as things are; undefined as long as nobody knows. Never takes back what is past. */
  ending(): Ending | undefined;
  /** What probes are told, in order of time; before the first segment, and without any, they succeed. */
  probe(kind: ProbeKind): readonly ProbeSegment[];
  /** What answers HTTP at this port of the pod. Absent: nothing listens. */
  readonly listener?: (port: number) => FetchHandler | undefined;
  /** Runs a command in it; undefined when nobody knows the command. Absent: none is known. */
  readonly exec?: (call: ExecCall) => Promise<number | undefined>;
  /** SIGTERM. */
  terminate(atMs: number): void;
  /** SIGKILL: afterwards `ending` is known and not after `atMs`. */
  kill(atMs: number): void;
}

/** What makes a container's outcome: a declaration, a command that is understood, a function. */
export interface Implementation {
  start(start: ContainerStart): Instance;
  /** After the server was restarted: the instance that `start` would have made. Absent: it is lost and counts as killed. */
  readonly resume?: (start: ContainerStart) => Instance;
}

/** All about an attempt before it begins. */
export interface ContainerPlan {
  /** Why the image cannot be pulled. */
  readonly imageProblem?: string;
  /** From when the image is there until the container has started. */
  readonly startDelayMs: number;
  /** It is an init container of which nobody knows what it does. */
  readonly isSkipped: boolean;
  readonly implementation: Implementation;
}

/** What runs a container instead of a declaration, for instance because of its image; undefined for most. */
export type ImplementationOf = (pod: Pod, container: IContainer) => Implementation | undefined;

/** Answers how the next attempt of a container goes. */
export type PlanOf = (pod: Pod, container: IContainer, attempt: number) => ContainerPlan;

import type { IContainer } from 'kubernetes-models/v1';
import type { Pod } from '../../client/kinds.ts';
import type { ContainerKind, PlanOf } from './container.ts';
import type { PodRun } from './pod-run.ts';

/** What a node does with a pod needs to know and do besides the pod itself. */
export interface World {
  readonly nowMs: number;
  readonly planOf: PlanOf;
  /** An id that no container has had. */
  readonly newId: () => string;
  /** Writes an event about the pod, or about one of its containers. */
  readonly tell: (type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string) => void;
  /** To be called when an instance has changed by itself. */
  readonly onChange: () => void;
  /** Why a container cannot be made: `configmap "x" not found`. */
  readonly configProblem: (container: IContainer) => string | undefined;
}

/** One look at a pod, and when to look again. */
export interface Step {
  readonly run: PodRun;
  readonly pod: Pod;
  readonly world: World;
  nextMs: number;
}

/** Something will be different at this time. */
export function comeBack(step: Step, atMs: number | undefined): void {
  if (atMs !== undefined && atMs > step.world.nowMs) step.nextMs = Math.min(step.nextMs, atMs);
}

const fields: Readonly<Record<ContainerKind, string>> = {
  init: 'initContainers',
  sidecar: 'initContainers',
  main: 'containers',
  ephemeral: 'ephemeralContainers',
};

export const fieldOf = (name: string, kind: ContainerKind): string => `spec.${fields[kind]}{${name}}`;

/** `web_default(6a0c…)`: how the kubelet's messages call a pod. */
export const podText = ({ metadata: { name, namespace, uid } }: Pod): string =>
  `${name}_${namespace}(${uid})`;

import type { IContainer } from 'kubernetes-models/v1';
import { jsonEqual } from '../../apimachinery/object.ts';
import type { Node, Pod } from '../../client/kinds.ts';
import { lacking } from './admission.ts';
import type { Finding } from './pod-conditions.ts';
import { containersOf, type PodRun } from './pod-run.ts';
import type { World } from './step.ts';

type Resources = IContainer['resources'];

export interface Resizes {
  /**
   * Grants a pod that runs the resources that its spec has come to ask for, or says why that has to wait (KEP-1287). Answers the
   * conditions about it.
   */
  resize(key: string, run: PodRun, pod: Pod, node: Node, world: World): readonly Finding[];
  /** A pod of this node needs nothing any more: those that wait are looked at again. */
  freed(nodeUid: string): void;
}

export interface ResizeTools {
  /** The other pods that a node has taken and that still run. */
  readonly neighbours: (pod: Pod, node: Node) => readonly Pod[];
  readonly again: (key: string) => void;
}

export function createResizes({ neighbours, again }: ResizeTools): Resizes {
  const deferred = new Map<string, Set<string>>();
  return {
    resize(key, run, pod, node, world) {
      const changed = containersOf(pod).filter(
        ([{ name, resources }, kind]) => kind !== 'ephemeral' && !isSame(run.allocated.get(name), resources),
      );
      if (changed.length === 0) return [];
      const why = lacking(pod, node, neighbours(pod, node));
      if (why) {
        const { message = '' } = why;
        if (!run.told.has(`${pod.metadata.generation} ${message}`)) {
          run.told.add(`${pod.metadata.generation} ${message}`);
          world.tell('Warning', 'ResizeDeferred', `Pod resize ${why.reason}: ${summary(pod, message)}`);
        }
        deferred.set(run.nodeUid, (deferred.get(run.nodeUid) ?? new Set()).add(key));
        return [{ type: 'PodResizePending', status: 'True', reason: 'Deferred', message }];
      }
      world.tell('Normal', 'ResizeStarted', `Pod resize started: ${summary(pod)}`);
      for (const [container] of changed) grant(run, container);
      world.tell('Normal', 'ResizeCompleted', `Pod resize completed: ${summary(pod)}`);
      return [];
    },
    freed(nodeUid) {
      const keys = deferred.get(nodeUid);
      deferred.delete(nodeUid);
      for (const key of keys ?? []) again(key);
    },
  };
}

const amounts = (resources: Resources) => ({
  requests: resources?.requests ?? {},
  limits: resources?.limits ?? {},
});

const isSame = (a: Resources, b: Resources): boolean => jsonEqual(amounts(a), amounts(b));

/** A container whose policy wants it is to be started anew with what it is given. */
function grant(run: PodRun, container: IContainer): void {
  const before = amounts(run.allocated.get(container.name));
  const after = amounts(container.resources);
  run.allocated.set(container.name, container.resources);
  const needsRestart = (container.resizePolicy ?? []).some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === 'RestartContainer' &&
      (before.requests[resourceName] !== after.requests[resourceName] ||
        before.limits[resourceName] !== after.limits[resourceName]),
  );
  const one = run.containers.get(container.name);
  if (needsRestart && one?.current && !one.current.ended) one.restartsForResize = true;
}

/** What the kubelet's events have of a resize. */
function summary(pod: Pod, error?: string): string {
  const list = (kinds: readonly string[]) =>
    containersOf(pod)
      .filter(([, kind]) => kinds.includes(kind))
      .map(([{ name, resources = {} }]) => ({ name, resources }));
  const init = list(['init', 'sidecar']);
  return JSON.stringify({
    ...(init.length > 0 ? { initContainers: init } : {}),
    containers: list(['main']),
    generation: pod.metadata.generation ?? 0,
    ...(error === undefined ? {} : { error }),
  });
}

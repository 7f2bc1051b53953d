import { addPod, type NodeState, takePod } from './cluster-state.ts';
import { type Checks, type Plugins, prepareChecks, type Rejected, rejection } from './placing.ts';
import type { PodNeeds } from './pod-needs.ts';
import type { View } from './types.ts';

/** Pods for which room has been made on a node, and that are not there yet. */
export interface Nominations {
  set(needs: PodNeeds, nodeName: string): void;
  remove(uid: string): void;
  nodeOf(uid: string): string | undefined;
  /** Less important pods for which room was made on the same node. */
  weakerOn(nodeName: string, priority: number): readonly PodNeeds[];
  /** Why a pod cannot be on a node, seen as if the more important ones that are to come there were there already. */
  rejectionFor(
    needs: PodNeeds,
    checks: Checks,
    plugins: Plugins,
    view: View,
  ): (state: NodeState) => Rejected | undefined;
}

export function createNominations(): Nominations {
  const nominated = new Map<string, string>();
  const byNode = new Map<string, Map<string, PodNeeds>>();
  const on = (nodeName: string) => [...(byNode.get(nodeName)?.values() ?? [])];
  const remove = (uid: string) => {
    const nodeName = nominated.get(uid);
    if (nodeName === undefined) return;
    nominated.delete(uid);
    const there = byNode.get(nodeName)!;
    there.delete(uid);
    if (there.size === 0) byNode.delete(nodeName);
  };
  return {
    set(needs, nodeName) {
      remove(needs.uid);
      nominated.set(needs.uid, nodeName);
      const there = byNode.get(nodeName);
      if (there) there.set(needs.uid, needs);
      else byNode.set(nodeName, new Map([[needs.uid, needs]]));
    },
    remove,
    nodeOf: (uid) => nominated.get(uid),
    weakerOn: (nodeName, priority) => on(nodeName).filter((needs) => needs.priority < priority),
    rejectionFor(needs, checks, plugins, view) {
      if (nominated.size === 0) return (state) => rejection(checks, state);
      return (state) => {
        const coming = on(state.name)
          .filter(({ uid, priority }) => uid !== needs.uid && priority >= needs.priority)
          .filter(({ uid }) => !state.pods.has(uid));
        if (coming.length > 0) {
          for (const other of coming) addPod(state, other);
          const why = rejection(prepareChecks(needs, plugins, view), state);
          for (const other of coming) takePod(state, other);
          if (why) return why;
        }
        return rejection(checks, state);
      };
    },
  };
}

import type { DaemonSet, Node } from '../../client/kinds.ts';
import { matchesNodeAffinity } from '../node-affinity.ts';
import { placingEffects, untolerated } from '../taints.ts';
import { tolerationsOf } from './tolerations.ts';

export interface NodeMatch {
  /** A pod is to be made there. */
  readonly shouldRun: boolean;
  /** A pod that is there may stay. */
  readonly mayStay: boolean;
}

const no: NodeMatch = { shouldRun: false, mayStay: false };

/** Tells of nodes whether the pods of a DaemonSet belong there. */
export function matcherOf({ spec }: DaemonSet): (node: Node) => NodeMatch {
  const podSpec = spec?.template.spec;
  if (!podSpec) return () => no;
  const tolerations = tolerationsOf(podSpec);
  return (node) => {
    if (podSpec.nodeName && podSpec.nodeName !== node.metadata.name) return no;
    if (!matchesNodeAffinity(podSpec, node)) return no;
    const taints = node.spec?.taints;
    if (untolerated(taints, tolerations, placingEffects) === undefined) {
      return { shouldRun: true, mayStay: true };
    }
    return { shouldRun: false, mayStay: untolerated(taints, tolerations, ['NoExecute']) === undefined };
  };
}

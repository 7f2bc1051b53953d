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

/** Whether the pods of a DaemonSet belong on a node. */
export function matchOf({ spec }: DaemonSet, node: Node): NodeMatch {
  const podSpec = spec?.template.spec;
  if (!podSpec) return no;
  if (podSpec.nodeName && podSpec.nodeName !== node.metadata.name) return no;
  if (!matchesNodeAffinity(podSpec, node)) return no;
  const taints = node.spec?.taints;
  const tolerations = tolerationsOf(podSpec);
  if (untolerated(taints, tolerations, placingEffects) === undefined) {
    return { shouldRun: true, mayStay: true };
  }
  return { shouldRun: false, mayStay: untolerated(taints, tolerations, ['NoExecute']) === undefined };
}

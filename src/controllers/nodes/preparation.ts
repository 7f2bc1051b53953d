import type { Index } from '../../client/index-of.ts';
import { type Node, type Pod, pods } from '../../client/kinds.ts';
import type { Needs } from './needs.ts';
import type { NodeVoices } from './node-users.ts';
import type { PodAddresses } from './pod-addresses.ts';
import type { PodRun } from './pod-run.ts';

export interface PreparationTools {
  readonly needs: Needs;
  readonly addresses: PodAddresses;
  readonly voices: NodeVoices;
  /** All pods, by the node that they are bound to. */
  readonly onNode: Index<Pod>;
}

const noAddress =
  'Failed to create pod sandbox: failed to allocate for range 0: no IP addresses available in range set';

/**
 * Whether a pod, by its key, has what it must have before any container starts: its volumes, and then an address, which it is given
 * here. When not, that is told, and the pod is looked at again when it may have.
 */
export type IsPrepared = (key: string, run: PodRun, pod: Pod, node: Node) => boolean;

export function preparation({ needs, addresses, voices, onNode }: PreparationTools): IsPrepared {
  return (key, run, pod, node) => {
    if (run.ip !== undefined) return true;
    const { name } = node.metadata;
    const warn = (reason: string, message: string) =>
      voices.voiceOf(name).recorder.event(pods, pod, 'Warning', reason, message);
    const problem = needs.mountProblem(key, pod);
    if (problem && !run.told.has(problem)) {
      run.told.add(problem);
      warn('FailedMount', problem);
    }
    if (problem !== undefined) return false;
    run.ip = pod.spec?.hostNetwork
      ? hostIPs(node).join(',')
      : addresses.take(key, node, pod, onNode.get(name));
    if (run.ip === undefined) warn('FailedCreatePodSandBox', noAddress);
    return run.ip !== undefined;
  };
}

export const hostIPs = ({ status }: Node): readonly string[] =>
  (status?.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address);

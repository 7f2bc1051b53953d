import { formatMicroTime, type Timer } from '../../apimachinery/clock.ts';
import type { Draft, Objects } from '../../client/client.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../client/failure.ts';
import { type Lease, leases, type Node } from '../../client/kinds.ts';
import type { ControllerTools } from '../types.ts';
import { leaseDraft, leaseNamespace } from './node-object.ts';
import type { NodeVoices } from './node-users.ts';

/** A quarter of how long a lease lasts, as kubelets do. */
const renewMs = 10_000;
/** Nodes renew at so many different moments. */
const slots = 10;

export interface Heartbeats {
  /** Makes sure that the node has a lease, and renews it from now on. */
  begin(node: Node): Promise<void>;
  /** The node is heard of no more. */
  end(name: string): void;
  stop(): void;
}

/** Keeps the Leases of nodes in `kube-node-lease`: by them others tell that a node lives. */
export function createHeartbeats(
  { voiceOf }: NodeVoices,
  { upkeep, log }: Pick<ControllerTools, 'upkeep' | 'log'>,
): Heartbeats {
  const held = new Map<string, Lease>();
  const beats = Array.from({ length: slots }, () => new Set<string>());
  const timers = new Map<number, Timer>();
  let begun = 0;
  let stopped = false;

  const leasesOf = (name: string) => voiceOf(name).client.of(leases);
  const renew = async (name: string): Promise<void> => {
    const lease = held.get(name);
    if (!lease) return;
    const renewTime = formatMicroTime(upkeep.now());
    try {
      const next = await leasesOf(name).update({ ...lease, spec: { ...lease.spec, renewTime } });
      if (held.has(name)) held.set(name, next);
    } catch (error) {
      if (stopped || isNotFound(error)) return;
      log.debug('a node could not renew its lease', { node: name, error });
      if (isConflict(error)) held.set(name, await leasesOf(name).get(leaseNamespace, name));
    }
  };
  const beat = (slot: number) => {
    timers.delete(slot);
    const names = beats[slot]!;
    if (stopped || names.size === 0) return;
    for (const name of names) renew(name).catch(() => undefined);
    timers.set(
      slot,
      upkeep.setTimer(renewMs, () => beat(slot)),
    );
  };
  return {
    async begin(node) {
      const { name } = node.metadata;
      if (held.has(name)) return;
      held.set(name, await ensureLease(leasesOf(name), node, upkeep.now()));
      const slot = begun++ % slots;
      beats[slot]!.add(name);
      if (timers.has(slot)) return;
      timers.set(
        slot,
        upkeep.setTimer(renewMs - (slot * renewMs) / slots, () => beat(slot)),
      );
    },
    end(name) {
      if (!held.delete(name)) return;
      for (const names of beats) names.delete(name);
    },
    stop() {
      stopped = true;
      for (const timer of timers.values()) timer.cancel();
    },
  };
}

async function ensureLease(objects: Objects<Lease>, node: Node, nowMs: number): Promise<Lease> {
  const draft = leaseDraft(node, nowMs);
  try {
    return await objects.create(leaseNamespace, draft);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const lease = await objects.get(leaseNamespace, node.metadata.name);
    return objects.update({ ...lease, ...draft, metadata: { ...lease.metadata, ...ownersOf(draft) } });
  }
}

/** A lease that is there may be of an earlier node of this name. */
const ownersOf = ({ metadata }: Draft<Lease>): Pick<Lease['metadata'], 'ownerReferences'> =>
  metadata as Pick<Lease['metadata'], 'ownerReferences'>;

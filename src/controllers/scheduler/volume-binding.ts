import { onAbort } from '../../apimachinery/on-abort.ts';
import type { Client } from '../../client/client.ts';
import type { Informers } from '../../client/informers.ts';
import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  storageClasses,
} from '../../client/kinds.ts';
import { keyFor, keyOf } from '../../client/resource.ts';
import { isFinished } from '../pod-state.ts';
import type { ControllerTools } from '../types.ts';
import { bindCompleted, selectedNode } from '../volume-matching.ts';
import type { NodeState } from './cluster-state.ts';
import { needsOf, type PodNeeds } from './pod-needs.ts';
import { unboundClaims, volumesFor } from './volume-plugins.ts';
import { claimsOf, type VolumeView } from './volume-view.ts';

/** How long a pod waits for its volumes before it is placed anew (`bindTimeoutSeconds`). */
const bindTimeoutMs = 600_000;

/** Claims, volumes and classes from the informers. */
export function createVolumeView(informers: Informers): VolumeView {
  const claims = informers.of(persistentVolumeClaims);
  const volumes = informers.of(persistentVolumes);
  const classes = informers.of(storageClasses);
  const byClass = volumes.index(({ spec }) => [spec?.storageClassName ?? '']);
  const users = informers
    .of(pods)
    .index((pod) =>
      pod.spec?.nodeName && !isFinished(pod)
        ? claimsOf(needsOf(pod)).map(({ claimName }) => keyFor(pod.metadata.namespace, claimName))
        : [],
    );
  return {
    claim: claims.get,
    volume: (name) => volumes.get('', name),
    availableVolumes: (className, { metadata }) =>
      byClass.get(className).filter(({ spec, status }) => {
        const owner = spec?.claimRef;
        if (owner) return owner.name === metadata.name && owner.namespace === metadata.namespace;
        return status?.phase === 'Available';
      }),
    storageClass: (name) => classes.get('', name),
    usersOf: (claim) => users.get(keyOf(claim)).map(({ metadata }) => metadata.uid),
  };
}

export interface VolumeBinder {
  /** Gives the pod's claims their volumes, or asks for new ones for this node, and resolves when all are bound. Rejects otherwise. */
  bind(needs: PodNeeds, state: NodeState): Promise<void>;
}

export function createVolumeBinder(
  view: VolumeView,
  client: Client,
  tools: Pick<ControllerTools, 'informers' | 'clock'>,
  stopping: AbortSignal,
): VolumeBinder {
  const reserve = async (claim: PersistentVolumeClaim, volume: PersistentVolume) => {
    const { namespace, name, uid, resourceVersion } = claim.metadata;
    const claimRef = {
      kind: 'PersistentVolumeClaim',
      apiVersion: 'v1',
      namespace,
      name,
      uid,
      resourceVersion,
    };
    await client.of(persistentVolumes).update({ ...volume, spec: { ...volume.spec, claimRef } });
  };
  const request = async (claim: PersistentVolumeClaim, nodeName: string) => {
    const { metadata } = claim;
    const annotations = { ...metadata.annotations, [selectedNode]: nodeName };
    await client.of(persistentVolumeClaims).update({ ...claim, metadata: { ...metadata, annotations } });
  };
  return {
    async bind(needs, state) {
      const unbound = unboundClaims(needs, view);
      if (unbound.length === 0) return;
      const plan = volumesFor(unbound, state, view);
      if (!plan) throw new Error('the volumes that were there are taken');
      for (const [claim, volume] of plan) {
        if (volume === 'new') await request(claim, state.name);
        else if (!volume.spec?.claimRef) await reserve(claim, volume);
      }
      await allBound(needs, view, tools, stopping);
    },
  };
}

function allBound(
  needs: PodNeeds,
  view: VolumeView,
  { informers, clock }: Pick<ControllerTools, 'informers' | 'clock'>,
  stopping: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      timer.cancel();
      unsubscribe();
      forget();
      settle();
    };
    const look = () => {
      const waiting = claimsOf(needs).some(({ claimName }) => {
        const claim = view.claim(needs.namespace, claimName);
        return claim?.metadata.annotations?.[bindCompleted] === undefined;
      });
      if (!waiting) end(resolve);
    };
    const timer = clock.setTimer(bindTimeoutMs, () =>
      end(() => reject(new Error('timed out waiting for the volumes of the pod to be bound'))),
    );
    const forget = onAbort(stopping, () => end(() => reject(new Error('the scheduler stops'))));
    // Subscribing tells of everything that is there, at once.
    let unsubscribe = () => {};
    unsubscribe = informers.of(persistentVolumeClaims).onChange((after, before) => {
      if ((after ?? before)!.metadata.namespace === needs.namespace) queueMicrotask(look);
    });
  });
}

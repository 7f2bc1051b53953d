import { createEventRecorder } from '../../client/event-recorder.ts';
import { isAlreadyExists, isNamespaceTerminating } from '../../client/failure.ts';
import { type PersistentVolumeClaim, type Pod, persistentVolumeClaims, pods } from '../../client/kinds.ts';
import { keyFor, keyOf, splitKey } from '../../client/resource.ts';
import { controllersOf, itself, runLoop } from '../loop.ts';
import { controllerReference, isControlledBy } from '../owners.ts';
import type { Controller } from '../types.ts';

const account = 'ephemeral-volume-controller';

type Volume = NonNullable<NonNullable<Pod['spec']>['volumes']>[number];

/** Makes the claims that pods ask for in their own volumes. They go with their pod. */
export const ephemeralVolumes: Controller = {
  names: ['ephemeral-volume-controller', 'ephemeral-volume'],
  start(tools) {
    const { informers, clock, log } = tools;
    const client = tools.clientAs(account);
    const objects = client.of(persistentVolumeClaims);
    const { event } = createEventRecorder({ client, clock, log, component: 'ephemeral_volume' });
    const known = informers.of(pods);
    const claims = informers.of(persistentVolumeClaims);
    const ensure = async (pod: Pod, volume: Volume): Promise<void> => {
      const { namespace, name } = pod.metadata;
      const claimName = `${name}-${volume.name}`;
      const there = claims.get(namespace, claimName);
      if (there) {
        if (isControlledBy(there, pod)) return;
        throw new Error(
          `PVC ${keyFor(namespace, claimName)} was not created for pod ${keyOf(pod)} (pod is not owner)`,
        );
      }
      const template = volume.ephemeral!.volumeClaimTemplate!;
      const { labels, annotations } = (template.metadata ?? {}) as PersistentVolumeClaim['metadata'];
      await objects.create(namespace, {
        metadata: {
          name: claimName,
          ...(labels ? { labels } : {}),
          ...(annotations ? { annotations } : {}),
          ownerReferences: [controllerReference(pods, pod)],
        },
        spec: template.spec,
      });
    };
    const reconcile = async (key: string): Promise<void> => {
      const pod = known.get(...splitKey(key));
      if (!pod || pod.metadata.deletionTimestamp !== undefined) return;
      for (const volume of pod.spec?.volumes ?? []) {
        if (!volume.ephemeral?.volumeClaimTemplate) continue;
        try {
          await ensure(pod, volume);
        } catch (error) {
          if (isNamespaceTerminating(error) || isAlreadyExists(error)) continue;
          const message = `ephemeral volume ${volume.name}: ${(error as Error).message}`;
          event(pods, pod, 'Warning', 'EphemeralVolumeCreateFailed', message);
          throw error;
        }
      }
    };
    const sources = [itself(known), controllersOf(claims, 'Pod')];
    return runLoop({ name: 'ephemeral-volume', sources, reconcile }, tools);
  },
};

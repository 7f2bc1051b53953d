import type { Objects } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  volumeAttributesClasses,
} from '../../client/kinds.ts';
import { type AnyStored, keyFor, keyOf, splitKey } from '../../client/resource.ts';
import { itself, runLoop, source } from '../loop.ts';
import { isFinished } from '../pod-state.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';

const claimFinalizer = 'kubernetes.io/pvc-protection';
const attributesFinalizer = 'kubernetes.io/vac-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';

/** For an index: pods that may use a claim, by claim. One that has ended, or was never placed, uses nothing. */
const byClaim = (pod: Pod): readonly string[] => {
  if (isFinished(pod) || !pod.spec?.nodeName) return [];
  return (pod.spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    const claim = ephemeral ? `${pod.metadata.name}-${name}` : persistentVolumeClaim?.claimName;
    return claim ? [keyFor(pod.metadata.namespace, claim)] : [];
  });
};

/** Keeps claims that are deleted as long as a pod uses them. */
export const claimProtection: Controller = {
  names: ['persistentvolumeclaim-protection-controller', 'pvc-protection'],
  start(tools) {
    const { informers } = tools;
    const objects = tools.clientAs('pvc-protection-controller').of(persistentVolumeClaims);
    const known = informers.of(persistentVolumeClaims);
    const knownPods = informers.of(pods);
    const users = knownPods.index(byClaim);
    return protect(known, objects, claimFinalizer, {
      isUsed: (claim) => users.count(keyOf(claim)) > 0,
      sources: [
        source(knownPods, (after, before) => [before, after].flatMap((pod) => (pod ? byClaim(pod) : []))),
      ],
      tools,
    });
  },
};

/** Keeps volumes that are deleted as long as a claim has them. */
export const volumeProtection: Controller = {
  names: ['persistentvolume-protection-controller', 'pv-protection'],
  start(tools) {
    const objects = tools.clientAs('pv-protection-controller').of(persistentVolumes);
    const known = tools.informers.of(persistentVolumes);
    const isUsed = ({ status }: { status?: { phase?: string } }) => status?.phase === 'Bound';
    return protect(known, objects, volumeFinalizer, { isUsed, sources: [], tools });
  },
};

/** For an index: claims and volumes by the class of attributes that they name, or have. */
const byAttributes = ({ spec, status }: PersistentVolumeClaim): readonly string[] => [
  ...new Set([spec?.volumeAttributesClassName ?? '', status?.currentVolumeAttributesClassName ?? '']),
];
const byVolumeAttributes = ({ spec }: PersistentVolume): readonly string[] => [
  spec?.volumeAttributesClassName ?? '',
];

/** Keeps classes of attributes that are deleted as long as a claim or a volume names them. */
export const attributesProtection: Controller = {
  names: ['volumeattributesclass-protection-controller', 'volumeattributesclass-protection'],
  start(tools) {
    const { informers } = tools;
    const objects = tools.clientAs('volumeattributesclass-protection-controller').of(volumeAttributesClasses);
    const claims = informers.of(persistentVolumeClaims);
    const volumes = informers.of(persistentVolumes);
    const claimsOf = claims.index(byAttributes);
    const volumesOf = volumes.index(byVolumeAttributes);
    return protect(informers.of(volumeAttributesClasses), objects, attributesFinalizer, {
      isUsed: ({ metadata: { name } }) => claimsOf.count(name) + volumesOf.count(name) > 0,
      sources: [
        source(claims, (after, before) => [before, after].flatMap((one) => (one ? byAttributes(one) : []))),
        source(volumes, (after, before) =>
          [before, after].flatMap((one) => (one ? byVolumeAttributes(one) : [])),
        ),
      ],
      tools,
    });
  },
};

interface Protection<T> {
  readonly isUsed: (object: T) => boolean;
  readonly sources: readonly ReturnType<typeof source>[];
  readonly tools: ControllerTools;
}

/** Puts a finalizer on everything that lives, and takes it away from what is deleted and not used. */
function protect<T extends AnyStored>(
  known: Informer<T>,
  objects: Objects<T>,
  finalizer: string,
  { isUsed, sources, tools }: Protection<T>,
): Running {
  const reconcile = async (key: string): Promise<void> => {
    const object = known.get(...splitKey(key));
    if (!object) return;
    const { finalizers = [], deletionTimestamp } = object.metadata;
    const isKept = finalizers.includes(finalizer);
    const shouldBe = deletionTimestamp === undefined || isUsed(object);
    if (isKept === shouldBe || (shouldBe && deletionTimestamp !== undefined)) return;
    const others = finalizers.filter((name) => name !== finalizer);
    const metadata = { ...object.metadata, finalizers: shouldBe ? [...others, finalizer] : others };
    await objects.update({ ...object, metadata });
  };
  return runLoop({ name: finalizer, sources: [itself(known), ...sources], reconcile }, tools);
}

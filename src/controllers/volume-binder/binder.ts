import { createEventRecorder, type EventRecorder } from '../../client/event-recorder.ts';
import type { Index } from '../../client/index-of.ts';
import type { Informer } from '../../client/informer.ts';
import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaims,
  persistentVolumes,
  type StorageClass,
  storageClasses,
} from '../../client/kinds.ts';
import { keyFor, keyOf, splitKey } from '../../client/resource.ts';
import { itself, runLoop, source } from '../loop.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';
import { bestVolume, bindCompleted, isReservedFor, selectedNode } from '../volume-matching.ts';
import { createBindings } from './bindings.ts';
import { createProvisioning } from './provisioning.ts';

const account = 'persistent-volume-binder';

/** Finds a volume for every claim, and says what has become of volumes whose claim is gone. */
export const volumeBinder: Controller = {
  names: ['persistentvolume-binder-controller', 'persistentvolume-binder'],
  start: runBinder,
};

/** For an index: volumes by their class; and by the claim that they are kept for. */
const byClass = ({ spec }: PersistentVolume): readonly string[] => [spec?.storageClassName ?? ''];
const byClaim = ({ spec }: PersistentVolume): readonly string[] =>
  spec?.claimRef ? [keyFor(spec.claimRef.namespace ?? '', spec.claimRef.name ?? '')] : [];
/** For an index: claims that have no volume yet, by class. */
const byWish = (claim: PersistentVolumeClaim): readonly string[] =>
  isBound(claim) ? [] : [claim.spec?.storageClassName ?? ''];

export const isBound = ({ metadata }: PersistentVolumeClaim): boolean =>
  metadata.annotations?.[bindCompleted] !== undefined;

/** What the parts of the binder look at. */
export interface Known {
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly volumes: Informer<PersistentVolume>;
  readonly classes: Informer<StorageClass>;
  readonly volumesOfClass: Index<PersistentVolume>;
  readonly volumesOfClaim: Index<PersistentVolume>;
  readonly event: EventRecorder['event'];
}

function runBinder(tools: ControllerTools): Running {
  const { informers, clock, log } = tools;
  const client = tools.clientAs(account);
  const claims = informers.of(persistentVolumeClaims);
  const volumes = informers.of(persistentVolumes);
  const known: Known = {
    claims,
    volumes,
    classes: informers.of(storageClasses),
    volumesOfClass: volumes.index(byClass),
    volumesOfClaim: volumes.index(byClaim),
    event: createEventRecorder({ client, clock, log, component: 'persistentvolume-controller' }).event,
  };
  const wishes = claims.index(byWish);
  const bindings = createBindings(client, known);
  const provisioning = createProvisioning(client, known);

  const reconcileClaim = async (key: string): Promise<void> => {
    const claim = claims.get(...splitKey(key));
    if (!claim || claim.metadata.deletionTimestamp !== undefined) return;
    if (isBound(claim)) await bindings.check(claim);
    else if (claim.spec?.volumeName) await bindings.bindTo(claim, claim.spec.volumeName);
    else await findVolume(claim);
  };
  const findVolume = async (claim: PersistentVolumeClaim): Promise<void> => {
    const className = claim.spec?.storageClassName ?? '';
    const storageClass = known.classes.get('', className);
    const waits =
      storageClass?.volumeBindingMode === 'WaitForFirstConsumer' &&
      claim.metadata.annotations?.[selectedNode] === undefined;
    const reserved = known.volumesOfClaim.get(keyOf(claim)).filter((volume) => isReservedFor(volume, claim));
    const free = waits ? [] : known.volumesOfClass.get(className).filter(({ spec }) => !spec?.claimRef);
    const volume = bestVolume(claim, [...reserved, ...free]);
    if (volume) {
      await bindings.bind(claim, volume);
      return;
    }
    await bindings.pending(claim);
    if (waits) {
      const message = 'waiting for first consumer to be created before binding';
      known.event(persistentVolumeClaims, claim, 'Normal', 'WaitForFirstConsumer', message);
    } else if (className !== '') await provisioning.provision(claim, className);
    else {
      const message = 'no persistent volumes available for this claim and no storage class is set';
      known.event(persistentVolumeClaims, claim, 'Normal', 'FailedBinding', message);
    }
  };
  const reconcileVolume = async (name: string): Promise<void> => {
    const volume = volumes.get('', name);
    if (volume) await bindings.settle(volume);
  };

  const loops = [
    runLoop(
      { name: 'persistentvolume-binder', sources: claimSources(known, wishes), reconcile: reconcileClaim },
      tools,
    ),
    runLoop(
      {
        name: 'persistentvolume-binder volumes',
        sources: volumeSources(known),
        reconcile: reconcileVolume,
      },
      tools,
    ),
  ];
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

const claimSources = ({ claims, volumes, classes }: Known, wishes: Index<PersistentVolumeClaim>) => [
  itself(claims),
  source(volumes, (after, before) => [
    ...[before, after].flatMap((volume) => (volume ? byClaim(volume) : [])),
    ...(after && !after.spec?.claimRef ? byClass(after).flatMap((name) => wishes.get(name).map(keyOf)) : []),
  ]),
  source(classes, (after, before) => wishes.get((after ?? before)!.metadata.name).map(keyOf)),
];

const volumeSources = ({ claims, volumes, volumesOfClaim }: Known) => [
  itself(volumes),
  source(claims, (after, before) =>
    volumesOfClaim.get(keyOf((after ?? before)!)).map(({ metadata }) => metadata.name),
  ),
];

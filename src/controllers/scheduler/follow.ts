import { jsonEqual } from '../../apimachinery/object.ts';
import type { Informer } from '../../client/informer.ts';
import type { Informers } from '../../client/informers.ts';
import {
  type Node,
  namespaces,
  nodes,
  type Pod,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  storageClasses,
} from '../../client/kinds.ts';
import type { AnyStored } from '../../client/resource.ts';
import { isFinished, isTerminating } from '../pod-state.ts';
import type { ClusterState } from './cluster-state.ts';
import type { Change } from './types.ts';

export interface Followed {
  readonly cluster: ClusterState;
  /** A pod that this scheduler is to place. `isNews`: it has changed itself, and not only what is said about it. */
  onWaiting(pod: Pod, isNews: boolean): void;
  /** A pod that is not to be placed: it has a place, or has ended, or is gone. */
  onSettled(uid: string): void;
  onChange(change: Change): void;
}

/** Keeps what the scheduler knows as the API has it. Returns what must be there before anything is placed, and how to stop. */
export function followCluster(informers: Informers, schedulerName: string, followed: Followed) {
  const { cluster, onChange } = followed;
  const isToBePlaced = (pod: Pod) =>
    pod.spec?.schedulerName === schedulerName &&
    (pod.spec.schedulingGates ?? []).length === 0 &&
    !isTerminating(pod) &&
    !isFinished(pod);

  const podChanged = (after: Pod | undefined, before: Pod | undefined) => {
    const { uid } = (after ?? before)!.metadata;
    const isPlaced = after?.spec?.nodeName && !isFinished(after);
    if (before && before.metadata.uid !== uid) podChanged(undefined, before);
    if (isPlaced) {
      const wasPlaced = before?.spec?.nodeName && cluster.isPlaced(uid);
      cluster.setPod(after);
      followed.onSettled(uid);
      if (!wasPlaced || !jsonEqual(before.metadata.labels, after.metadata.labels)) onChange('pod placed');
      else if (before.metadata.generation !== after.metadata.generation) onChange('pod gone');
      return;
    }
    if (after && !after.spec?.nodeName && isToBePlaced(after)) {
      followed.onWaiting(after, isNews(after, before));
      return;
    }
    followed.onSettled(uid);
    if (!cluster.isPlaced(uid)) return;
    cluster.removePod(uid);
    onChange('pod gone');
  };
  const nodeChanged = (after: Node | undefined, before: Node | undefined) => {
    if (!after) cluster.removeNode(before!.metadata.name);
    else {
      cluster.setNode(after);
      if (!before || changesPlaces(after, before)) onChange('node');
    }
  };
  const volumes = [persistentVolumes, persistentVolumeClaims, storageClasses].map((resource) =>
    informers.of(resource as never),
  );
  const stops = [
    informers.of(pods).onChange(podChanged),
    informers.of(nodes).onChange(nodeChanged),
    ...volumes.map((informer) => informer.onChange(() => onChange('volume'))),
  ];
  const needed: Informer<AnyStored>[] = [
    informers.of(pods) as never,
    informers.of(nodes) as never,
    informers.of(namespaces) as never,
    ...volumes,
  ];
  return {
    synced: Promise.all(needed.map(({ synced }) => synced)),
    stop() {
      for (const stop of stops) stop();
    },
  };
}

/** A status that the scheduler wrote itself is no reason to try again. */
const isNews = (after: Pod, before: Pod | undefined): boolean =>
  before?.metadata.generation !== after.metadata.generation ||
  !jsonEqual(before?.metadata.labels, after.metadata.labels);

/** Whether a pod may find a place on the node now that it did not find before. */
const changesPlaces = (after: Node, before: Node): boolean =>
  !jsonEqual(after.status?.allocatable, before.status?.allocatable) ||
  !jsonEqual(after.metadata.labels, before.metadata.labels) ||
  !jsonEqual(after.spec?.taints, before.spec?.taints) ||
  after.spec?.unschedulable !== before.spec?.unschedulable;

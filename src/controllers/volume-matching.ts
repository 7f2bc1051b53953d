import { selectorFromLabelSelector } from '../apimachinery/label-selector.ts';
import { compareQuantity, parseQuantity, type Quantity } from '../apimachinery/quantity.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../client/kinds.ts';

export const bindCompleted = 'pv.kubernetes.io/bind-completed';
export const boundByController = 'pv.kubernetes.io/bound-by-controller';
export const selectedNode = 'volume.kubernetes.io/selected-node';

export const sizeOf = ({ spec }: PersistentVolume): Quantity =>
  parseQuantity(String(spec?.capacity?.['storage'] ?? 0));

/** Whether a volume says that it is for this claim; a claim of that name that came later is another. */
export function isReservedFor({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const reserved = spec?.claimRef;
  if (!reserved || reserved.name !== metadata.name || reserved.namespace !== metadata.namespace) return false;
  return !reserved.uid || reserved.uid === metadata.uid;
}

/** Whether a volume has what a claim asks for, its class and place aside. */
export function suits(volume: PersistentVolume, { spec: claim }: PersistentVolumeClaim): boolean {
  const { spec, metadata } = volume;
  if (metadata.deletionTimestamp !== undefined) return false;
  if ((spec?.volumeMode ?? 'Filesystem') !== (claim?.volumeMode ?? 'Filesystem')) return false;
  if ((spec?.volumeAttributesClassName ?? '') !== (claim?.volumeAttributesClassName ?? '')) return false;
  const modes: readonly string[] = spec?.accessModes ?? [];
  if (!(claim?.accessModes ?? []).every((mode) => modes.includes(mode))) return false;
  const wanted = parseQuantity(String(claim?.resources?.requests?.['storage'] ?? 0));
  return compareQuantity(sizeOf(volume), wanted) >= 0;
}

/** The smallest of the volumes that the claim may have; one that is kept for it before all others. */
export function bestVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
): PersistentVolume | undefined {
  const fitting = volumes.filter((volume) => suits(volume, claim));
  const reserved = fitting.find((volume) => isReservedFor(volume, claim));
  if (reserved) return reserved;
  const selector = claim.spec?.selector ? selectorFromLabelSelector(claim.spec.selector) : undefined;
  return fitting
    .filter(({ spec, status }) => !spec?.claimRef && status?.phase === 'Available')
    .filter(({ metadata }) => !selector || selector.matches(metadata.labels))
    .sort((a, b) => compareQuantity(sizeOf(a), sizeOf(b)))[0];
}

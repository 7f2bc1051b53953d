import { formatTime } from '../../apimachinery/clock.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { ResourceDefinition } from '../../scheme/definition.ts';
import type { Registry } from '../context.ts';

export const orphanFinalizer = 'orphan';
export const foregroundFinalizer = 'foregroundDeletion';

export type Propagation = 'Orphan' | 'Background' | 'Foreground';

/** True when an object that is being deleted has nothing left to wait for, so that the write removes it. */
export function mayGo({ strategy }: ResourceDefinition, { metadata, ...rest }: KubeObject): boolean {
  return (
    metadata.deletionTimestamp !== undefined &&
    (metadata.finalizers ?? []).length === 0 &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
    !strategy.holdsDeletion?.({ metadata, ...rest } as KubeObject)
  );
}

/**
 * The finalizers that record what shall become of dependents (`deletionFinalizersForGarbageCollection`): the present
 * array itself when that says it already.
 */
export function finalizersFor(
  { strategy }: ResourceDefinition,
  object: KubeObject,
  requested: Propagation | undefined,
): readonly string[] {
  const present = object.metadata.finalizers ?? [];
  const others = present.filter((name) => name !== orphanFinalizer && name !== foregroundFinalizer);
  const propagation =
    strategy.defaultPropagation === 'NoGarbageCollection'
      ? undefined
      : (requested ?? impliedBy(present) ?? strategy.defaultPropagation);
  const wanted =
    propagation === 'Orphan'
      ? [...others, orphanFinalizer]
      : propagation === 'Foreground'
        ? [...others, foregroundFinalizer]
        : others;
  const isSame = present.length === wanted.length && wanted.every((name) => present.includes(name));
  return isSame ? present : wanted;
}

function impliedBy(finalizers: readonly string[]): Propagation | undefined {
  if (finalizers.includes(orphanFinalizer)) return 'Orphan';
  if (finalizers.includes(foregroundFinalizer)) return 'Foreground';
  return undefined;
}

/**
 * Marks `object` (in place) as going away in `graceSeconds`. Returns false when the mark was there already and says
 * the same or less time (`rest.BeforeDelete`).
 */
export function markDeleted(
  { clock }: Registry,
  { strategy }: ResourceDefinition,
  object: KubeObject,
  graceSeconds: number,
): boolean {
  const { metadata } = object;
  if (metadata.deletionTimestamp) {
    const left = metadata.deletionGracePeriodSeconds ?? 0;
    if (graceSeconds >= left) return false;
    const shortened = Date.parse(metadata.deletionTimestamp) - (left - graceSeconds) * 1000;
    metadata.deletionTimestamp = formatTime(shortened);
  } else {
    metadata.deletionTimestamp = formatTime(clock.now() + graceSeconds * 1000);
    if (metadata.generation !== undefined) metadata.generation += 1;
  }
  // Namespaces, which hold their own deletion, know no grace.
  if (!strategy.holdsDeletion) metadata.deletionGracePeriodSeconds = graceSeconds;
  return true;
}

import type { OwnerReference } from '../../apimachinery/object.ts';
import type { AnyStored, Resource } from '../../client/resource.ts';

/** An object as it was last seen, and what it is. */
export interface Item {
  readonly resource: Resource;
  readonly object: AnyStored;
}

/** Who owns whom, as far as it was seen. Knows every object by its uid, and dependents of owners that nobody has seen too. */
export interface Graph {
  get(uid: string): Item | undefined;
  dependentsOf(uid: string): readonly Item[];
  hasDependents(uid: string): boolean;
  /** Whether a dependent keeps this owner from going while it is deleted in the foreground. */
  isBlocked(uid: string): boolean;
  put(item: Item): void;
  drop(uid: string): void;
}

export const ownersOf = ({ metadata }: AnyStored): readonly OwnerReference[] =>
  metadata.ownerReferences ?? [];

export const isMarked = ({ metadata }: AnyStored): boolean => metadata.deletionTimestamp !== undefined;

const hasFinalizer = ({ metadata }: AnyStored, name: string): boolean =>
  metadata.finalizers?.includes(name) === true;

export const orphanFinalizer = 'orphan';
export const foregroundFinalizer = 'foregroundDeletion';

export const hasOrphanFinalizer = (object: AnyStored): boolean => hasFinalizer(object, orphanFinalizer);
export const hasForegroundFinalizer = (object: AnyStored): boolean =>
  hasFinalizer(object, foregroundFinalizer);

/** Is being deleted once those that it owns have let go of it. */
export const isOrphaning = (object: AnyStored): boolean => isMarked(object) && hasOrphanFinalizer(object);
/** Is being deleted once those that it owns, and that block it, are gone. */
export const isDeletingDependents = (object: AnyStored): boolean =>
  isMarked(object) && hasForegroundFinalizer(object);

export const blocks = ({ object }: Item, ownerUid: string): boolean =>
  ownersOf(object).some(({ uid, blockOwnerDeletion }) => uid === ownerUid && blockOwnerDeletion === true);

export function createGraph(): Graph {
  const items = new Map<string, Item>();
  /** Uids of dependents, by the uid of their owner. */
  const dependents = new Map<string, Set<string>>();
  const unlink = (object: AnyStored) => {
    for (const { uid } of ownersOf(object)) {
      const group = dependents.get(uid);
      group?.delete(object.metadata.uid);
      if (group?.size === 0) dependents.delete(uid);
    }
  };
  const link = (object: AnyStored) => {
    for (const { uid } of ownersOf(object)) {
      const group = dependents.get(uid);
      if (group) group.add(object.metadata.uid);
      else dependents.set(uid, new Set([object.metadata.uid]));
    }
  };
  const dependentUids = (uid: string) => dependents.get(uid) ?? [];
  return {
    get: (uid) => items.get(uid),
    dependentsOf: (uid) => [...dependentUids(uid)].flatMap((dependent) => items.get(dependent) ?? []),
    hasDependents: (uid) => dependents.has(uid),
    isBlocked(uid) {
      for (const dependent of dependentUids(uid)) {
        const item = items.get(dependent);
        if (item && blocks(item, uid)) return true;
      }
      return false;
    },
    put(item) {
      const { uid } = item.object.metadata;
      const before = items.get(uid);
      items.set(uid, item);
      if (before?.object.metadata.ownerReferences === item.object.metadata.ownerReferences) return;
      if (before) unlink(before.object);
      link(item.object);
    },
    drop(uid) {
      const item = items.get(uid);
      if (!item) return;
      unlink(item.object);
      items.delete(uid);
    },
  };
}

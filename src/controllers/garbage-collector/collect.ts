import type { Client } from '../../client/client.ts';
import {
  blocks,
  foregroundFinalizer,
  type Graph,
  hasForegroundFinalizer,
  hasOrphanFinalizer,
  type Item,
  isDeletingDependents,
  isMarked,
  isOrphaning,
  orphanFinalizer,
  ownersOf,
} from './graph.ts';
import type { Owners } from './references.ts';
import { deleteItem, removeFinalizer, removeOwners, unblockOwners } from './writes.ts';

export interface Collection {
  readonly graph: Graph;
  readonly client: Client;
  /** Looks at this object. */
  readonly look: (uid: string) => void;
}

/** Dependents let go by an owner at the same time. */
const orphanBatch = 100;

/** Lets what it owns live on without it, and then lets the owner go. */
export async function orphanDependents(item: Item, { graph, client }: Collection): Promise<void> {
  const { uid } = item.object.metadata;
  const dependents = graph.dependentsOf(uid);
  for (let at = 0; at < dependents.length; at += orphanBatch) {
    const batch = dependents.slice(at, at + orphanBatch);
    await Promise.all(batch.map((dependent) => removeOwners(client, dependent, [uid])));
  }
  await removeFinalizer(client, item, orphanFinalizer);
}

/** Lets an owner go that nothing blocks any more; else sees to it that what blocks it goes. */
export async function deleteInForeground(item: Item, { graph, client, look }: Collection): Promise<void> {
  const { uid } = item.object.metadata;
  const blocking = graph.dependentsOf(uid).filter((dependent) => blocks(dependent, uid));
  if (blocking.length === 0) await removeFinalizer(client, item, foregroundFinalizer);
  for (const { object } of blocking) if (!isDeletingDependents(object)) look(object.metadata.uid);
}

/** Deletes an object whose owners are all on their way out; forgets those that are when another one stays. */
export async function collectDependent(
  item: Item,
  { solid, dangling, waiting }: Owners,
  { graph, client }: Collection,
): Promise<void> {
  const { uid } = item.object.metadata;
  if (solid.length > 0) {
    const obsolete = [...dangling, ...waiting].map((reference) => reference.uid);
    if (obsolete.length > 0) await removeOwners(client, item, obsolete);
    return;
  }
  if (waiting.length > 0 && graph.hasDependents(uid)) {
    // Owners that wait for each other would wait for ever.
    const mayBeCircle = graph.dependentsOf(uid).some(({ object }) => isDeletingDependents(object));
    const object = mayBeCircle ? await unblockOwners(client, item) : item.object;
    if (object) await deleteItem(client, { ...item, object }, 'Foreground');
    return;
  }
  await deleteItem(client, item, policyOf(item));
}

/** As finalizers that are there already want it. */
function policyOf({ object }: Item): 'Orphan' | 'Foreground' | 'Background' {
  if (hasOrphanFinalizer(object)) return 'Orphan';
  return hasForegroundFinalizer(object) ? 'Foreground' : 'Background';
}

/** What has to be done about an object, if anything. */
export type Task = 'orphan' | 'foreground' | 'owners';

export function taskOf({ object }: Item): Task | undefined {
  if (isOrphaning(object)) return 'orphan';
  if (isDeletingDependents(object)) return 'foreground';
  return isMarked(object) || ownersOf(object).length === 0 ? undefined : 'owners';
}

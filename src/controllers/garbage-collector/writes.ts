import { jsonEqual, type OwnerReference } from '../../apimachinery/object.ts';
import type { Client, DeleteOptions } from '../../client/client.ts';
import { isConflict, isNotFound, unlessNotFound } from '../../client/failure.ts';
import { type AnyStored, metadataOf } from '../../client/resource.ts';
import { type Item, ownersOf } from './graph.ts';

/** Times that a write is made anew because somebody else wrote in between, before it is left for later. */
const maxAttempts = 5;

/** Writes metadata of other people's objects: what `change` makes of it, if anything. Nothing happens when the object is gone. */
async function patchMetadata(
  client: Client,
  { resource, object }: Item,
  change: (metadata: AnyStored['metadata']) => object | undefined,
): Promise<AnyStored | undefined> {
  const objects = client.of(metadataOf(resource));
  const { namespace = '', name, uid } = object.metadata;
  let latest: AnyStored | undefined = object;
  for (let attempt = 1; latest?.metadata.uid === uid; attempt++) {
    const changed = change(latest.metadata);
    if (!changed) return latest;
    const { resourceVersion } = latest.metadata;
    try {
      return await objects.patch(namespace, name, 'merge', {
        metadata: { uid, resourceVersion, ...changed },
      });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      if (!isConflict(error) || attempt >= maxAttempts) throw error;
    }
    latest = await unlessNotFound(objects.get(namespace, name));
  }
  return undefined;
}

const orNull = <T>(list: readonly T[]): readonly T[] | null => (list.length === 0 ? null : list);

export const removeFinalizer = (client: Client, item: Item, finalizer: string) =>
  patchMetadata(client, item, ({ finalizers = [] }) =>
    finalizers.includes(finalizer)
      ? { finalizers: orNull(finalizers.filter((name) => name !== finalizer)) }
      : undefined,
  );

/** Takes the owners with these uids away from an object. */
export const removeOwners = (client: Client, item: Item, uids: readonly string[]) =>
  patchMetadata(client, item, ({ ownerReferences = [] }) =>
    ownerReferences.some(({ uid }) => uids.includes(uid))
      ? { ownerReferences: orNull(ownerReferences.filter(({ uid }) => !uids.includes(uid))) }
      : undefined,
  );

/** Owners need not wait for this object any more. Resolves with what it is now. */
export const unblockOwners = (client: Client, item: Item) =>
  patchMetadata(client, item, ({ ownerReferences = [] }) =>
    ownerReferences.some(({ blockOwnerDeletion }) => blockOwnerDeletion === true)
      ? {
          ownerReferences: ownerReferences.map(
            (reference): OwnerReference => ({ ...reference, blockOwnerDeletion: false }),
          ),
        }
      : undefined,
  );

/** Deletes an object unless it is another one by now or has got other owners. */
export async function deleteItem(
  client: Client,
  { resource, object }: Item,
  propagationPolicy: NonNullable<DeleteOptions['propagationPolicy']>,
): Promise<void> {
  const objects = client.of(metadataOf(resource));
  const { namespace = '', name, uid, resourceVersion } = object.metadata;
  const remove = (preconditions: NonNullable<DeleteOptions['preconditions']>) =>
    unlessNotFound(objects.delete(object, { propagationPolicy, preconditions }));
  try {
    await remove({ uid, resourceVersion });
  } catch (error) {
    if (!isConflict(error)) throw error;
    const live = await unlessNotFound(objects.get(namespace, name));
    if (live?.metadata.uid !== uid) return;
    // Whoever writes the object all the time does not keep it from being collected.
    if (!jsonEqual(ownersOf(live), ownersOf(object))) throw error;
    await remove({ uid });
  }
}

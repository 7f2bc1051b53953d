import type { LabelSelector } from '../apimachinery/label-selector.ts';
import type { Objects } from '../client/client.ts';
import { isNotFound } from '../client/failure.ts';
import type { AnyStored, Resource } from '../client/resource.ts';
import { controllerOf, controllerReference } from './owners.ts';

export interface Claim<T extends AnyStored> {
  readonly resource: Resource;
  /** Who claims. */
  readonly owner: AnyStored;
  readonly selector: LabelSelector;
  /** The server's state of the owner, not a copy: asked before the first adoption. */
  readonly freshOwner: () => Promise<AnyStored>;
  /** How the claimed objects are written. */
  readonly objects: Objects<T>;
}

/**
 * Those of `candidates` that the owner controls after it has adopted the orphans that its selector matches and released what it no
 * longer matches. Rejects when one of them could not be written. An owner that is being deleted takes nothing and lets nothing go.
 */
export async function claimed<T extends AnyStored>(
  candidates: readonly T[],
  { resource, owner, selector, freshOwner, objects }: Claim<T>,
): Promise<readonly T[]> {
  const { uid, deletionTimestamp, name } = owner.metadata;
  let mayAdopt: Promise<void> | undefined;
  const check = async () => {
    const fresh = await freshOwner();
    if (fresh.metadata.uid !== uid) {
      throw new Error(
        `original ${resource.kind} ${name} is gone: got uid ${fresh.metadata.uid}, wanted ${uid}`,
      );
    }
    if (fresh.metadata.deletionTimestamp !== undefined) throw new Error(`${name} has just been deleted`);
  };
  const write = async (object: T, references: object[]): Promise<T | undefined> => {
    const { namespace = '', resourceVersion } = object.metadata;
    const metadata = { uid: object.metadata.uid, resourceVersion, ownerReferences: references };
    try {
      return await objects.patch(namespace, object.metadata.name, 'merge', { metadata });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  const claim = async (object: T): Promise<T | undefined> => {
    const controller = controllerOf(object);
    const matches = selector.matches(object.metadata.labels ?? {});
    const others = object.metadata.ownerReferences ?? [];
    if (controller) {
      if (controller.uid !== uid) return undefined;
      if (matches) return object;
      if (deletionTimestamp !== undefined) return undefined;
      await write(
        object,
        others.filter((reference) => reference.uid !== uid),
      );
      return undefined;
    }
    if (deletionTimestamp !== undefined || !matches) return undefined;
    if (object.metadata.deletionTimestamp !== undefined) return undefined;
    await (mayAdopt ??= check());
    return write(object, [
      ...others.filter((reference) => reference.uid !== uid),
      controllerReference(resource, owner),
    ]);
  };
  const results = await Promise.all(candidates.map(claim));
  return results.filter((object) => object !== undefined);
}

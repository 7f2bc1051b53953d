import type { ObjectMeta, OwnerReference } from '../apimachinery/object.ts';
import { type AnyStored, apiVersionOf, type Resource } from '../client/resource.ts';

/** Who an object says that it is controlled by. */
export const controllerOf = ({ metadata }: { readonly metadata: ObjectMeta }): OwnerReference | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller === true);

export const isControlledBy = (object: AnyStored, { metadata }: AnyStored): boolean =>
  controllerOf(object)?.uid === metadata.uid;

/** The reference by which `owner` controls what it makes. */
export const controllerReference = (resource: Resource, { metadata }: AnyStored): OwnerReference => ({
  apiVersion: apiVersionOf(resource),
  kind: resource.kind,
  name: metadata.name,
  uid: metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

/** For indexes: objects by the uid of their controller. */
export const byController = (object: AnyStored): readonly string[] => {
  const owner = controllerOf(object);
  return owner ? [owner.uid] : [];
};

/** For indexes: objects by the uids of everybody who owns them. */
export const byOwner = ({ metadata }: AnyStored): readonly string[] =>
  (metadata.ownerReferences ?? []).map(({ uid }) => uid);

export const byNamespace = ({ metadata }: AnyStored): readonly string[] => [metadata.namespace ?? ''];

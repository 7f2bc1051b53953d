import type { OwnerReference } from '../apimachinery/object.ts';
import { type AnyStored, apiVersionOf, type Resource } from './resource.ts';

/** Owners that are remembered to be shared; more are begun anew. */
const maxShared = 10_000;

/**
 * What is kept of an object of which only metadata is wanted: who it is, who owns it, and what holds it. Labels and annotations,
 * which may be many times as large, are not; and dependents of the same owner share what they say of it.
 */
export function essentialsOf<T extends AnyStored>(resource: Resource<T>): (object: T) => T {
  const { apiVersion, kind } = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  const shared = new Map<string, readonly OwnerReference[]>();
  const share = (references: readonly OwnerReference[]): readonly OwnerReference[] => {
    const text = JSON.stringify(references);
    const known = shared.get(text);
    if (known) return known;
    if (shared.size >= maxShared) shared.clear();
    shared.set(text, references);
    return references;
  };
  return ({ metadata }) => {
    const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
    const { deletionTimestamp, deletionGracePeriodSeconds, finalizers, ownerReferences } = metadata;
    return {
      apiVersion,
      kind,
      metadata: {
        ...{ name, uid, resourceVersion, creationTimestamp },
        ...(namespace === undefined ? {} : { namespace }),
        ...(deletionTimestamp === undefined ? {} : { deletionTimestamp, deletionGracePeriodSeconds }),
        ...(finalizers === undefined ? {} : { finalizers }),
        ...(ownerReferences === undefined ? {} : { ownerReferences: share(ownerReferences) }),
      },
    } as unknown as T;
  };
}

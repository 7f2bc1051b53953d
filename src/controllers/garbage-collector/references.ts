import type { OwnerReference } from '../../apimachinery/object.ts';
import type { Client } from '../../client/client.ts';
import { unlessNotFound } from '../../client/failure.ts';
import { type AnyStored, collectionPath, metadataOf, type Resource } from '../../client/resource.ts';
import { type Graph, type Item, isDeletingDependents, ownersOf } from './graph.ts';

/** The owners of an object, by what they mean for it. */
export interface Owners {
  /** There, and staying. */
  readonly solid: readonly OwnerReference[];
  /** Not there, or not as the reference says. */
  readonly dangling: readonly OwnerReference[];
  /** There, and waiting for their dependents to go. */
  readonly waiting: readonly OwnerReference[];
}

/** Why nothing can be said of an object's owners: a kind that is not served now, or an owner that it cannot have. */
export type Undecided = 'unknown kind' | 'namespaced owner of a cluster-scoped object';

/** Owners that are known to be gone. Uids never come back. */
export interface Absent {
  has(resource: Resource, namespace: string, reference: OwnerReference): boolean;
  add(resource: Resource, namespace: string, reference: Pick<OwnerReference, 'name' | 'uid'>): void;
}

/** As many as may go one after the other while their dependents are still looked at. */
const maxAbsent = 4_096;

export function createAbsent(): Absent {
  const known = new Set<string>();
  const keyOf = (
    resource: Resource,
    namespace: string,
    { name, uid }: Pick<OwnerReference, 'name' | 'uid'>,
  ) => `${collectionPath(resource, namespace)}/${name} ${uid}`;
  return {
    has: (resource, namespace, reference) => known.has(keyOf(resource, namespace, reference)),
    add(resource, namespace, reference) {
      const key = keyOf(resource, namespace, reference);
      known.delete(key);
      known.add(key);
      if (known.size > maxAbsent) known.delete(known.values().next().value!);
    },
  };
}

export interface ReferenceTools {
  readonly graph: Graph;
  readonly client: Client;
  readonly absent: Absent;
  readonly resourceOf: (apiVersion: string, kind: string) => Resource | undefined;
  /** Told of a reference to an owner that was seen in another namespace. */
  readonly onWrongNamespace: (item: Item, reference: OwnerReference) => void;
}

/** Looks every owner up where its reference says that it is. Asks the server for those that nobody has seen there. */
export async function judgeOwners(item: Item, tools: ReferenceTools): Promise<Owners | Undecided> {
  const solid: OwnerReference[] = [];
  const dangling: OwnerReference[] = [];
  const waiting: OwnerReference[] = [];
  for (const reference of ownersOf(item.object)) {
    const found = await ownerOf(item, reference, tools);
    if (typeof found === 'string') return found;
    if (!found) dangling.push(reference);
    else if (isDeletingDependents(found)) waiting.push(reference);
    else solid.push(reference);
  }
  return { solid, dangling, waiting };
}

async function ownerOf(
  item: Item,
  reference: OwnerReference,
  { graph, client, absent, resourceOf, onWrongNamespace }: ReferenceTools,
): Promise<AnyStored | undefined | Undecided> {
  const { apiVersion, kind, name, uid } = reference;
  const { namespace = '' } = item.object.metadata;
  const seen = graph.get(uid);
  const seenIn = seen?.object.metadata.namespace ?? '';
  if (seenIn !== '' && seenIn !== namespace) onWrongNamespace(item, reference);
  const resource = resourceOf(apiVersion, kind);
  if (!resource) return 'unknown kind';
  if (resource.namespaced && namespace === '') return 'namespaced owner of a cluster-scoped object';
  const where = resource.namespaced ? namespace : '';
  const isThere =
    seen?.resource.resource === resource.resource &&
    seen.resource.group === resource.group &&
    seen.object.metadata.name === name &&
    seenIn === where;
  if (isThere) return seen.object;
  if (absent.has(resource, where, reference)) return undefined;
  const live = await unlessNotFound(client.of(metadataOf(resource)).get(where, name));
  if (live?.metadata.uid === uid) return live;
  absent.add(resource, where, reference);
  return undefined;
}

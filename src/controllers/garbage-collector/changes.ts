import type { OwnerReference } from '../../apimachinery/object.ts';
import { type AnyStored, apiVersionOf, type Resource } from '../../client/resource.ts';
import { type Graph, type Item, isDeletingDependents, isOrphaning, ownersOf } from './graph.ts';

/**
 * Takes a change into the graph. Returns the uids of objects to look at because of it. `before` and `after` are states of the object
 * of one name, and absent when it was not there or is gone.
 */
export function absorb(
  graph: Graph,
  resource: Resource,
  after: AnyStored | undefined,
  before: AnyStored | undefined,
): readonly string[] {
  const isSame = after?.metadata.uid === before?.metadata.uid;
  return [
    ...(before && !isSame ? afterEnd(graph, before) : []),
    ...(after ? afterChange(graph, { resource, object: after }, isSame ? before : undefined) : []),
  ];
}

const uidsOf = (items: readonly Item[]): string[] => items.map(({ object }) => object.metadata.uid);

function afterEnd(graph: Graph, gone: AnyStored): readonly string[] {
  const { uid } = gone.metadata;
  graph.drop(uid);
  const unblocked = ownersOf(gone).filter((reference) => isUnblocked(graph, reference.uid));
  return [...uidsOf(graph.dependentsOf(uid)), ...unblocked.map((reference) => reference.uid)];
}

function afterChange(graph: Graph, item: Item, before: AnyStored | undefined): readonly string[] {
  const { object } = item;
  const { uid } = object.metadata;
  const isNew = graph.get(uid) === undefined;
  graph.put(item);
  const look: string[] = [];
  if (isNew) {
    // Dependents that were seen earlier could not tell whether they speak of this one.
    const dependents = graph.dependentsOf(uid);
    look.push(...uidsOf(dependents.filter((dependent) => !refersRightly(dependent, item))));
  }
  if (before?.metadata.ownerReferences !== object.metadata.ownerReferences) {
    const lost = before ? ownersOf(before).filter((reference) => isUnblocked(graph, reference.uid)) : [];
    look.push(...lost.map((reference) => reference.uid));
    if (ownersOf(object).some((reference) => isDoubtful(graph, item, reference))) look.push(uid);
  }
  if (isOrphaning(object) && !(before && isOrphaning(before))) look.push(uid);
  else if (isDeletingDependents(object) && !(before && isDeletingDependents(before))) {
    look.push(uid, ...uidsOf(graph.dependentsOf(uid)));
  }
  return look;
}

/** An owner that waits for its dependents, of which none blocks it any more. */
function isUnblocked(graph: Graph, ownerUid: string): boolean {
  const owner = graph.get(ownerUid);
  return owner !== undefined && isDeletingDependents(owner.object) && !graph.isBlocked(ownerUid);
}

/** Whether it takes more than a look at the graph to tell what becomes of a dependent with this owner. */
function isDoubtful(graph: Graph, item: Item, reference: OwnerReference): boolean {
  const owner = graph.get(reference.uid);
  return !owner || isDeletingDependents(owner.object) || !isReferenceTo(owner, item, reference);
}

function refersRightly(item: Item, owner: Item): boolean {
  const references = ownersOf(item.object).filter(({ uid }) => uid === owner.object.metadata.uid);
  return references.every((reference) => isReferenceTo(owner, item, reference));
}

/** Whether everything that `item` says of its owner besides the uid is so. */
function isReferenceTo(owner: Item, item: Item, { apiVersion, kind, name }: OwnerReference): boolean {
  const { namespace = '' } = owner.object.metadata;
  return (
    name === owner.object.metadata.name &&
    kind === owner.resource.kind &&
    apiVersion === apiVersionOf(owner.resource) &&
    (namespace === '' || namespace === item.object.metadata.namespace)
  );
}

import { parseTime } from '../../apimachinery/clock.ts';
import type { Client, Objects } from '../../client/client.ts';
import { discover, preferred, type ServedResource } from '../../client/discovery.ts';
import { ApiFailure, isNotFound } from '../../client/failure.ts';
import { type AnyStored, metadataOf, type Resource } from '../../client/resource.ts';
import type { Findings } from './conditions.ts';

export interface Cleared extends Findings {
  /** Resources of which objects are left. */
  readonly left: readonly Resource[];
  /** Some of what is left should have been deleted and was not: to be tried again. */
  readonly failed: boolean;
  /** When the grace of what is left ends, in milliseconds since the epoch; undefined when none is waited for. */
  readonly graceEndsMs: number | undefined;
}

/** What is left of one resource. */
interface Remains {
  count: number;
  readonly finalizers: Map<string, number>;
  /** Objects that nobody has deleted. */
  unmarked: boolean;
  /** The end of the longest grace period. */
  endsMs: number;
}

const podsResource = 'pods.';
const nameOf = ({ group, resource }: Resource): string => `${resource}.${group}`;
const isAbsent = (error: unknown): boolean =>
  isNotFound(error) || (error instanceof ApiFailure && error.code === 405);

/**
 * Deletes everything in a namespace, pods first: as long as one is there nothing else is touched, so that what pods may need while
 * they end stays (KEP-5080).
 */
export async function clearContents(client: Client, namespace: string, nowMs: number): Promise<Cleared> {
  const { resources, stale } = await discover(client);
  const deletable = preferred(resources).filter(
    ({ resource, verbs }) => resource.namespaced && verbs.includes('delete') && verbs.includes('list'),
  );
  const isPods = ({ resource }: ServedResource) => nameOf(resource) === podsResource;
  const remaining = new Map<string, number>();
  const finalizers = new Map<string, number>();
  const failures: string[] = [];
  const left: Resource[] = [];
  let failed = stale.length > 0;
  let graceEndsMs: number | undefined;

  const clear = async (served: ServedResource): Promise<void> => {
    const { resource } = served;
    try {
      const remains = await clearOne(client, served, namespace);
      if (remains.count === 0) return;
      left.push(resource);
      remaining.set(nameOf(resource), remains.count);
      for (const [name, count] of remains.finalizers) {
        finalizers.set(name, (finalizers.get(name) ?? 0) + count);
      }
      if (remains.endsMs > nowMs) graceEndsMs = Math.min(graceEndsMs ?? Infinity, remains.endsMs);
      else if (remains.finalizers.size === 0) failures.push(unexpected(namespace, resource));
      failed ||= remains.unmarked;
    } catch (error) {
      failures.push((error as Error).message);
      failed = true;
    }
  };
  for (const served of deletable.filter(isPods)) await clear(served);
  const podsAreGone = left.length === 0 && failures.length === 0;
  for (const served of podsAreGone ? deletable : []) if (!isPods(served)) await clear(served);
  return { stale, failures, remaining, finalizers, left, failed, graceEndsMs };
}

async function clearOne(
  client: Client,
  { resource, verbs }: ServedResource,
  namespace: string,
): Promise<Remains> {
  const objects = client.of(metadataOf(resource));
  try {
    const found = await survey(objects, namespace, true);
    if (!found.unmarked) return found;
    // Dependents go because their namespace does, whatever their owner's default is.
    const options = { propagationPolicy: 'Background' } as const;
    if (verbs.includes('deletecollection')) await objects.deleteCollection(namespace, '', options);
    else {
      for await (const page of objects.pages(namespace)) {
        for (const object of page.filter((one) => !isMarked(one))) await objects.delete(object, options);
      }
    }
    return await survey(objects, namespace, false);
  } catch (error) {
    // Not served any more, and so nothing is left of it.
    if (isAbsent(error)) return { count: 0, finalizers: new Map(), unmarked: false, endsMs: 0 };
    throw error;
  }
}

/** `untilUnmarked`: looks no further than the first piece in which something is not deleted yet. */
async function survey(
  objects: Objects<AnyStored>,
  namespace: string,
  untilUnmarked: boolean,
): Promise<Remains> {
  const remains: Remains = { count: 0, finalizers: new Map(), unmarked: false, endsMs: 0 };
  for await (const page of objects.pages(namespace)) {
    for (const object of page) add(remains, object);
    if (untilUnmarked && remains.unmarked) break;
  }
  return remains;
}

function add(remains: Remains, object: AnyStored): void {
  const { finalizers = [], deletionTimestamp } = object.metadata;
  remains.count++;
  if (!isMarked(object)) remains.unmarked = true;
  for (const name of finalizers) remains.finalizers.set(name, (remains.finalizers.get(name) ?? 0) + 1);
  if (finalizers.length > 0) return;
  remains.endsMs = Math.max(remains.endsMs, parseTime(deletionTimestamp ?? '') || 0);
}

const isMarked = ({ metadata }: AnyStored): boolean => metadata.deletionTimestamp !== undefined;

const unexpected = (namespace: string, { group, version, resource }: Resource): string =>
  `unexpected items still remain in namespace: ${namespace} for gvr: ${group}/${version}, Resource=${resource}`;

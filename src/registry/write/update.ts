import { FieldPath, invalid } from '../../apimachinery/field-error.ts';
import { cloneJson, jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import { conflict, invalidError, notFoundError, optimisticLockMessage } from '../../apimachinery/status.ts';
import { dropNulls, fillNulls } from '../../scheme/codec/always-present.ts';
import { type Entry, unstored } from '../../storage/entry.ts';
import { objectKey } from '../../storage/keys.ts';
import type { Outcome } from '../../storage/object-store.ts';
import type { Caller, Registry, Target } from '../context.ts';
import { fromStored } from '../convert.ts';
import { abandon, type Claim, hookKey } from '../hooks.ts';
import { mayGo } from './deletion.ts';
import { leaseFor } from './leases.ts';
import { checkReplacedUid, checkResourceVersion, matchPath } from './metadata.ts';
import { foldOwnerReferences } from './owner-references.ts';
import { admitChanged, admitNew } from './pipeline.ts';
import { giveBack, giveBackAfter, type Reservations } from './reservations.ts';

export interface UpdateRequest {
  /**
   * The new object in the request's version, fresh at every call. `old` is the present one in that version and may be
   * built upon; undefined when there is none, which only happens with `createIfMissing`.
   */
  readonly produce: (old: KubeObject | undefined) => KubeObject;
  /** `produce` does not look at the present object, which is not decoded for it then. */
  readonly replaces?: boolean;
  /** Whether a missing object is created; the caller may refuse by throwing (it needs another authorization). */
  readonly createIfMissing?: () => Promise<void>;
}

export interface UpdateResult {
  readonly entry: Entry;
  readonly created: boolean;
}

/** PUT and PATCH, on the main resource and on object subresources. */
export async function update(
  registry: Registry,
  target: Target,
  caller: Caller,
  request: UpdateRequest,
): Promise<UpdateResult> {
  const { definition } = target;
  const key = objectKey(registry.layout, definition, target.namespace, target.name);
  const hook = registry.hooks.get(hookKey(definition));
  const lease = caller.dryRun ? undefined : await leaseFor(registry, definition);
  const reservations: Reservations = [];
  let claim: Claim | undefined;
  let created = false;
  let dry: Entry | undefined;
  let gone: Entry | undefined;
  /** Whoever settles the claim takes it first, so that it is settled once. */
  const takeClaim = () => {
    const taken = claim;
    claim = undefined;
    return taken;
  };

  const decide = async (current: Entry | undefined): Promise<Outcome> => {
    await takeClaim()?.revert();
    if (reservations.length > 0) await giveBack(reservations);
    created = !current;
    const old = current?.decode();
    // Rules compare what is sent, in which nothing is null, with what is there.
    if (old) dropNulls(registry.schemas, definition.stored.schema, old);
    const object = await desired(registry, target, caller, request, current, old, reservations);
    if (target.subresource === '') claim = await hook?.begin(object, old, caller.dryRun);
    const unchanged = old !== undefined && jsonEqual(object, old);
    fillNulls(registry.schemas, definition.stored.schema, object);
    if (caller.dryRun) {
      dry = unstored(key, object, current);
      return { action: 'keep' };
    }
    // A write that changes nothing is not written, whatever the order of its fields.
    if (unchanged && !(await registry.store.isStale?.(key))) return { action: 'keep' };
    if (!old || !mayGo(definition, object)) return { action: 'put', object };
    gone = unstored(key, object, current);
    return { action: 'delete' };
  };

  try {
    const updated = await registry.store.update(key, decide, lease);
    if (dry) return { entry: dry, created };
    if (!updated) throw conflict(definition, target.name, optimisticLockMessage);
    const written = takeClaim();
    if (updated.action !== 'delete') {
      await written?.commit();
      return { entry: updated.entry, created };
    }
    // The object went as it was before: what this write claimed for it was never used.
    await written?.revert();
    await giveBack(reservations);
    await hook?.afterDelete(updated.entry.decode());
    return { entry: gone ?? updated.entry, created };
  } catch (error) {
    await abandon(takeClaim(), error);
    await giveBackAfter(reservations, error);
    throw error;
  }
}

/** One run of the pipeline on what is there now. */
async function desired(
  registry: Registry,
  target: Target,
  caller: Caller,
  request: UpdateRequest,
  current: Entry | undefined,
  old: KubeObject | undefined,
  reservations: Reservations,
): Promise<KubeObject> {
  const { definition, name } = target;
  const key = objectKey(registry.layout, definition, target.namespace, name);
  if (!current || !old) {
    if (request.replaces) matchPath(target, request.produce(undefined));
    if (!request.createIfMissing || !definition.strategy.allowCreateOnUpdate)
      throw notFoundError(definition, name);
    await request.createIfMissing();
    const body = request.produce(undefined);
    matchPath(target, body);
    checkReplacedUid(target, key, body.metadata.uid ?? '', undefined);
    if (body.metadata.resourceVersion) throw conflict(definition, name, optimisticLockMessage);
    return admitNew(registry, target, caller, body, reservations);
  }
  const produced = request.produce(request.replaces ? undefined : shown(registry, target, old));
  matchPath(target, produced);
  if (request.replaces) foldOwnerReferences(produced, caller.warn, '');
  const { uid, resourceVersion } = produced.metadata;
  if (request.replaces && uid) checkReplacedUid(target, key, uid, old);
  const isConditional = checkResourceVersion(target, resourceVersion, old);
  if (!isConditional && definition.strategy.allowUnconditionalUpdate === false)
    throw needsResourceVersion(target);
  return admitChanged(registry, target, caller, produced, old, reservations);
}

/** The present object as its readers see it. Copying a tree takes a fraction of the time of parsing it again. */
function shown({ schemas }: Registry, target: Target, old: KubeObject): KubeObject {
  const copy = cloneJson(old);
  fillNulls(schemas, target.definition.stored.schema, copy);
  return fromStored(target, copy);
}

/** Names the resource where other refusals name the kind, as upstream. */
const needsResourceVersion = ({ definition: { group, resource }, name }: Target) =>
  invalidError({ group, kind: resource }, name, [
    invalid(FieldPath.of('metadata', 'resourceVersion'), 0, 'must be specified for an update'),
  ]);

import type { KubeObject } from '../../apimachinery/object.ts';
import { conflict, forbiddenError, notFoundError, optimisticLockMessage } from '../../apimachinery/status.ts';
import { type Entry, unstored } from '../../storage/entry.ts';
import { objectKey } from '../../storage/keys.ts';
import type { Outcome } from '../../storage/object-store.ts';
import type { Caller, Registry, Target } from '../context.ts';
import { hookKey } from '../hooks.ts';
import { finalizersFor, markDeleted, mayGo, type Propagation } from './deletion.ts';
import { checkPreconditions, type Preconditions } from './metadata.ts';
import { admissionRequest, writeContext } from './pipeline.ts';

/** `metav1.DeleteOptions`, checked. */
export interface DeleteRequest {
  readonly gracePeriodSeconds?: number | undefined;
  readonly propagation?: Propagation | undefined;
  readonly preconditions?: Preconditions | undefined;
}

export interface DeleteResult {
  /** The last state, or the state that now waits for finalizers or grace. */
  readonly entry: Entry;
  /** False when the object is still there, marked as being deleted. */
  readonly gone: boolean;
}

interface Decision {
  readonly outcome: Outcome;
  /** Nothing holds the object. */
  readonly goes: boolean;
}

/** DELETE of one object: removes it, or marks it when finalizers or a grace period hold it. */
export async function remove(
  registry: Registry,
  target: Target,
  caller: Caller,
  request: DeleteRequest,
): Promise<DeleteResult> {
  const { definition, namespace, name } = target;
  const key = objectKey(registry.layout, definition, namespace, name);
  const refusal = definition.strategy.refusesDeletion?.(name);
  if (refusal !== undefined) throw forbiddenError(definition, name, refusal);
  let dry: DeleteResult | undefined;
  /** The write only marks the object, and a second one takes it away. */
  let markedForLast = false;

  const decide = async (current: Entry | undefined): Promise<Outcome> => {
    if (!current) throw notFoundError(definition, name);
    const old = current.decode();
    checkPreconditions(target, request.preconditions ?? {}, old);
    const { outcome, goes } = await decideAdmitted(registry, target, caller, request, old, current);
    markedForLast = goes && outcome.action === 'put';
    if (!caller.dryRun) return outcome;
    const entry = outcome.action === 'put' ? unstored(key, outcome.object, current) : current;
    dry = { entry, gone: goes };
    return { action: 'keep' };
  };

  const decided = await registry.store.update(key, decide);
  if (dry) return dry;
  if (!decided) throw conflict(definition, name, optimisticLockMessage);
  const updated =
    (markedForLast ? await takeAway(registry, target, key, decided.entry) : undefined) ?? decided;
  const gone = updated.action === 'delete';
  if (gone) await registry.hooks.get(hookKey(definition))?.afterDelete(updated.entry.decode());
  return { entry: updated.entry, gone };
}

/** Of a pod or a namespace that is on its way out already, only a deletion that says something new is asked about. */
async function decideAdmitted(
  registry: Registry,
  target: Target,
  caller: Caller,
  request: DeleteRequest,
  old: KubeObject,
  current: Entry,
): Promise<Decision> {
  const { gracePeriodSeconds, holdsDeletion } = target.definition.strategy;
  const takesTime = gracePeriodSeconds ?? holdsDeletion;
  if (!takesTime || !old.metadata.deletionTimestamp) {
    await admitDeletion(registry, target, caller, request, old);
    return decideDeletion(registry, target, caller, request, old);
  }
  const decision = decideDeletion(registry, target, caller, request, old);
  if (decision.outcome.action !== 'keep')
    await admitDeletion(registry, target, caller, request, current.decode());
  return decision;
}

/** Both kinds of admission see what goes, and neither changes it. */
async function admitDeletion(
  registry: Registry,
  target: Target,
  caller: Caller,
  { gracePeriodSeconds }: DeleteRequest,
  old: KubeObject,
): Promise<void> {
  const { admission } = registry;
  const seconds = target.definition.strategy.gracePeriodSeconds?.(old, gracePeriodSeconds);
  const options = seconds === undefined ? caller.options : { ...caller.options, gracePeriodSeconds: seconds };
  const asked = options === undefined ? caller : { ...caller, options };
  const admitted = admissionRequest('DELETE', registry, target, asked, undefined, old);
  await admission.mutate(admitted);
  await admission.validate(admitted);
}

/** Removes an object that was marked a moment ago, unless somebody gave it something to wait for since. */
function takeAway({ store }: Registry, { definition }: Target, key: string, marked: Entry) {
  const { uid } = marked.decode().metadata;
  return store.update(key, (current) => {
    const object = current?.decode();
    const mayNow = object !== undefined && object.metadata.uid === uid && mayGo(definition, object);
    return mayNow ? { action: 'delete' } : { action: 'keep' };
  });
}

/**
 * `object` is a tree of its own and becomes the marked object. `goes`: nothing holds it. Kinds with a grace period are
 * marked even then, so that watchers see the mark before the end.
 */
function decideDeletion(
  registry: Registry,
  target: Target,
  caller: Caller,
  request: DeleteRequest,
  object: KubeObject,
): Decision {
  const { definition } = target;
  const { strategy } = definition;
  const alreadyMarked = object.metadata.deletionTimestamp !== undefined;
  const before = object.metadata.finalizers;
  // What becomes of the contents of a namespace is settled by the first deletion.
  const finalizers =
    alreadyMarked && strategy.holdsDeletion
      ? (before ?? [])
      : finalizersFor(definition, object, request.propagation);
  const finalizersChanged = before ? finalizers !== before : finalizers.length > 0;
  if (finalizers.length > 0) object.metadata.finalizers = [...finalizers];
  else delete object.metadata.finalizers;

  const graceSeconds = strategy.gracePeriodSeconds?.(object, request.gracePeriodSeconds) ?? 0;
  const held = finalizers.length > 0 || (strategy.holdsDeletion?.(object) ?? false);
  const left = object.metadata.deletionGracePeriodSeconds ?? 0;
  const waits = graceSeconds > 0 && !(alreadyMarked && left === 0);
  if (!held && !waits) {
    const marks = strategy.gracePeriodSeconds && markDeleted(registry, definition, object, 0);
    return { outcome: marks ? { action: 'put', object } : { action: 'delete' }, goes: true };
  }

  const marked = markDeleted(registry, definition, object, graceSeconds);
  if (!alreadyMarked) strategy.prepareForDeletion?.(object, writeContext(registry, target, caller));
  return {
    outcome: marked || finalizersChanged ? { action: 'put', object } : { action: 'keep' },
    goes: false,
  };
}

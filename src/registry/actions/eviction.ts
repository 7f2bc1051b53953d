import { FieldPath, invalid } from '../../apimachinery/field-error.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { ApiError, badRequest, bareError, invalidError, notFoundError } from '../../apimachinery/status.ts';
import { objectKey } from '../../storage/keys.ts';
import type { Caller, Registry, Target } from '../context.ts';
import { remove } from '../write/delete.ts';
import type { Propagation } from '../write/deletion.ts';
import { checkPreconditions, type Preconditions } from '../write/metadata.ts';
import { pastAdmission } from './admit.ts';
import { askBudget, beingProcessed } from './disruption-budgets.ts';
import { setPodCondition, statusOf } from './pod-conditions.ts';
import { type Action, successStatus } from './types.ts';

/** How often a pod that changes in between is looked at again (`EvictionsRetry`). */
const maxAttempts = 20;

interface Options {
  readonly dryRun?: readonly string[];
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: Propagation;
  readonly preconditions?: Preconditions;
  readonly ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
}

/** POST `/eviction`: a delete that asks the disruption budgets first (`EvictionREST` of core/pod). */
export const evict: Action = async (registry, target, caller, body, validated) => {
  if ((body.metadata.name ?? '') !== target.name) {
    throw badRequest('name in URL does not match name in Eviction object');
  }
  const options: Options = isRecord(body['deleteOptions']) ? body['deleteOptions'] : {};
  refuseForce(target, options);
  const dryRun = isDryRun(caller, options);
  await validated();
  await registry.store.cache.fresh();
  const eviction = { registry: pastAdmission(registry), target, options, caller: { ...caller, dryRun } };
  if (await evictUnasked(eviction)) return successStatus();
  const pod = currentPod(eviction);
  const { uncounted } = await askBudget(registry, pod, dryRun);
  try {
    await removePod(eviction, uncounted === undefined ? {} : asItIs(pod));
  } catch (error) {
    // It has become another pod meanwhile, which would count.
    const isLost = isConflict(error) && options.preconditions?.resourceVersion === undefined;
    throw uncounted !== undefined && isLost ? beingProcessed(uncounted) : error;
  }
  return successStatus();
};

interface Eviction {
  readonly registry: Registry;
  readonly target: Target;
  readonly options: Options;
  readonly caller: Caller;
}

function refuseForce({ name }: Target, options: Options): void {
  const field = 'ignoreStoreReadErrorWithClusterBreakingPotential';
  if (!options[field]) return;
  throw invalidError({ group: 'policy', kind: 'Eviction' }, name, [
    invalid(
      FieldPath.of('deleteOptions', field),
      true,
      'can not be set for pod eviction, try after removing the option',
    ),
  ]);
}

/** The query and the body may say so; if both do, they must say the same. A query that passed says All. */
function isDryRun(caller: Caller, { dryRun = [] }: Options): boolean {
  if (caller.dryRun && dryRun.length > 0 && dryRun.join() !== 'All') {
    throw bareError(`Non-matching dry-run options in request and content: [All] and [${dryRun.join(' ')}]`);
  }
  return caller.dryRun || dryRun.length > 0;
}

const isConflict = (error: unknown): boolean => error instanceof ApiError && error.code === 409;

const asItIs = ({ metadata }: KubeObject): Preconditions => ({ resourceVersion: metadata.resourceVersion });

const keyOf = ({ registry, target }: Eviction): string =>
  objectKey(registry.layout, target.definition, target.namespace, target.name);

function currentPod(eviction: Eviction): KubeObject {
  const { registry, target } = eviction;
  const entry = registry.store.cache.get(keyOf(eviction));
  if (!entry) throw notFoundError(target.definition, target.name);
  return entry.decode();
}

/** Evicts pods for which no budget counts: finished, not started, or going already. False for others, which stay. */
async function evictUnasked(eviction: Eviction): Promise<boolean> {
  const isPinned = eviction.options.preconditions?.resourceVersion !== undefined;
  for (let attempt = 1; ; attempt++) {
    const pod = currentPod(eviction);
    const { phase } = statusOf(pod);
    const isOver =
      phase === 'Succeeded' || phase === 'Failed' || pod.metadata.deletionTimestamp !== undefined;
    if (!isOver && phase !== 'Pending') return false;
    try {
      // A pod that is starting must not go once it counts.
      await removePod(eviction, isOver ? {} : asItIs(pod));
      return true;
    } catch (error) {
      if (!isConflict(error) || isPinned || attempt === maxAttempts) throw error;
      await eviction.registry.store.cache.fresh();
    }
  }
}

/** Tells on the pod that it is evicted, and deletes it. What the sender demands of the pod goes before `demanded`. */
async function removePod(eviction: Eviction, demanded: Preconditions): Promise<void> {
  const { registry, target, options, caller } = eviction;
  const { gracePeriodSeconds, propagationPolicy: propagation } = options;
  let preconditions: Preconditions = { ...demanded, ...options.preconditions };
  if (!caller.dryRun) {
    const version = await markEvicted(eviction, preconditions);
    if (preconditions.resourceVersion !== undefined) {
      preconditions = { ...preconditions, resourceVersion: version };
    }
  }
  const main = { ...target, subresource: '' };
  await remove(registry, main, caller, { gracePeriodSeconds, propagation, preconditions });
}

/**
 * The condition by which a pod's owner can tell that it was evicted (KEP-3329). Returns the resourceVersion that the pod has
 * with it.
 */
async function markEvicted(eviction: Eviction, preconditions: Preconditions): Promise<string | undefined> {
  const { registry, target } = eviction;
  const marked = await registry.store.update(keyOf(eviction), (current) => {
    if (!current) throw notFoundError(target.definition, target.name);
    const object = current.decode();
    checkPreconditions(target, preconditions, object);
    setPodCondition(registry.clock, object, {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    });
    return { action: 'put', object };
  });
  return marked?.entry.decode().metadata.resourceVersion;
}

import { formatTime } from '../../apimachinery/clock.ts';
import { type LabelSelectorObject, selectorFromLabelSelector } from '../../apimachinery/label-selector.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { ApiError, badRequest, internalError, notFoundError } from '../../apimachinery/status.ts';
import type { Entry } from '../../storage/entry.ts';
import { listPrefix, objectKey } from '../../storage/keys.ts';
import type { Registry } from '../context.ts';
import { remove } from '../write/delete.ts';
import type { Propagation } from '../write/deletion.ts';
import { type Action, successStatus } from './types.ts';

/** POST `/eviction`: a delete that asks the disruption budgets first (`EvictionREST` of core/pod). */
export const evict: Action = async (registry, target, caller, body) => {
  const { definition, namespace, name } = target;
  if (body.metadata.name !== name) throw badRequest('name in URL does not match name in Eviction object');
  const options = isRecord(body['deleteOptions']) ? body['deleteOptions'] : {};
  const dryRun = caller.dryRun || (Array.isArray(options['dryRun']) && options['dryRun'].length > 0);
  await registry.store.cache.fresh();
  const key = objectKey(registry.layout, definition, namespace, name);
  const entry = registry.store.cache.get(key);
  if (!entry) throw notFoundError(definition, name);
  const pod = entry.decode();
  if (!needsNoBudget(pod)) await takeFromBudget(registry, namespace, pod, dryRun);
  if (!dryRun) await markEvicted(registry, key);
  await remove(
    registry,
    { ...target, subresource: '' },
    { ...caller, dryRun },
    {
      gracePeriodSeconds:
        typeof options['gracePeriodSeconds'] === 'number' ? options['gracePeriodSeconds'] : undefined,
      propagation: options['propagationPolicy'] as Propagation | undefined,
      preconditions: isRecord(options['preconditions']) ? options['preconditions'] : undefined,
    },
  );
  return successStatus();
};

/**
 * The condition by which a pod's owner can tell that it was evicted (KEP-3329). Written past admission, which has seen the
 * eviction.
 */
async function markEvicted({ store, clock }: Registry, key: string): Promise<void> {
  await store.update(key, (current) => {
    if (!current) return { action: 'keep' };
    const pod = current.decode();
    const status = statusOf(pod);
    const conditions = Array.isArray(status['conditions']) ? status['conditions'].filter(isRecord) : [];
    const evicted = {
      type: 'DisruptionTarget',
      status: 'True',
      lastProbeTime: null,
      lastTransitionTime: formatTime(clock.now()),
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    };
    pod['status'] = {
      ...status,
      conditions: [...conditions.filter(({ type }) => type !== 'DisruptionTarget'), evicted],
    };
    return { action: 'put', object: pod };
  });
}

const statusOf = (object: KubeObject): Record<string, unknown> =>
  isRecord(object['status']) ? object['status'] : {};

/** Pods that are finished, not started or already going do not count for a budget. */
function needsNoBudget(pod: KubeObject): boolean {
  const phase = statusOf(pod)['phase'];
  return (
    pod.metadata.deletionTimestamp !== undefined ||
    phase === 'Succeeded' ||
    phase === 'Failed' ||
    phase === 'Pending'
  );
}

async function takeFromBudget(
  registry: Registry,
  namespace: string,
  pod: KubeObject,
  dryRun: boolean,
): Promise<void> {
  const budgets = budgetsOf(registry, namespace, pod);
  if (budgets.length > 1) {
    throw internalError(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  const [budget] = budgets;
  if (!budget) return;
  await registry.store.update(budget.key, (current) => {
    if (!current) return { action: 'keep' };
    const object = current.decode();
    take(registry, object, pod.metadata.name!);
    return dryRun ? { action: 'keep' } : { action: 'put', object };
  });
}

function budgetsOf({ catalog, store, layout }: Registry, namespace: string, pod: KubeObject): Entry[] {
  const definition = catalog.definition({ group: 'policy', resource: 'poddisruptionbudgets' });
  if (!definition) return [];
  const prefix = listPrefix(layout, definition, namespace);
  const found: Entry[] = [];
  store.cache.snapshot().objects.forEachFrom(prefix, (key, entry) => {
    if (!key.startsWith(prefix)) return false;
    const spec = entry.view()['spec'];
    const selector = isRecord(spec) ? (spec['selector'] as LabelSelectorObject | undefined) : undefined;
    if (selector && selectorFromLabelSelector(selector).matches(pod.metadata.labels)) found.push(entry);
    return true;
  });
  return found;
}

/** Counts the pod against the budget, in place; 429 when there is nothing left. */
function take({ clock }: Registry, budget: KubeObject, podName: string): void {
  const status = statusOf(budget);
  const name = budget.metadata.name;
  const observed = typeof status['observedGeneration'] === 'number' ? status['observedGeneration'] : 0;
  if (observed < (budget.metadata.generation ?? 0)) {
    throw overBudget(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  const allowed = typeof status['disruptionsAllowed'] === 'number' ? status['disruptionsAllowed'] : 0;
  if (allowed <= 0) {
    throw overBudget(
      `The disruption budget ${name} needs ${status['desiredHealthy'] ?? 0} healthy pods and has ${status['currentHealthy'] ?? 0} currently`,
      0,
    );
  }
  const disrupted = isRecord(status['disruptedPods']) ? status['disruptedPods'] : {};
  budget['status'] = {
    ...status,
    disruptionsAllowed: allowed - 1,
    disruptedPods: { ...disrupted, [podName]: formatTime(clock.now()) },
  };
}

const overBudget = (why: string, retryAfterSeconds: number): ApiError =>
  new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    reason: 'TooManyRequests',
    details: {
      causes: [{ reason: 'DisruptionBudget', message: why }],
      ...(retryAfterSeconds > 0 ? { retryAfterSeconds } : {}),
    },
    code: 429,
  });

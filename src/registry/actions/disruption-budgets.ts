import { type Clock, formatTime } from '../../apimachinery/clock.ts';
import { type LabelSelectorObject, selectorFromLabelSelector } from '../../apimachinery/label-selector.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import { ApiError, bareError, forbiddenError } from '../../apimachinery/status.ts';
import type { Entry } from '../../storage/entry.ts';
import { listPrefix } from '../../storage/keys.ts';
import type { Registry } from '../context.ts';
import { conditionsOf, isReady, statusOf } from './pod-conditions.ts';

/** Evictions that the controller of budgets has not seen yet; more are not let through (`MaxDisruptedPodSize`). */
const maxDisruptedPods = 2000;
/** What who is turned down should wait, in seconds, while a budget is being worked on. */
const retryAfterSeconds = 10;

/** Leave to evict a pod. */
export interface Leave {
  /**
   * Name of the budget whose pod is not ready and may go without counting: only as it is now, as it would count if it became
   * ready.
   */
  readonly uncounted?: string;
}

/** Asks the budget of the pod for leave, and counts the pod against it unless this is a dry run. Throws what refuses it. */
export async function askBudget(registry: Registry, pod: KubeObject, dryRun: boolean): Promise<Leave> {
  const budgets = budgetsOf(registry, pod);
  if (budgets.length > 1) {
    throw bareError(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  const [budget] = budgets;
  if (!budget) return {};
  const { name = '' } = budget.view().metadata;
  if (!isReady(pod) && mayGoUncounted(budget.view())) return { uncounted: name };
  await registry.store.update(budget.key, (current) => {
    if (!current) return { action: 'keep' };
    const object = current.decode();
    count(registry.clock, object, pod.metadata.name!);
    return dryRun ? { action: 'keep' } : { action: 'put', object };
  });
  return {};
}

/** 429: the budget is not up to date. */
export const beingProcessed = (name: string): ApiError =>
  overBudget(`The disruption budget ${name} is still being processed by the server.`, retryAfterSeconds);

function budgetsOf({ catalog, store, layout }: Registry, { metadata }: KubeObject): Entry[] {
  const definition = catalog.definition({ group: 'policy', resource: 'poddisruptionbudgets' });
  if (!definition) return [];
  const prefix = listPrefix(layout, definition, metadata.namespace ?? '');
  const found: Entry[] = [];
  store.cache.snapshot().objects.forEachFrom(prefix, (key, entry) => {
    if (!key.startsWith(prefix)) return false;
    const selector = specOf(entry.view())['selector'] as LabelSelectorObject | undefined;
    if (selector && selectorFromLabelSelector(selector).matches(metadata.labels)) found.push(entry);
    return true;
  });
  return found;
}

const specOf = (object: KubeObject): Record<string, unknown> =>
  isRecord(object['spec']) ? object['spec'] : {};

const numberIn = (status: Record<string, unknown>, field: string): number =>
  typeof status[field] === 'number' ? status[field] : 0;

/** Whether a pod that is not ready may go: always, or while there are as many healthy ones as there should be (KEP-3017). */
function mayGoUncounted(budget: KubeObject): boolean {
  if (specOf(budget)['unhealthyPodEvictionPolicy'] === 'AlwaysAllow') return true;
  const status = statusOf(budget);
  const desired = numberIn(status, 'desiredHealthy');
  return desired > 0 && numberIn(status, 'currentHealthy') >= desired;
}

/** Counts the pod against the budget, in place. */
function count(clock: Clock, budget: KubeObject, podName: string): void {
  const status = statusOf(budget);
  const name = budget.metadata.name ?? '';
  const allowed = numberIn(status, 'disruptionsAllowed');
  const disrupted = isRecord(status['disruptedPods']) ? status['disruptedPods'] : {};
  if (numberIn(status, 'observedGeneration') < (budget.metadata.generation ?? 0)) throw beingProcessed(name);
  if (allowed < 0) throw refuse(name, 'pdb disruptions allowed is negative');
  if (Object.keys(disrupted).length > maxDisruptedPods) {
    throw refuse(name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (allowed === 0) throw overBudget(whyNone(budget, name), 0);
  const now = formatTime(clock.now());
  budget['status'] = {
    ...status,
    disruptionsAllowed: allowed - 1,
    disruptedPods: { ...disrupted, [podName]: now },
    ...(allowed === 1 ? { conditions: usedUp(budget, now) } : {}),
  };
}

const refuse = (name: string, why: string): ApiError =>
  forbiddenError({ group: 'policy', resource: 'poddisruptionbudget' }, name, why);

const conditionType = 'DisruptionAllowed';

function whyNone(budget: KubeObject, name: string): string {
  const status = statusOf(budget);
  const healthy = numberIn(status, 'currentHealthy');
  const desired = numberIn(status, 'desiredHealthy');
  const condition = conditionsOf(budget).find(({ type }) => type === conditionType) ?? {};
  const { reason, message } = condition;
  const isTold = condition['status'] === 'False' && Boolean(message);
  const refusal = `The disruption budget ${name} does not allow evicting pods currently`;
  // Numbers of a budget that could not be worked out say nothing.
  if (isTold && reason === 'SyncFailed') return `${refusal} because it failed sync: ${message}`;
  if (healthy <= desired) {
    return `The disruption budget ${name} needs ${desired} healthy pods and has ${healthy} currently`;
  }
  return isTold ? `${refusal} (${reason}): ${message}` : refusal;
}

/** The conditions of a budget of which nothing is left. */
function usedUp(budget: KubeObject, now: string): Record<string, unknown>[] {
  const conditions = conditionsOf(budget);
  const at = conditions.findIndex(({ type }) => type === conditionType);
  const { observedGeneration } = statusOf(budget);
  const before = conditions[at];
  const condition = {
    type: conditionType,
    status: 'False',
    ...(observedGeneration ? { observedGeneration } : {}),
    lastTransitionTime: before?.['status'] === 'False' ? before['lastTransitionTime'] : now,
    reason: 'InsufficientPods',
    message: '',
  };
  conditions.splice(at === -1 ? conditions.length : at, 1, condition);
  return conditions;
}

const overBudget = (why: string, seconds: number): ApiError =>
  new ApiError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    reason: 'TooManyRequests',
    details: {
      causes: [{ reason: 'DisruptionBudget', message: why }],
      ...(seconds > 0 ? { retryAfterSeconds: seconds } : {}),
    },
    code: 429,
  });

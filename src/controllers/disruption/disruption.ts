import { formatTime, parseTime } from '../../apimachinery/clock.ts';
import { formatLabelSelector, selectorFromLabelSelector } from '../../apimachinery/label-selector.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import { createEventRecorder } from '../../client/event-recorder.ts';
import { type Pod, type PodDisruptionBudget, podDisruptionBudgets, pods } from '../../client/kinds.ts';
import { keyOf, splitKey } from '../../client/resource.ts';
import { scaledValue } from '../int-or-percent.ts';
import { itself, runLoop, source } from '../loop.ts';
import { byNamespace, controllerOf } from '../owners.ts';
import { isReady } from '../pod-state.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';
import { createScales, type Scales } from './scales.ts';
import { clearStaleTargets } from './stale-targets.ts';

const account = 'disruption-controller';
/** How long an evicted pod may take until its deletion is seen (`DeletionTimeout`). */
const deletionTimeoutMs = 120_000;

type BudgetStatus = NonNullable<PodDisruptionBudget['status']>;
type BudgetCondition = NonNullable<BudgetStatus['conditions']>[number];

/** Works out how many pods of each PodDisruptionBudget may be evicted now. */
export const disruption: Controller = { names: ['disruption-controller', 'disruption'], start: runBudgets };

function runBudgets(tools: ControllerTools): Running {
  const { informers, clock, log } = tools;
  const client = tools.clientAs(account);
  const objects = client.of(podDisruptionBudgets);
  const recorder = createEventRecorder({ client, clock, log, component: 'controllermanager' });
  const known = informers.of(podDisruptionBudgets);
  const knownPods = informers.of(pods);
  const podsIn = knownPods.index(byNamespace);
  const budgetsIn = known.index(byNamespace);
  const scales = createScales(client, informers);
  const selects = ({ spec }: PodDisruptionBudget, pod: Pod) =>
    selectorFromLabelSelector(spec?.selector).matches(pod.metadata.labels);

  const reconcile = async (key: string): Promise<number | undefined> => {
    const budget = known.get(...splitKey(key));
    if (!budget) return undefined;
    const selector = selectorFromLabelSelector(budget.spec?.selector);
    const own = podsIn
      .get(budget.metadata.namespace)
      .filter(({ metadata }) => selector.matches(metadata.labels));
    if (own.length === 0) tell(budget, 'Normal', 'NoPods', 'No matching pods found');
    const counts = await expected(budget, own, scales).catch((error: Error) => error);
    if (counts instanceof Error) {
      const what = `Failed to calculate the number of expected pods: ${counts.message}`;
      tell(budget, 'Warning', 'CalculateExpectedPodCountFailed', what);
      await write(budget, failed(budget, counts.message, clock.now()));
      throw counts;
    }
    if (counts.unmanaged) tell(budget, 'Warning', 'UnmanagedPods', unmanagedMessage(budget));
    const { status, againMs } = statusOf(budget, own, counts, clock.now());
    await write(budget, status);
    return againMs;
  };
  const tell = (
    budget: PodDisruptionBudget,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ): void => recorder.event(podDisruptionBudgets, budget, type, reason, message);
  const write = async (budget: PodDisruptionBudget, status: BudgetStatus): Promise<void> => {
    if (!jsonEqual(bare(budget.status), bare(status))) await objects.updateStatus({ ...budget, status });
  };
  const sources = [
    itself(known),
    source(knownPods, (after, before) => {
      const { namespace } = (after ?? before)!.metadata;
      return budgetsIn
        .get(namespace)
        .filter((budget) => [before, after].some((pod) => pod && selects(budget, pod)))
        .map(keyOf);
    }),
    scales.source((namespace) => budgetsIn.get(namespace).map(keyOf)),
  ].flat();
  const loops = [
    runLoop({ name: 'disruption', sources, reconcile }, tools),
    clearStaleTargets(client.of(pods), knownPods, tools),
  ];
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

const unmanagedMessage = ({ spec }: PodDisruptionBudget): string =>
  `Pods selected by this PodDisruptionBudget (selector: ${formatLabelSelector(spec?.selector)}) were found ` +
  'to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. ' +
  'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.';

interface Expected {
  readonly pods: number;
  readonly healthy: number;
  /** Whether there are pods that nobody controls, which cannot be counted. */
  readonly unmanaged: boolean;
}

async function expected(
  { spec }: PodDisruptionBudget,
  own: readonly Pod[],
  scales: Scales,
): Promise<Expected> {
  const { minAvailable, maxUnavailable } = spec ?? {};
  if (maxUnavailable === undefined && typeof minAvailable !== 'string') {
    return { pods: own.length, healthy: minAvailable ?? 0, unmanaged: false };
  }
  const wanted = new Map<string, number>();
  for (const pod of own) {
    const owner = controllerOf(pod);
    if (!owner || wanted.has(owner.uid)) continue;
    const scale = await scales.of(owner, pod.metadata.namespace);
    if (!scale) throw new Error(`found no controllers for pod ${JSON.stringify(pod.metadata.name)}`);
    wanted.set(scale.uid, scale.replicas);
  }
  const total = [...wanted.values()].reduce((sum, replicas) => sum + replicas, 0);
  const unmanaged = own.some((pod) => !controllerOf(pod));
  if (maxUnavailable === undefined) {
    return { pods: total, healthy: scaledValue(minAvailable, total, 'up'), unmanaged };
  }
  return { pods: total, healthy: Math.max(total - scaledValue(maxUnavailable, total, 'up'), 0), unmanaged };
}

function statusOf(
  budget: PodDisruptionBudget,
  own: readonly Pod[],
  counts: Expected,
  nowMs: number,
): { status: BudgetStatus; againMs: number | undefined } {
  const alive = own.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const disruptedPods: Record<string, string> = {};
  let againMs: number | undefined;
  for (const { metadata } of alive) {
    const since = budget.status?.disruptedPods?.[metadata.name];
    const leftMs = since === undefined ? 0 : parseTime(since) + deletionTimeoutMs - nowMs;
    if (leftMs <= 0) continue;
    disruptedPods[metadata.name] = since!;
    againMs = Math.min(againMs ?? leftMs, leftMs);
  }
  const healthy = alive.filter(
    (pod) => isReady(pod) && disruptedPods[pod.metadata.name] === undefined,
  ).length;
  const allowed = counts.pods <= 0 ? 0 : Math.max(healthy - counts.healthy, 0);
  const generation = budget.metadata.generation ?? 0;
  const status: BudgetStatus = {
    currentHealthy: healthy,
    desiredHealthy: counts.healthy,
    expectedPods: counts.pods,
    disruptionsAllowed: allowed,
    ...(Object.keys(disruptedPods).length > 0 ? { disruptedPods } : {}),
    observedGeneration: generation,
    conditions: withAllowed(budget, nowMs, {
      status: allowed > 0 ? 'True' : 'False',
      reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
      message: '',
      observedGeneration: generation,
    }),
  };
  return { status, againMs };
}

/** Nothing may be evicted as long as it is unknown how much there should be. */
const failed = (budget: PodDisruptionBudget, message: string, nowMs: number): BudgetStatus => ({
  ...{ currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
  ...budget.status,
  disruptionsAllowed: 0,
  conditions: withAllowed(budget, nowMs, { status: 'False', reason: 'SyncFailed', message }),
});

function withAllowed(
  { status }: PodDisruptionBudget,
  nowMs: number,
  next: Omit<BudgetCondition, 'type' | 'lastTransitionTime'>,
): BudgetCondition[] {
  const type = 'DisruptionAllowed';
  const known = status?.conditions?.find((condition) => condition.type === type);
  const lastTransitionTime = known?.status === next.status ? known.lastTransitionTime : formatTime(nowMs);
  const others = (status?.conditions ?? []).filter((condition) => condition.type !== type);
  return [...others, { type, lastTransitionTime, ...next }];
}

/** Absent lists and maps are empty ones. */
const bare = (status: BudgetStatus | undefined): object => ({
  ...status,
  disruptedPods: status?.disruptedPods ?? {},
  conditions: (status?.conditions ?? []).map((condition) => ({ observedGeneration: 0, ...condition })),
});

import { formatTime } from '../../apimachinery/clock.ts';
import { type LabelSelector, parseLabelSelector } from '../../apimachinery/label-selector.ts';
import { parseQuantity } from '../../apimachinery/quantity.ts';
import type { HorizontalPodAutoscaler, Pod } from '../../client/kinds.ts';
import { type ConditionList, conditionList } from './condition-list.ts';
import { beginning, changed, type History, recommended } from './history.ts';
import { isRefusal, type MetricSpec, type MetricStatus, type Proposal, propose } from './metrics.ts';
import type { MetricsApis } from './metrics-apis.ts';
import { type Normalized, normalize } from './normalize.ts';
import type { Tolerances } from './replica-counts.ts';
import type { ScaleTarget } from './scale-target.ts';

/** What one look at an autoscaler works with. */
export interface SyncTools {
  readonly apis: MetricsApis;
  readonly nowMs: number;
  readonly findScale: () => Promise<ScaleTarget>;
  readonly podsOf: (selector: LabelSelector) => readonly Pod[];
  /** Which autoscalers control these pods, as Go prints their keys; from now on this one selects by `selector`. */
  readonly controllersOf: (selector: LabelSelector, pods: readonly Pod[]) => readonly string[];
  readonly event: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
}

export interface Synced {
  readonly status: NonNullable<HorizontalPodAutoscaler['status']>;
  readonly history: History | undefined;
  /** Whether time alone may change the answer. */
  readonly held: boolean;
}

/** How far a metric may be from its target (`--horizontal-pod-autoscaler-tolerance`). */
const tolerance = 0.1;

/** Looks at an autoscaler once: asks for its metrics and scales its target. Rejects only for reasons that are not its own. */
export async function syncOnce(
  hpa: HorizontalPodAutoscaler,
  known: History | undefined,
  tools: SyncTools,
): Promise<Synced> {
  const conditions = conditionList(hpa.status?.conditions, tools.nowMs);
  let target: ScaleTarget;
  try {
    target = await tools.findScale();
  } catch (error) {
    const { message } = error as Error;
    tools.event('Warning', 'FailedGetScale', message);
    const what = `the HPA controller was unable to get the target's current scale: ${message}`;
    conditions.set('AbleToScale', 'False', 'FailedGetScale', what);
    const status = { desiredReplicas: 0, ...hpa.status, conditions: conditions.all() };
    return { status, history: known, held: false };
  }
  const got = "the HPA controller was able to get the target's current scale";
  conditions.set('AbleToScale', 'True', 'SucceededGetScale', got);
  const current = target.scale.spec?.replicas ?? 0;
  const history = known ?? beginning(current, tools.nowMs);
  const decision = await decide({ hpa, history, target, current, conditions }, tools);
  return carryOut({ hpa, history, target, current, conditions }, decision, tools);
}

interface Look {
  readonly hpa: HorizontalPodAutoscaler;
  readonly history: History;
  readonly target: ScaleTarget;
  readonly current: number;
  readonly conditions: ConditionList;
}

interface Decision {
  /** Undefined: it cannot be told. */
  readonly replicas: number | undefined;
  readonly reason: string;
  readonly metrics?: readonly MetricStatus[];
  /** What metrics alone want. */
  readonly recommendation?: number;
  readonly held?: boolean;
}

async function decide(look: Look, tools: SyncTools): Promise<Decision> {
  const { hpa, current, conditions } = look;
  const { minReplicas = 1, maxReplicas } = hpa.spec;
  if (current === 0) {
    const why = 'scaling is disabled since the replica count of the target is zero';
    conditions.set('ScalingActive', 'False', 'ScalingDisabled', why);
    return { replicas: current, reason: '' };
  }
  if (current > maxReplicas) {
    return { replicas: maxReplicas, reason: 'Current number of replicas above Spec.MaxReplicas' };
  }
  if (current < minReplicas) {
    return { replicas: minReplicas, reason: 'Current number of replicas below Spec.MinReplicas' };
  }
  const { best, metrics } = await ask(look, tools);
  if (!best) return { replicas: undefined, reason: '', metrics };
  const below = best.replicas < current ? 'All metrics below target' : '';
  const reason = best.replicas > current ? `${best.name} above target` : below;
  const { replicas, held } = bound(look, best.replicas, tools.nowMs);
  return { replicas, reason, metrics, recommendation: best.replicas, held };
}

/** The metric that wants most; none when that cannot be told. */
async function ask(
  { hpa, target, current, conditions }: Look,
  tools: SyncTools,
): Promise<{ readonly best?: Proposal; readonly metrics: readonly MetricStatus[] }> {
  const { event, apis, nowMs } = tools;
  const specs = hpa.spec.metrics ?? [];
  const failed = (message: string) => event('Warning', 'FailedComputeMetricsReplicas', message);
  const selection = select(target.scale.status?.selector ?? '', conditions, tools);
  if (typeof selection === 'string') {
    failed(selection);
    return { metrics: [] };
  }
  const context = {
    ...{ apis, nowMs, ...selection },
    namespace: hpa.metadata.namespace,
    currentReplicas: current,
    statusReplicas: target.scale.status?.replicas ?? 0,
    tolerances: tolerancesOf(hpa),
  };
  const answers = [];
  for (const spec of specs as readonly MetricSpec[]) answers.push(await propose(spec, context));
  const refusals = answers.filter(isRefusal);
  for (const { reason, cause } of refusals) event('Warning', reason, cause);
  // The place of a metric that could not be had stays.
  const metrics = answers.map((answer) => (isRefusal(answer) ? { type: '' } : answer.status));
  let best: Proposal | undefined;
  for (const answer of answers) {
    if (!isRefusal(answer) && (!best || answer.replicas > best.replicas)) best = answer;
  }
  const [first] = refusals;
  if (first && (!best || best.replicas < current)) {
    const why = `the HPA was unable to compute the replica count: ${first.cause}`;
    conditions.set('ScalingActive', 'False', first.reason, why);
    failed(
      `invalid metrics (${refusals.length} invalid out of ${specs.length}), first error is: ${first.message}`,
    );
    return { metrics };
  }
  const from = `the HPA was able to successfully calculate a replica count from ${best?.name ?? ''}`;
  conditions.set('ScalingActive', 'True', 'ValidMetricFound', from);
  return { ...(best ? { best } : {}), metrics };
}

/** The pods of the target; or why they cannot be told, which a condition and an event then say too. */
function select(
  text: string,
  conditions: ConditionList,
  { event, podsOf, controllersOf }: SyncTools,
): { readonly selector: LabelSelector; readonly pods: readonly Pod[] } | string {
  if (text === '') {
    event('Warning', 'SelectorRequired', 'selector is required');
    const what = "the HPA target's scale is missing a selector";
    conditions.set('ScalingActive', 'False', 'InvalidSelector', what);
    return 'selector is required';
  }
  const refused = (reason: string, message: string) => {
    event('Warning', reason, message);
    conditions.set('ScalingActive', 'False', reason, message);
    return message;
  };
  let selector: LabelSelector;
  try {
    selector = parseLabelSelector(text);
  } catch (error) {
    const why = (error as Error).message;
    return refused(
      'InvalidSelector',
      `couldn't convert selector into a corresponding internal selector object: ${why}`,
    );
  }
  const pods = podsOf(selector);
  const keys = controllersOf(selector, pods);
  if (keys.length <= 1) return { selector, pods };
  const what = `pods by selector ${text} are controlled by multiple HPAs: [${keys.join(' ')}]`;
  return refused('AmbiguousSelector', what);
}

function bound({ hpa, history, current, conditions }: Look, desired: number, nowMs: number): Normalized {
  const { minReplicas = 1, maxReplicas, behavior } = hpa.spec;
  const bounds = { minReplicas, maxReplicas, behavior, history, nowMs };
  const answer = normalize({ currentReplicas: current, desiredReplicas: desired, ...bounds });
  const { able, limited } = answer;
  conditions.set('AbleToScale', 'True', able.reason, able.message);
  conditions.set('ScalingLimited', limited.status, limited.reason, limited.message);
  return answer;
}

async function carryOut(look: Look, decision: Decision, { event, nowMs }: SyncTools): Promise<Synced> {
  const { hpa, target, current, conditions } = look;
  const { replicas, reason, metrics = [], recommendation, held = false } = decision;
  const history =
    recommendation === undefined ? look.history : recommended(look.history, recommendation, nowMs);
  const before = hpa.status;
  const status = (desiredReplicas: number, lastScaleTime = before?.lastScaleTime): Synced['status'] => ({
    currentReplicas: current,
    desiredReplicas,
    ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
    ...(metrics.length > 0 ? { currentMetrics: [...metrics] } : {}),
    conditions: conditions.all(),
  });
  if (replicas === undefined) return { status: status(before?.desiredReplicas ?? 0), history, held };
  if (replicas === current) return { status: status(current), history, held };
  try {
    await target.resize(replicas);
  } catch (error) {
    const { message } = error as Error;
    event('Warning', 'FailedRescale', `New size: ${replicas}; reason: ${reason}; error: ${message}`);
    const what = `the HPA controller was unable to update the target scale: ${message}`;
    conditions.set('AbleToScale', 'False', 'FailedUpdateScale', what);
    return { status: status(before?.desiredReplicas ?? 0), history, held };
  }
  const what = `the HPA controller was able to update the target scale to ${replicas}`;
  conditions.set('AbleToScale', 'True', 'SucceededRescale', what);
  event('Normal', 'SuccessfulRescale', `New size: ${replicas}; reason: ${reason}`);
  return {
    status: status(replicas, formatTime(nowMs)),
    history: hpa.spec.behavior ? changed(history, current, replicas, nowMs) : history,
    held,
  };
}

function tolerancesOf({ spec }: HorizontalPodAutoscaler): Tolerances {
  const fraction = (text: string | number | undefined): number =>
    text === undefined ? tolerance : Number(parseQuantity(String(text)).nano) / 1e9;
  const { scaleUp, scaleDown } = spec.behavior ?? {};
  return { up: fraction(scaleUp?.tolerance), down: fraction(scaleDown?.tolerance) };
}

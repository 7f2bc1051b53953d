import type { HorizontalPodAutoscaler } from '../../client/kinds.ts';
import { changeWithin, type History } from './history.ts';

type Behavior = NonNullable<HorizontalPodAutoscaler['spec']['behavior']>;
type Rules = NonNullable<Behavior['scaleUp']>;

/** What metrics want, and the bounds it is brought into. */
export interface Wish {
  readonly currentReplicas: number;
  readonly desiredReplicas: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly behavior: Behavior | undefined;
  /** Before this wish. */
  readonly history: History;
  readonly nowMs: number;
}

interface Said {
  readonly reason: string;
  readonly message: string;
}

export interface Normalized {
  readonly replicas: number;
  /** For condition AbleToScale, which is true. */
  readonly able: Said;
  /** For condition ScalingLimited. */
  readonly limited: Said & { readonly status: 'True' | 'False' };
  /** Whether time alone may change the answer. */
  readonly held: boolean;
}

/** `--horizontal-pod-autoscaler-downscale-stabilization` */
const shrinkWindowSeconds = 300;
/** Without `behavior`, growing at once goes to twice as many, or to this many. */
const leastGrowthLimit = 4;

const ready: Said = { reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
const shrinkingHeld: Said = {
  reason: 'ScaleDownStabilized',
  message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
};
const growingHeld: Said = {
  reason: 'ScaleUpStabilized',
  message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
};
const withinRange: Said = {
  reason: 'DesiredWithinRange',
  message: 'the desired count is within the acceptable range',
};
const tooFew: Said = {
  reason: 'TooFewReplicas',
  message: 'the desired replica count is less than the minimum replica count',
};
const tooMany: Said = {
  reason: 'TooManyReplicas',
  message: 'the desired replica count is more than the maximum replica count',
};
const growingTooFast: Said = {
  reason: 'ScaleUpLimit',
  message: 'the desired replica count is increasing faster than the maximum scale rate',
};
const shrinkingTooFast: Said = {
  reason: 'ScaleDownLimit',
  message: 'the desired replica count is decreasing faster than the maximum scale rate',
};

/** Brings what metrics want within what was wanted lately, the allowed rate of change, and the bounds. */
export function normalize(wish: Wish): Normalized {
  const { currentReplicas, desiredReplicas, behavior } = wish;
  const stable = behavior ? stabilizedBy(behavior, wish) : stabilized(wish);
  const growing = behavior && desiredReplicas >= currentReplicas;
  const [replicas, limit] = behavior ? limitedBy(behavior, stable, wish) : limited(stable, wish);
  const held = stable !== desiredReplicas;
  const isLimited = replicas !== stable;
  const disabled =
    (stable > currentReplicas ? behavior?.scaleUp : behavior?.scaleDown)?.selectPolicy === 'Disabled';
  return {
    replicas,
    able: held ? (growing ? growingHeld : shrinkingHeld) : ready,
    limited: { status: isLimited ? 'True' : 'False', ...limit },
    held: held || (!disabled && (limit === growingTooFast || limit === shrinkingTooFast) && isLimited),
  };
}

/** The most that was wanted lately. */
const stabilized = ({ desiredReplicas, history, nowMs }: Wish): number =>
  history.recommendations.reduce(
    (most, { replicas, atMs }) =>
      atMs >= nowMs - shrinkWindowSeconds * 1000 ? Math.max(most, replicas) : most,
    desiredReplicas,
  );

/** As near to what is there as what was wanted lately lets it be. */
function stabilizedBy({ scaleUp, scaleDown }: Behavior, wish: Wish): number {
  const { desiredReplicas, currentReplicas, history, nowMs } = wish;
  const within = (seconds: number) =>
    history.recommendations
      .filter(({ atMs }) => atMs > nowMs - seconds * 1000)
      .map(({ replicas }) => replicas);
  const growth = Math.min(desiredReplicas, ...within(scaleUp?.stabilizationWindowSeconds ?? 0));
  const window = scaleDown?.stabilizationWindowSeconds ?? shrinkWindowSeconds;
  const shrinkage = Math.max(desiredReplicas, ...within(window));
  return Math.min(Math.max(currentReplicas, growth), shrinkage);
}

function limited(stable: number, wish: Wish): [number, Said] {
  const { currentReplicas, minReplicas, maxReplicas } = wish;
  const rate = Math.max(2 * currentReplicas, leastGrowthLimit);
  if (stable < minReplicas) return [minReplicas, tooFew];
  const most = Math.min(maxReplicas, rate);
  if (stable > most) return [most, maxReplicas > rate ? growingTooFast : tooMany];
  return [stable, withinRange];
}

function limitedBy({ scaleUp = {}, scaleDown = {} }: Behavior, stable: number, wish: Wish): [number, Said] {
  const { currentReplicas, minReplicas, maxReplicas } = wish;
  if (stable > currentReplicas) {
    const rate = Math.max(growthLimit(scaleUp, wish), currentReplicas);
    const most = Math.min(maxReplicas, rate);
    if (stable > most) return [most, maxReplicas > rate ? growingTooFast : tooMany];
  } else if (stable < currentReplicas) {
    const rate = Math.min(shrinkageLimit(scaleDown, wish), currentReplicas);
    const least = Math.max(minReplicas, rate);
    if (stable < least) return [least, minReplicas < rate ? shrinkingTooFast : tooFew];
  }
  return [stable, withinRange];
}

/** Up to how many replicas the policies let it grow now. */
const growthLimit = (rules: Rules, wish: Wish): number =>
  limitOf(rules, wish, 1, (start, percent) => Math.ceil(start * (1 + percent / 100)));

/** Down to how many replicas the policies let it shrink now. */
const shrinkageLimit = (rules: Rules, wish: Wish): number =>
  limitOf(rules, wish, -1, (start, percent) => Math.trunc(start * (1 - percent / 100)));

function limitOf(
  { selectPolicy, policies = [] }: Rules,
  { currentReplicas, history, nowMs }: Wish,
  direction: 1 | -1,
  byPercent: (start: number, percent: number) => number,
): number {
  if (selectPolicy === 'Disabled') return currentReplicas;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const grown = changeWithin(history.growths, periodSeconds, nowMs);
    const shrunk = changeWithin(history.shrinkages, periodSeconds, nowMs);
    const start = currentReplicas - grown + shrunk;
    return type === 'Percent' ? byPercent(start, value) : start + direction * value;
  });
  // The least change upwards is the smallest number, downwards the largest.
  return (selectPolicy === 'Min') === (direction === 1) ? Math.min(...limits) : Math.max(...limits);
}

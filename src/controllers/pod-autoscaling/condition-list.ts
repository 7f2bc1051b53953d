import { formatTime } from '../../apimachinery/clock.ts';
import type { HorizontalPodAutoscaler } from '../../client/kinds.ts';

type Condition = NonNullable<NonNullable<HorizontalPodAutoscaler['status']>['conditions']>[number];

/** Conditions while an autoscaler is looked at, which says what it thinks of them more than once. */
export interface ConditionList {
  set(type: string, status: 'True' | 'False', reason: string, message: string): void;
  /** In the order in which they were first set. */
  all(): Condition[];
}

export function conditionList(before: readonly Condition[] | undefined, nowMs: number): ConditionList {
  const known = new Map((before ?? []).map((condition) => [condition.type, condition]));
  const now = new Map(known);
  return {
    set(type, status, reason, message) {
      const last = known.get(type);
      // What it was in between concerns nobody.
      const since = last?.status === status ? last.lastTransitionTime : undefined;
      now.set(type, { type, status, lastTransitionTime: since ?? formatTime(nowMs), reason, message });
    },
    all: () => [...now.values()],
  };
}

import { formatTime } from '../apimachinery/clock.ts';

/** What all conditions have. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

/**
 * The conditions with this one set. One that says the same already (status and reason) stays as it is; the time of the last transition
 * stays when the status does.
 */
export function withCondition<C extends Condition>(
  conditions: readonly C[] | undefined,
  next: C,
  nowMs: number,
): readonly C[] {
  const all = conditions ?? [];
  const known = all.find(({ type }) => type === next.type);
  if (known && known.status === next.status && known.reason === next.reason) return all;
  const since = known?.status === next.status ? known.lastTransitionTime : undefined;
  const set = { ...next, lastTransitionTime: since ?? formatTime(nowMs) };
  return [...all.filter(({ type }) => type !== next.type), set];
}

export const withoutCondition = <C extends Condition>(
  conditions: readonly C[] | undefined,
  type: string,
): readonly C[] => (conditions ?? []).filter((condition) => condition.type !== type);

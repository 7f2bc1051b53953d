import type { ITaint, IToleration } from 'kubernetes-models/v1';

/** What keeps pods away. The effect may be any of the three. */
export type Taint = Pick<ITaint, 'key' | 'effect' | 'value' | 'timeAdded'>;

/** Whether one toleration is for this taint: no key with `Exists` is for all of them, no effect for every effect. */
export function tolerates(
  { key = '', operator = 'Equal', value = '', effect }: IToleration,
  taint: Taint,
): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  const against = taint.value ?? '';
  if (operator === 'Exists') return true;
  if (operator === 'Equal') return value === against;
  return compares(operator, value, against);
}

/** Operators for numbers (`Lt`, `Gt`): the taint's value is on the left. */
function compares(operator: string, value: string, against: string): boolean {
  if (!/^-?\d+$/.test(value) || !/^-?\d+$/.test(against)) return false;
  const difference = BigInt(against) - BigInt(value);
  return operator === 'Lt' ? difference < 0n : operator === 'Gt' && difference > 0n;
}

/** The first taint with one of these effects that nothing tolerates. */
export const untolerated = (
  taints: readonly Taint[] | undefined,
  tolerations: readonly IToleration[] | undefined,
  effects: readonly string[],
): Taint | undefined =>
  taints?.find(
    (taint) =>
      effects.includes(taint.effect) && !tolerations?.some((toleration) => tolerates(toleration, taint)),
  );

/** Effects that keep a pod from being placed. */
export const placingEffects: readonly string[] = ['NoSchedule', 'NoExecute'];

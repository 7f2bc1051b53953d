import type { IToleration } from 'kubernetes-models/v1';
import { cloneJson, jsonEqual } from '../apimachinery/object.ts';

/** Both lists in order, without what another toleration covers anyway. */
export function mergeTolerations(
  first: readonly IToleration[],
  second: readonly IToleration[],
): IToleration[] {
  const all = [...first, ...second];
  const merged: IToleration[] = [];
  for (const [i, toleration] of all.entries()) {
    const coveredBefore = merged.some((other) => covers(other, toleration));
    const coveredAfter = all
      .slice(i + 1)
      .some((other) => !jsonEqual(other, toleration) && covers(other, toleration));
    if (!coveredBefore && !coveredAfter) merged.push(cloneJson(toleration));
  }
  return merged;
}

/** True when whatever `narrow` tolerates, `wide` does too. */
export function covers(wide: IToleration, narrow: IToleration): boolean {
  if (jsonEqual(wide, narrow)) return true;
  const { key = '', effect = '', operator = 'Equal', value = '', tolerationSeconds } = wide;
  const anyKey = key === '' && operator === 'Exists';
  if (key !== (narrow.key ?? '') && !anyKey) return false;
  if (effect !== '' && effect !== (narrow.effect ?? '')) return false;
  if (effect === 'NoExecute' && tolerationSeconds !== undefined) {
    if (narrow.tolerationSeconds === undefined || narrow.tolerationSeconds > tolerationSeconds) return false;
  }
  if (operator === 'Exists') return true;
  return operator === 'Equal' && narrow.operator === 'Equal' && value === (narrow.value ?? '');
}

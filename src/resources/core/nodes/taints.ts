import type { ITaint } from 'kubernetes-models/v1';
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { validateLabelName } from '../../../apimachinery/labels-validation.ts';
import { isValidLabelValue } from '../../../apimachinery/names.ts';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Taints are labels with an effect, each key once per effect. */
export function validateTaints(taints: readonly ITaint[], path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, i) => {
    const { key = '', value = '', effect } = taint;
    const taintPath = path.index(i);
    const errors = validateLabelName(key, taintPath.child('key'));
    const valueMessages = isValidLabelValue(value);
    if (valueMessages.length > 0)
      errors.push(invalid(taintPath.child('value'), value, valueMessages.join(';')));
    errors.push(...validateEffect(effect, taintPath.child('effect')));
    const pair = JSON.stringify([key, effect]);
    if (seen.has(pair)) errors.push(repeated(taint, taintPath));
    seen.add(pair);
    return errors;
  });
}

function validateEffect(effect: string | undefined, path: FieldPath): FieldError[] {
  if (!effect) return [required(path)];
  return effects.includes(effect) ? [] : [notSupported(path, effect, effects)];
}

function repeated(taint: ITaint, path: FieldPath): FieldError {
  const error = duplicate(path, taint);
  return { ...error, message: `${error.message}: taints must be unique by key and effect pair` };
}

import type { IDeviceTaint, IDeviceToleration } from 'kubernetes-models/resource.k8s.io/v1';
import { formatTime } from '../../apimachinery/clock.ts';
import {
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { validateLabelName } from '../../apimachinery/labels-validation.ts';
import { isValidLabelValue } from '../../apimachinery/names.ts';
import { invalidFor } from '../validation/values.ts';

const effects = ['NoExecute', 'NoSchedule', 'None'];
const operators = ['Equal', 'Exists'];

/** Since when devices are tainted: since now, unless it is said. */
export function stampTaints(taints: readonly IDeviceTaint[] | undefined, nowMs: number): void {
  for (const taint of taints ?? [])
    taint.timeAdded ??= formatTime(nowMs) as unknown as typeof taint.timeAdded;
}

const validateEffect = (effect: string, path: FieldPath): FieldError[] =>
  effects.includes(effect) ? [] : [notSupported(path, effect, effects)];

/** `oldEffect` may stay, even when it is none. */
export function validateTaint(taint: IDeviceTaint, path: FieldPath, oldEffect?: string): FieldError[] {
  const { key = '', value = '' } = taint;
  const effect: string = taint.effect ?? '';
  const effectPath = path.child('effect');
  return [
    ...validateLabelName(key, path.child('key')),
    ...(value === '' ? [] : invalidFor(isValidLabelValue(value), value, path.child('value'))),
    ...(effect === oldEffect
      ? []
      : effect === ''
        ? [required(effectPath)]
        : validateEffect(effect, effectPath)),
  ];
}

export function defaultTolerations(tolerations: readonly IDeviceToleration[] | undefined): void {
  for (const toleration of tolerations ?? []) toleration.operator ??= 'Equal';
}

export function validateToleration(toleration: IDeviceToleration, path: FieldPath): FieldError[] {
  const { key = '', value = '', effect = '' } = toleration;
  return [
    ...(key === '' ? [] : validateLabelName(key, path.child('key'))),
    ...validateOperator(toleration.operator ?? '', value, path),
    ...(effect === '' ? [] : validateEffect(effect, path.child('effect'))),
  ];
}

function validateOperator(operator: string, value: string, path: FieldPath): FieldError[] {
  const valuePath = path.child('value');
  switch (operator) {
    case 'Exists':
      return value === '' ? [] : [invalid(valuePath, value, 'must be empty for operator `Exists`')];
    case 'Equal':
      return invalidFor(isValidLabelValue(value), value, valuePath);
    case '':
      return [required(path.child('operator'))];
    default:
      return [notSupported(path.child('operator'), operator, operators)];
  }
}

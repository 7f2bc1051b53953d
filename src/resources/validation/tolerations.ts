import type { ITaint, IToleration } from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { validateLabelName } from '../../apimachinery/labels-validation.ts';
import { flatMapped } from '../../apimachinery/lists.ts';
import { isValidLabelValue } from '../../apimachinery/names.ts';
import { validateOneOf } from './name-fields.ts';

/** In the order in which messages print them. */
const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/**
 * `spec.tolerations`. The operators Lt and Gt belong to a feature that is off; `comparisons` lets them be where they
 * already were.
 */
export const validateTolerations = (
  tolerations: readonly IToleration[] | undefined,
  path: FieldPath,
  comparisons = false,
): FieldError[] =>
  flatMapped(tolerations ?? [], (toleration, i) =>
    validateToleration(toleration, comparisons, path.index(i)),
  );

/** Whether one of the tolerations compares numbers. */
export const hasComparisons = (tolerations: readonly IToleration[] = []): boolean =>
  tolerations.some(({ operator }) => operator === 'Lt' || operator === 'Gt');

function validateToleration(toleration: IToleration, comparisons: boolean, path: FieldPath): FieldError[] {
  const { key = '', operator = '', effect = '', tolerationSeconds } = toleration;
  const errors = key === '' ? [] : validateLabelName(key, path.child('key'));
  if (key === '' && operator !== 'Exists') {
    const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(path.child('operator'), operator, detail));
  }
  if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
    errors.push(
      invalid(path.child('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"),
    );
  }
  errors.push(...validateOperator(operator, toleration.value ?? '', comparisons, path));
  return effect === '' ? errors : [...errors, ...validateOneOf(effect, taintEffects, path.child('effect'))];
}

function validateOperator(
  operator: string,
  value: string,
  comparisons: boolean,
  path: FieldPath,
): FieldError[] {
  const operatorPath = path.child('operator');
  switch (operator) {
    case '':
    case 'Equal': {
      const messages = isValidLabelValue(value);
      return messages.length > 0 ? [invalid(operatorPath, value, messages.join(';'))] : [];
    }
    case 'Exists':
      return value === ''
        ? []
        : [invalid(operatorPath, value, "value must be empty when `operator` is 'Exists'")];
    case 'Lt':
    case 'Gt':
      if (!comparisons) return [notSupported(operatorPath, operator, ['Equal', 'Exists', 'Lt', 'Gt'])];
      return /^(0|-?[1-9]\d{0,18})$/.test(value) && BigInt.asIntN(64, BigInt(value)) === BigInt(value)
        ? []
        : [invalid(path.child('value'), value, 'must be a valid decimal integer in canonical form')];
    default:
      return [notSupported(operatorPath, operator, ['Equal', 'Exists'])];
  }
}

/** The effect of a taint, which must be there. */
export const validateTaintEffect = (effect: string, path: FieldPath): FieldError[] =>
  effect === '' ? [required(path)] : validateOneOf(effect, taintEffects, path);

/** `spec.taints` of a node: one taint per key and effect. */
export function validateTaints(taints: readonly ITaint[] | undefined, path: FieldPath): FieldError[] {
  const seen = new Set<string>();
  return (taints ?? []).flatMap((taint, i) => {
    const { key = '', value = '', effect = '' } = taint;
    const taintPath = path.index(i);
    const valueMessages = isValidLabelValue(value);
    const errors = [
      ...validateLabelName(key, taintPath.child('key')),
      ...(valueMessages.length > 0
        ? [invalid(taintPath.child('value'), value, valueMessages.join(';'))]
        : []),
      ...validateTaintEffect(effect, taintPath.child('effect')),
    ];
    const pair = `${effect}/${key}`;
    // With the names of Go's fields, as the internal type has no others.
    const printed = { Key: key, Value: value, Effect: effect, TimeAdded: taint.timeAdded ?? null };
    if (seen.has(pair)) {
      errors.push({
        type: 'FieldValueDuplicate',
        field: taintPath.toString(),
        message: `Duplicate value: ${JSON.stringify(printed)}: taints must be unique by key and effect pair`,
      });
    }
    seen.add(pair);
    return errors;
  });
}

/** A toleration without how long it holds. */
const textOf = ({ key, operator, value, effect }: IToleration): string =>
  JSON.stringify([key, operator, value, effect]);

const isSame = (a: IToleration, b: IToleration | undefined): boolean =>
  b !== undefined &&
  a.key === b.key &&
  a.operator === b.operator &&
  a.value === b.value &&
  a.effect === b.effect;

/** A pod that exists may gain tolerations and change how long they hold. */
export function validateOnlyAddedTolerations(
  tolerations: readonly IToleration[] = [],
  old: readonly IToleration[] = [],
  path: FieldPath,
): FieldError[] {
  let texts: ReadonlySet<string> | undefined;
  const isKept = (before: IToleration, i: number) => {
    if (isSame(before, tolerations[i])) return true;
    texts ??= new Set(tolerations.map(textOf));
    return texts.has(textOf(before));
  };
  const kept = old.every(isKept);
  if (!kept) return [forbidden(path, 'existing toleration can not be modified except its tolerationSeconds')];
  return validateTolerations(tolerations, path, hasComparisons(old));
}

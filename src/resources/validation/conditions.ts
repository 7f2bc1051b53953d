import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import { validateLabelName } from '../../apimachinery/labels-validation.ts';
import { byteLength, patternMessage } from '../../apimachinery/names.ts';
import { repeated } from './values.ts';

/** `metav1.Condition` */
export interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime?: string;
  readonly reason?: string;
  readonly message?: string;
}

const statuses = ['False', 'True', 'Unknown'];
const maxReasonBytes = 1024;
const maxMessageBytes = 32 * 1024;
const reasonFormat = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const reasonPattern = new RegExp(`^${reasonFormat}$`);
const reasonMessage = patternMessage(
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  reasonFormat,
  'my_name',
  'MY_NAME',
  'MyName',
  'ReasonA,ReasonB',
  'ReasonA:ReasonB',
);

/** The rules of `metav1/validation.ValidateConditions`. */
export function validateConditions(
  conditions: readonly Condition[] | undefined,
  path: FieldPath,
): FieldError[] {
  const list = conditions ?? [];
  const again = repeated(list.map(({ type = '' }) => type));
  return list.flatMap((condition, i) => [
    ...(again[i] ? [duplicate(path.index(i).child('type'), condition.type)] : []),
    ...validateCondition(condition, path.index(i)),
  ]);
}

function validateCondition(condition: Condition, path: FieldPath): FieldError[] {
  const {
    type = '',
    status = '',
    observedGeneration = 0,
    lastTransitionTime,
    reason = '',
    message = '',
  } = condition;
  const errors = validateLabelName(type, path.child('type'));
  if (!statuses.includes(status)) errors.push(notSupported(path.child('status'), status, statuses));
  if (observedGeneration < 0) {
    const detail = 'must be greater than or equal to zero';
    errors.push(invalid(path.child('observedGeneration'), observedGeneration, detail));
  }
  if (!lastTransitionTime) errors.push(required(path.child('lastTransitionTime')));
  errors.push(...validateReason(reason, path.child('reason')));
  if (byteLength(message) > maxMessageBytes) errors.push(tooLong(path.child('message'), maxMessageBytes));
  return errors;
}

function validateReason(reason: string, path: FieldPath): FieldError[] {
  if (reason === '') return [required(path)];
  const errors = reasonPattern.test(reason) ? [] : [invalid(path, reason, reasonMessage)];
  if (byteLength(reason) > maxReasonBytes) errors.push(tooLong(path, maxReasonBytes));
  return errors;
}

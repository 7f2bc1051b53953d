import { type FieldError, type FieldPath, invalid } from '../../apimachinery/field-error.ts';
import { isValidPercent } from '../../apimachinery/names.ts';
import { invalidFor, nonNegative } from './values.ts';

export type IntOrString = number | string;

/** A count of at least 0, or a percentage. */
export const validateIntOrPercent = (value: IntOrString, path: FieldPath): FieldError[] =>
  typeof value === 'number' ? nonNegative(value, path) : invalidFor(isValidPercent(value), value, path);

const percentOf = (value: IntOrString): number | undefined =>
  typeof value === 'string' && isValidPercent(value).length === 0
    ? Number.parseInt(value.slice(0, -1), 10)
    : undefined;

/** The number, whether it counts or is a percentage; 0 for a text that is neither. */
export const intOrPercentValue = (value: IntOrString): number => {
  if (typeof value === 'number') return value;
  return percentOf(value) ?? (/^[+-]?\d+$/.test(value) ? Number(value) : 0);
};

export const validateAtMost100Percent = (value: IntOrString, path: FieldPath): FieldError[] =>
  (percentOf(value) ?? 0) > 100 ? [invalid(path, value, 'must not be greater than 100%')] : [];

import { type FieldError, type FieldPath, invalid } from '../../apimachinery/field-error.ts';
import { flatMapped } from '../../apimachinery/lists.ts';

/** Absent numbers pass. */
export const nonNegative = (value: number | undefined, path: FieldPath): FieldError[] =>
  value !== undefined && value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];

/** Absent numbers pass. */
export const positive = (value: number | undefined, path: FieldPath): FieldError[] =>
  value !== undefined && value <= 0 ? [invalid(path, value, 'must be greater than 0')] : [];

/** `nonNegative` for several fields of one struct. */
export const nonNegativeFields = (struct: object, names: readonly string[], path: FieldPath): FieldError[] =>
  flatMapped(names, (name) => {
    const value = (struct as Record<string, number | undefined>)[name];
    return value === undefined ? [] : nonNegative(value, path.child(name));
  });

/** A counter that may only grow. */
export const notDecremented = (
  value: number | undefined,
  old: number | undefined,
  path: FieldPath,
): FieldError[] =>
  old !== undefined && (value ?? 0) < old ? [invalid(path, value ?? 0, 'cannot be decremented')] : [];

/** One finding per message of a name rule. */
export const invalidFor = (messages: readonly string[], value: unknown, path: FieldPath): FieldError[] =>
  messages.map((message) => invalid(path, value, message));

/** A finding that does not repeat the value, as `field.OmitValueType` asks for. */
export const invalidWithoutValue = (path: FieldPath, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field: path.toString(),
  message: `Invalid value: ${detail}`,
});

/** The map with sorted keys, as Go prints maps. */
export const sortedMap = (
  map: Readonly<Record<string, string>> | undefined,
): Record<string, string> | null =>
  map ? Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1))) : null;

/** True at each place whose value stood at an earlier place. */
export function repeated(values: readonly unknown[]): boolean[] {
  const seen = new Set<unknown>();
  return values.map((value) => {
    const again = seen.has(value);
    seen.add(value);
    return again;
  });
}

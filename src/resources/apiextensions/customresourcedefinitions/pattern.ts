import { type FieldError, type FieldPath, invalid } from '../../../apimachinery/field-error.ts';

/** Groups such as `(?i)` are valid there and not here, so they pass. */
export function validatePattern(pattern: string, path: FieldPath): FieldError[] {
  try {
    new RegExp(pattern);
    return [];
  } catch (error) {
    if (pattern.includes('(?')) return [];
    const why = error instanceof Error ? error.message : String(error);
    const detail = `must be a valid regular expression, but isn't: error parsing regexp: ${why}`;
    return [invalid(path, pattern, detail)];
  }
}

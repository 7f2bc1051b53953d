import { type FieldError, type FieldPath, invalid } from '../../../apimachinery/field-error.ts';

/** A part between slashes, by the naming rules of the time zone database, with digits and `+` for its legacy names. */
const partPattern = /^[A-Za-z.\-_0-9+]{1,14}$/;

export function validateTimeZone(timeZone: string, path: FieldPath): FieldError[] {
  if (timeZone === '') return [invalid(path, timeZone, 'timeZone must be nil or non-empty string')];
  const unknownZone = invalid(path, timeZone, `unknown time zone ${timeZone}`);
  const isPart = (part: string) =>
    part !== '.' && part !== '..' && !part.startsWith('-') && partPattern.test(part);
  if (!timeZone.split('/').every(isPart)) return [unknownZone];
  if (timeZone.toLowerCase() === 'local') {
    const detail = 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
    return [invalid(path, timeZone, detail)];
  }
  return isKnownTimeZone(timeZone) ? [] : [unknownZone];
}

/** Names of the database begin with a letter; offsets such as `+01` would be taken too. */
export function isKnownTimeZone(timeZone: string): boolean {
  if (!/^[A-Za-z]/.test(timeZone)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

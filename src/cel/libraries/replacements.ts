import { patternOf } from '../patterns.ts';
import type { Replacements } from '../steps.ts';
import { fail } from './library.ts';

const maxInt = 2n ** 63n - 1n;
const minInt = -(2n ** 63n);

/** A text of `value`'s kind, or the error that CEL has for the wrong kind. */
function text(value: unknown, name: string): string {
  return typeof value === 'string' ? value : fail(`no such overload: ${name}`);
}

/** Offset in characters of an offset in UTF-16 units. */
const inCharacters = (whole: string, units: number): bigint =>
  units < 0 ? -1n : BigInt([...whole.slice(0, units)].length);

function substring(value: unknown, from: unknown, to?: unknown): string {
  const all = [...text(value, 'substring')];
  const [start, end] = [Number(from), to === undefined ? all.length : Number(to)];
  if (start < 0 || start > all.length) fail(`index out of range: ${start}`);
  if (end < start || end > all.length) fail(`index out of range: ${end}`);
  return all.slice(start, end).join('');
}

const asciiOnly = (value: unknown, name: string, pattern: RegExp, shift: number): string =>
  text(value, name).replace(pattern, (letter) => String.fromCharCode(letter.charCodeAt(0) + shift));

const doubleLimit = 2 ** 63;
const integerText = /^[+-]?\d{1,19}$/;

function toInt(value: unknown): bigint {
  if (value instanceof Date) return BigInt(Math.floor(value.getTime() / 1_000));
  if (typeof value === 'number') {
    if (!(Math.abs(value) < doubleLimit)) fail('integer overflow');
    return BigInt(Math.trunc(value));
  }
  if (typeof value === 'string' && !integerText.test(value))
    fail("type conversion error from 'string' to 'int'");
  // A bigint, a text of digits, or the package's unsigned number.
  const whole = BigInt(value as string | bigint);
  return isInt(whole) ? whole : fail('integer overflow');
}

/** Builtins of the package that are not as CEL's specification has them. */
export const replacements: Replacements = new Map<string, (...values: unknown[]) => unknown>([
  ['matches/1', (value, pattern) => patternOf(text(pattern, 'matches')).test(text(value, 'matches'))],
  ['lowerAscii/0', (value) => asciiOnly(value, 'lowerAscii', /[A-Z]/g, 32)],
  ['upperAscii/0', (value) => asciiOnly(value, 'upperAscii', /[a-z]/g, -32)],
  ['substring/1', substring],
  ['substring/2', substring],
  ['int/1', toInt],
]);

/** `indexOf` and `lastIndexOf` of texts count characters; lists have functions of the same names. */
export const textIndex = (value: string, search: string, last: boolean): bigint =>
  inCharacters(value, last ? value.lastIndexOf(search) : value.indexOf(search));

/** Whether a whole number fits CEL's `int`. */
export const isInt = (value: bigint): boolean => value >= minInt && value <= maxInt;

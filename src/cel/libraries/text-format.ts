import { formatTime } from '../../apimachinery/clock.ts';
import { type Functions, fail } from './library.ts';

const clause = /%(?:\.(\d{1,4}))?(.?)/gs;
const maxPrecision = 1_000;

/** `"%s has %d".format([name, count])`, of CEL's `strings` extension. */
export const textFormatFunctions: Functions = {
  'string.format(list): string': (text: string, values: readonly unknown[]) => {
    let next = 0;
    const result = text.replace(clause, (_all, precision: string | undefined, letter: string) => {
      if (letter === '%' && precision === undefined) return '%';
      if (next >= values.length) fail(`index ${next} out of range`);
      return formatted(letter, precision === undefined ? undefined : Number(precision), values[next++]);
    });
    if (next < values.length) fail('too many arguments supplied to string.format');
    return result;
  },
};

function formatted(letter: string, precision: number | undefined, value: unknown): string {
  if (precision !== undefined && precision > maxPrecision) fail(`precision ${precision} is too large`);
  switch (letter) {
    case 's':
      return textOf(value);
    case 'd':
      return isWhole(value)
        ? String(value)
        : typeof value === 'number'
          ? textOf(value)
          : wrong(letter, value);
    case 'f':
      return asNumber(letter, value).toFixed(precision ?? 6);
    case 'e':
      return exponent(asNumber(letter, value).toExponential(precision ?? 6));
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : inBase(letter, value, 2);
    case 'o':
      return inBase(letter, value, 8);
    case 'x':
    case 'X': {
      const hex = typeof value === 'string' ? Buffer.from(value).toString('hex') : bytesOr(letter, value);
      return letter === 'X' ? hex.toUpperCase() : hex;
    }
    default:
      return fail(`unrecognized formatting clause ${JSON.stringify(letter)}`);
  }
}

/** The package has a class of its own for unsigned numbers; its value is a bigint. */
const isWhole = (value: unknown): boolean =>
  typeof value === 'bigint' ||
  (typeof value === 'object' && value !== null && typeof value.valueOf() === 'bigint');

const wrong = (letter: string, value: unknown): never =>
  fail(`no formatting function for ${typeof value} with %${letter}`);

const asNumber = (letter: string, value: unknown): number =>
  typeof value === 'number' || isWhole(value) ? Number(value) : wrong(letter, value);

const inBase = (letter: string, value: unknown, base: number): string =>
  isWhole(value) ? BigInt((value as bigint).valueOf()).toString(base) : wrong(letter, value);

const bytesOr = (letter: string, value: unknown): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('hex') : inBase(letter, value, 16);

/** Go writes two digits at least. */
const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');

function textOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (value instanceof Date) return formatTime(value.getTime());
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value === 'number') return numberText(value);
  const entries = value instanceof Map ? [...value] : isPlain(value) ? Object.entries(value) : undefined;
  if (!entries) return String(value);
  const pairs = entries.map(([key, item]) => `${textOf(key)}: ${textOf(item)}`).sort();
  return `{${pairs.join(', ')}}`;
}

const numberText = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? String(value) : value > 0 ? 'Infinity' : '-Infinity';

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value));

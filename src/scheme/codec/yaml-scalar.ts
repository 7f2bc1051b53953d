import type { Json } from '../../apimachinery/object.ts';
import { DecodeError } from './decode-error.ts';
import { unsafeIntegerMessage } from './scalars.ts';

const words: ReadonlyMap<string, Json> = new Map<string, Json>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word) => [word, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word) => [word, false] as const,
  ),
]);

const numberStart = /^[-+.\d]/;
const infinityOrNan = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const decimal = /^[-+]?(?:0|[1-9]\d*)$/;
const prefixed = /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+)$/;
const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/**
 * An unquoted scalar as kubectl's users know it: YAML 1.1 as the reference server reads it, so `yes` is a boolean, `0755`
 * and `0x1f` are numbers, and timestamps stay strings. Throws a `DecodeError` for numbers JSON cannot hold.
 */
export function plainScalar(text: string): Json {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (!numberStart.test(text)) return text;
  if (infinityOrNan.test(text)) {
    throw new DecodeError(`error converting YAML to JSON: json: unsupported value: ${text}`);
  }
  const digits = text.replaceAll('_', '');
  if (decimal.test(digits)) return safeInteger(Number(digits), digits);
  const based = prefixed.exec(digits);
  if (based) return safeInteger((based[1] === '-' ? -1 : 1) * basedInteger(based[2]!), digits);
  return float.test(digits) ? Number(digits) : text;
}

/** `0x1f`, `0b11`, `0o17` and `017`. */
const basedInteger = (digits: string) => Number(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);

function safeInteger(value: number, digits: string): number {
  if (!Number.isSafeInteger(value)) throw new DecodeError(unsafeIntegerMessage(digits));
  return value;
}

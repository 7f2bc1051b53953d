import {
  formatQuantity,
  parseQuantity,
  QuantityError,
  quantityFormatMessage,
} from '../../apimachinery/quantity.ts';
import { DecodeError } from './decode-error.ts';
import { mismatch, mismatchWithin, valueName, type WalkState } from './walk-state.ts';

/** Turns a decoded value (never null) into its normal form, or throws a DecodeError. `depth` is that of the value. */
export type Shape = (value: unknown, state: WalkState, depth: number) => unknown;

const maxInt32 = 2 ** 31 - 1;
const minInt32 = -(2 ** 31);

/** How Go prints a number that does not fit; exponents are spelled out as digits are what clients send. */
const numberText = (value: number) => `number ${Number.isInteger(value) ? BigInt(value) : value}`;

export const shapeString: Shape = (value, state, depth) => {
  if (typeof value !== 'string') throw mismatch(state, depth, valueName(value), 'string');
  return value;
};

export const shapeBoolean: Shape = (value, state, depth) => {
  if (typeof value !== 'boolean') throw mismatch(state, depth, valueName(value), 'bool');
  return value;
};

const isInt32 = (value: number) => Number.isInteger(value) && value <= maxInt32 && value >= minInt32;

export const shapeInt32: Shape = (value, state, depth) => {
  if (typeof value !== 'number') throw mismatch(state, depth, valueName(value), 'int32');
  if (!isInt32(value)) throw mismatch(state, depth, numberText(value), 'int32');
  return value;
};

export const shapeInt64: Shape = (value, state, depth) => {
  if (typeof value !== 'number') throw mismatch(state, depth, valueName(value), 'int64');
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 63) {
    throw mismatch(state, depth, numberText(value), 'int64');
  }
  if (!Number.isSafeInteger(value)) throw new DecodeError(unsafeIntegerMessage(String(BigInt(value))));
  return value;
};

/** Why an integer is refused that Go could hold and we would round. */
export const unsafeIntegerMessage = (digits: string): string =>
  `integer ${digits} is out of range: whole numbers beyond 9007199254740991 are not supported`;

export const shapeDouble: Shape = (value, state, depth) => {
  if (typeof value !== 'number') throw mismatch(state, depth, valueName(value), 'float64');
  return value;
};

export const shapeQuantity: Shape = (value) => {
  const text =
    typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : undefined;
  if (text === undefined) throw new DecodeError(quantityFormatMessage);
  try {
    return formatQuantity(parseQuantity(text));
  } catch (error) {
    if (error instanceof QuantityError) throw new DecodeError(error.message);
    throw error;
  }
};

export const shapeIntOrString: Shape = (value, state, depth) => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') throw mismatchWithin(state, depth, valueName(value), 'int32');
  if (!isInt32(value)) throw mismatchWithin(state, depth, numberText(value), 'int32');
  return value;
};

const outsideBase64 = /[^A-Za-z0-9+/]/;

export const shapeBytes: Shape = (value, state, depth) => {
  if (typeof value !== 'string') throw mismatch(state, depth, valueName(value), '[]uint8');
  // Go skips line breaks in base64.
  const text = value.includes('\n') || value.includes('\r') ? value.replace(/[\r\n]/g, '') : value;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (text.length % 4 !== 0 || outsideBase64.test(padding > 0 ? text.slice(0, -padding) : text)) {
    throw new DecodeError(`illegal base64 data at input byte ${firstIllegalByte(value)}`);
  }
  // The last group may carry bits that no byte takes; Go drops them when it writes the value again.
  return padding > 0 ? text.slice(0, -4) + Buffer.from(text.slice(-4), 'base64').toString('base64') : text;
};

/** Where Go's decoder stops: at the first character that cannot stand there, or at the last, incomplete group. */
function firstIllegalByte(text: string): number {
  let digits = 0;
  let at = 0;
  for (; at < text.length; at++) {
    const char = text[at]!;
    if (char === '\n' || char === '\r') continue;
    if (outsideBase64.test(char)) break;
    digits++;
  }
  const held = digits % 4;
  if (at === text.length) return at - held;
  if (text[at] !== '=' || held < 2) return at;
  if (held === 3) return at + 1;
  if (at + 1 === text.length) return text.length;
  return text[at + 1] === '=' ? at + 2 : at;
}

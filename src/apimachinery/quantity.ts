/**
 * How a quantity is written: `500m` (DecimalSI), `128Mi` (BinarySI), `1e3` (DecimalExponent). The form a value came in
 * decides the form it goes out in.
 */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** An exact amount in billionths, the finest step `resource.Quantity` keeps. Values are frozen and shared. */
export interface Quantity {
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

/** A text that is no quantity; `message` is the reference server's. */
export class QuantityError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QuantityError';
  }
}

/** What a text or value is told that is no quantity. */
export const quantityFormatMessage =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const suffixMessage = "unable to parse quantity's suffix";
const numericMessage = 'unable to parse numeric part of quantity';

/** Longer numbers are refused before any arithmetic. Far above everything that fits 64 bits with nine decimals. */
const maxTextLength = 512;
/** Bounds the powers of ten that are ever computed; upstream's own limit is the memory. */
const maxDecimalExponent = 512;
/** Binary amounts are capped at the largest signed 64-bit integer, as `resource.ParseQuantity` does. */
const maxBinaryNano = (2n ** 63n - 1n) * 10n ** 9n;
const maxCachedTexts = 2048;
const maxCachedTextLength = 16;

const nanoDigits = 9;
const oneNano = 1_000_000_000n;
const milliNano = 1_000_000n;

const decimalExponents: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const decimalSuffixes = new Map([...decimalExponents].map(([suffix, exponent]) => [exponent, suffix]));
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

export const zeroQuantity: Quantity = Object.freeze({ nano: 0n, format: 'DecimalSI' });

const make = (nano: bigint, format: QuantityFormat): Quantity => Object.freeze({ nano, format });

/** Pods repeat a handful of texts, so the parsed values of short ones are kept. */
const cache = new Map<string, Quantity>();

/** Reads `500m`, `1.5Gi`, `1e3`; finer than a billionth is rounded away from zero. Throws `QuantityError`. */
export function parseQuantity(text: string): Quantity {
  const cached = cache.get(text);
  if (cached) return cached;
  const quantity = parse(text);
  if (text.length <= maxCachedTextLength) {
    if (cache.size >= maxCachedTexts) cache.clear();
    cache.set(text, quantity);
  }
  return quantity;
}

/** The quantity, or undefined when the text is none. */
export function tryParseQuantity(text: string): Quantity | undefined {
  try {
    return parseQuantity(text);
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

function parse(text: string): Quantity {
  if (text === '') throw new QuantityError(quantityFormatMessage);
  // Before the pattern, which takes quadratic time on long texts that do not match.
  if (text.length > maxTextLength) throw new QuantityError(numericMessage);
  const match = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(text);
  if (!match) throw new QuantityError(quantityFormatMessage);
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  const scale = interpretSuffix(suffix);
  const digits = BigInt(whole + fraction || '0');
  const magnitude = capped(toNano(digits * scale.factor, scale.exponent - fraction.length), scale.format);
  // Upstream prints small binary amounts in decimal, so that nothing is rounded.
  const format =
    scale.format === 'BinarySI' && magnitude > 0n && magnitude < oneNano ? 'DecimalSI' : scale.format;
  return make(sign === '-' ? -magnitude : magnitude, format);
}

interface Scale {
  readonly factor: bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function interpretSuffix(suffix: string): Scale {
  const decimal = decimalExponents.get(suffix);
  if (decimal !== undefined) return { factor: 1n, exponent: decimal, format: 'DecimalSI' };
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) return { factor: 1n << BigInt(binary * 10), exponent: 0, format: 'BinarySI' };
  if (/^[eE][-+]?\d+$/.test(suffix)) {
    const exponent = Number(suffix.slice(1));
    if (exponent <= maxDecimalExponent) return { factor: 1n, exponent, format: 'DecimalExponent' };
  }
  throw new QuantityError(suffixMessage);
}

/** The powers that amounts of everyday size need. */
const smallPowers = Array.from({ length: 28 }, (_, exponent) => 10n ** BigInt(exponent));

const powerOfTen = (exponent: number): bigint => smallPowers[exponent] ?? 10n ** BigInt(exponent);

/** `unscaled` × 10^exponent in billionths, rounded up. */
function toNano(unscaled: bigint, exponent: number): bigint {
  const shift = exponent + nanoDigits;
  if (shift >= 0) return unscaled * powerOfTen(shift);
  if (unscaled === 0n) return 0n;
  // Below this shift every value that the length limit admits is less than one billionth.
  if (-shift > maxTextLength + 20) return 1n;
  return divideUp(unscaled, powerOfTen(-shift));
}

const capped = (nano: bigint, format: QuantityFormat) =>
  format === 'BinarySI' && nano > maxBinaryNano ? maxBinaryNano : nano;

/** Division that rounds away from zero. */
function divideUp(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  if (quotient * by === value) return quotient;
  return value > 0n ? quotient + 1n : quotient - 1n;
}

/** The canonical text: no fraction, the largest suffix that keeps the number whole, as `Quantity.String` prints it. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return '0';
  const magnitude = nano < 0n ? -nano : nano;
  if (format === 'BinarySI' && magnitude >= 1024n * oneNano && magnitude % oneNano === 0n) {
    return formatBinary(nano / oneNano);
  }
  return formatDecimal(nano, format);
}

function formatBinary(value: bigint): string {
  let power = 0;
  let rest = value;
  while (power < binarySuffixes.length - 1 && rest % 1024n === 0n) {
    rest /= 1024n;
    power++;
  }
  return `${rest}${binarySuffixes[power]}`;
}

function formatDecimal(nano: bigint, format: QuantityFormat): string {
  const maxExponent = format === 'DecimalExponent' ? maxDecimalExponent * 2 : 18;
  let exponent = -nanoDigits;
  let rest = nano;
  while (exponent < maxExponent && rest % 1000n === 0n) {
    rest /= 1000n;
    exponent += 3;
  }
  if (format !== 'DecimalExponent') return `${rest}${decimalSuffixes.get(exponent)}`;
  return exponent === 0 ? `${rest}` : `${rest}e${exponent}`;
}

/** The canonical text of a quantity text. Throws `QuantityError`. */
export const canonicalQuantity = (text: string): string => formatQuantity(parseQuantity(text));

/** Negative, zero or positive, as a comparator. */
export function compareQuantity(a: Quantity, b: Quantity): number {
  return a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0;
}

/** The sum, in the format of `a` unless that is zero. */
export const addQuantity = (a: Quantity, b: Quantity): Quantity =>
  make(a.nano + b.nano, a.nano === 0n ? b.format : a.format);

/** The difference, in the format of `a` unless that is zero. */
export const subQuantity = (a: Quantity, b: Quantity): Quantity =>
  make(a.nano - b.nano, a.nano === 0n ? b.format : a.format);

export const quantitySign = ({ nano }: Quantity): -1 | 0 | 1 => (nano < 0n ? -1 : nano > 0n ? 1 : 0);

/** Whole units, rounded away from zero. */
export const quantityValue = ({ nano }: Quantity): bigint => divideUp(nano, oneNano);

/** Thousandths, rounded away from zero: millicores of a cpu quantity. */
export const quantityMilli = ({ nano }: Quantity): bigint => divideUp(nano, milliNano);

/** Rounded away from zero to thousandths, as defaulting does with every resource list. */
export const roundUpToMilli = (quantity: Quantity): Quantity =>
  quantity.nano % milliNano === 0n ? quantity : make(quantityMilli(quantity) * milliNano, quantity.format);

/** A quantity of whole units. */
export const quantityOf = (value: bigint | number, format: QuantityFormat = 'DecimalSI'): Quantity =>
  make(BigInt(value) * oneNano, format);

/** A quantity of thousandths. */
export const quantityOfMilli = (milli: bigint | number, format: QuantityFormat = 'DecimalSI'): Quantity =>
  make(BigInt(milli) * milliNano, format);

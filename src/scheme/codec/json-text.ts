import { isRecord, type Json, setOwn } from '../../apimachinery/object.ts';
import { DecodeError } from './decode-error.ts';
import type { DecodedText } from './decode-text.ts';
import { findDuplicateKeys } from './duplicate-keys.ts';
import { countKeys, endOfString, scanJson } from './json-scan.ts';
import { jsonSyntaxError } from './json-syntax-error.ts';
import { unsafeIntegerMessage } from './scalars.ts';

/** Arrays and objects within each other. Go stops at 10,000; real objects stay below 100. */
export const maxDepth = 1000;

const prefix = "couldn't get version/kind; json parse error: ";

/** Parses JSON. Throws a `DecodeError` on bad syntax, too much depth, or integers that a double cannot hold. */
export function decodeJson(bytes: Uint8Array, text: string): DecodedText {
  const { keys, depth, suspiciousNumber } = scanJson(bytes);
  if (depth > maxDepth) throw new DecodeError(`${prefix}exceeded max depth`);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new DecodeError(`${prefix}${jsonSyntaxError(text)}`, { cause: error });
  }
  if (suspiciousNumber) refuseInexactNumbers(text);
  const duplicates = countKeys(value) === keys ? undefined : findDuplicateKeys(text);
  value = wellFormedAsIn(text, value);
  return duplicates ? { value, duplicates, text } : { value, duplicates: [] };
}

/** What stands for half of a character beyond the first 65,536. */
const surrogate = /\\u[dD][89a-fA-F]/;

/** The value of a text, with a replacement character for every half of one that its escapes leave alone: so Go reads them. */
export const wellFormedAsIn = (text: string, value: Json): Json =>
  text.includes('\\u') && surrogate.test(text) ? wellFormed(value) : value;

function wellFormed(value: Json): Json {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (!isRecord(value)) return value;
  const result: Record<string, Json> = {};
  for (const key in value) setOwn(result, key.toWellFormed(), wellFormed(value[key]!));
  return result;
}

const numberPattern = /-?\d+(\.\d+)?([eE][-+]?\d+)?/y;

/** Rounding would silently change what the sender meant. Fractions are rounded by Go, too, and pass. */
function refuseInexactNumbers(text: string): void {
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '"') at = endOfString(text, at);
    else if (char === '-' || (char >= '0' && char <= '9')) {
      numberPattern.lastIndex = at;
      const [digits, fraction, exponent] = numberPattern.exec(text)!;
      const value = Number(digits);
      if (!Number.isFinite(value)) throw new DecodeError(`${prefix}number ${digits} is out of range`);
      if (!fraction && !exponent && !Number.isSafeInteger(value))
        throw new DecodeError(unsafeIntegerMessage(digits));
      at += digits.length - 1;
    }
  }
}

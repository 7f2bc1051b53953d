const quote = 0x22;
const backslash = 0x5c;

/** Numbers with fewer digits are always exact. */
const exactDigits = 15;

const stringStart = 1;
const digit = 2;
const colon = 3;
const opening = 4;
const closing = 5;
const exponent = 6;

/** What a byte outside strings means to the scan. */
const meaning = new Uint8Array(256);
for (const [characters, kind] of [
  ['"', stringStart],
  ['0123456789', digit],
  [':', colon],
  ['{[', opening],
  ['}]', closing],
  ['eE', exponent],
] as const) {
  for (const character of characters) meaning[character.charCodeAt(0)] = kind;
}

export interface JsonScan {
  /** Keys in the text, repeated ones counted each time. */
  readonly keys: number;
  readonly depth: number;
  /** Some number may be an integer beyond 2^53 or too large for a double. */
  readonly suspiciousNumber: boolean;
}

/** One pass over the bytes of a JSON text for what `JSON.parse` does not tell. Meaningless when the text is no JSON. */
export function scanJson(bytes: Uint8Array): JsonScan {
  let keys = 0;
  let open = 0;
  let depth = 0;
  let digits = 0;
  let suspiciousNumber = false;
  const { length } = bytes;
  for (let at = 0; at < length; at++) {
    switch (meaning[bytes[at]!]) {
      case digit:
        if (++digits > exactDigits) suspiciousNumber = true;
        continue;
      case stringStart:
        for (at++; at < length && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++;
        break;
      case colon:
        keys++;
        break;
      case opening:
        if (++open > depth) depth = open;
        break;
      case closing:
        open--;
        break;
      case exponent:
        // The letter also stands in `true` and `false`, but never behind a digit there.
        if (digits > 0) suspiciousNumber = true;
    }
    digits = 0;
  }
  return { keys, depth, suspiciousNumber };
}

/** Index of the quote that closes the string opened at `start` of a valid JSON text. */
export function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === backslash ? 2 : 1;
  return at;
}

/** Keys of all objects in a value that `JSON.parse` made. */
export function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item);
    return count;
  }
  for (const key in value) {
    count++;
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'object' && item !== null) count += countKeys(item);
  }
  return count;
}

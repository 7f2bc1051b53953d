import type { Revision } from './types.ts';

/** Longest key, in bytes. */
export const maxKeyBytes = 1_024;
/** Largest value, in bytes. */
export const maxValueBytes = 8 * 1_024 * 1_024;

const printableAscii = /^[\x20-\x7e]+$/;

/** Throws a RangeError for a key or prefix outside the contract (see `Kv`). */
export function checkKey(key: string): void {
  if (key.length > maxKeyBytes) throw new RangeError(`key is longer than ${maxKeyBytes} bytes`);
  if (!printableAscii.test(key))
    throw new RangeError(`key is empty or not printable ASCII: ${JSON.stringify(key)}`);
}

export function checkPrefix(prefix: string): void {
  checkKey(prefix);
  if (!prefix.endsWith('/')) throw new RangeError(`prefix does not end in '/': ${JSON.stringify(prefix)}`);
}

export function checkValue(value: Uint8Array): void {
  if (value.byteLength > maxValueBytes) throw new RangeError(`value is longer than ${maxValueBytes} bytes`);
}

export function checkRevision(revision: Revision, least: 0 | 1 = 1): void {
  if (!Number.isSafeInteger(revision) || revision < least)
    throw new RangeError(`not a revision: ${revision}`);
}

export function checkTtl(ttlSeconds: number): void {
  if (!(ttlSeconds > 0 && Number.isFinite(ttlSeconds)))
    throw new RangeError(`not a time to live: ${ttlSeconds}`);
}

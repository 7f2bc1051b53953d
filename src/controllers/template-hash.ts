import { isRecord } from '../apimachinery/object.ts';

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;

/** Characters that cannot spell a word, as in generated names. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = offsetBasis;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, prime) >>> 0;
  return hash;
}

/** JSON with sorted keys: the same for equal values. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value ?? null);
  const fields = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${fields.join(',')}}`;
}

/**
 * A short name for a pod template, of the form that the reference server's controllers use. Its value is our own: theirs is made
 * from how Go prints a structure. `collisions` leads to another one when two templates have the same.
 */
export function templateHash(template: unknown, collisions: number | undefined): string {
  const text = canonicalJson(template) + (collisions === undefined ? '' : `#${collisions}`);
  return Array.from(String(hashOf(text)), (digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join(
    '',
  );
}

import type { KubeObject } from '../../apimachinery/object.ts';

const metadataOpening = Buffer.from('"metadata":{');
const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/**
 * The bytes kept for an object: compact JSON that starts with `apiVersion`, `kind` and `metadata`, and has no
 * resourceVersion, as that is only known once the write has a revision.
 */
export function encodeStored(object: KubeObject): Buffer {
  const { apiVersion, kind, metadata, ...rest } = object;
  return Buffer.from(
    JSON.stringify({ apiVersion, kind, metadata: { ...metadata, resourceVersion: undefined }, ...rest }),
  );
}

/** The same of an object that is answered and not kept, with the resourceVersion that it has. */
export function encodeShown(object: KubeObject): Buffer {
  const { apiVersion, kind, metadata, ...rest } = object;
  return Buffer.from(JSON.stringify({ apiVersion, kind, metadata, ...rest }));
}

/**
 * The stored bytes with `metadata.resourceVersion` in them: what clients receive. Works on whatever compact JSON holds
 * an object without a resourceVersion, so also on what a kube-apiserver wrote (`kind` first, or any order for custom
 * resources). Throws when there is no `metadata` object: such a value was never written by an API server.
 */
export function withResourceVersion(storedBytes: Uint8Array, revision: number): Buffer {
  const stored = Buffer.from(storedBytes.buffer, storedBytes.byteOffset, storedBytes.byteLength);
  const start = findMetadata(stored);
  return spliced(stored, start, start, `${field}${revision}"${stored[start] === closeBrace ? '' : ','}`);
}

/** Bytes that `withResourceVersion` made, with another revision in them. */
export function withOtherResourceVersion(bytes: Buffer, revision: number): Buffer {
  const start = findMetadata(bytes) + field.length;
  return spliced(bytes, start, bytes.indexOf(quote, start), String(revision));
}

const field = '"resourceVersion":"';

/**
 * `bytes` with `text` in place of what stands from `start` to `end`. In memory of its own: it is kept for long, and a
 * share of Node's buffer pool would keep the rest of an 8 KiB slab with it.
 */
function spliced(bytes: Buffer, start: number, end: number, text: string): Buffer {
  const result = Buffer.allocUnsafeSlow(bytes.length - (end - start) + text.length);
  bytes.copy(result, 0, 0, start);
  result.write(text, start, 'latin1');
  bytes.copy(result, start + text.length, end);
  return result;
}

/** Offset just behind the opening brace of the top-level `metadata`. */
function findMetadata(stored: Buffer): number {
  const first = stored.indexOf(metadataOpening);
  if (first === -1) throw new Error('stored value has no metadata');
  // A quote inside a string is escaped, so the first match is a real key. It is the top-level one unless something
  // nested stands before it.
  const nested = stored.indexOf(openBrace, 1);
  return (
    (nested === first + metadataOpening.length - 1 ? first : findTopLevelMetadata(stored)) +
    metadataOpening.length
  );
}

function findTopLevelMetadata(stored: Buffer): number {
  let depth = 0;
  for (let at = 0; at < stored.length; at++) {
    const byte = stored[at];
    if (byte === openBrace || byte === openBracket) depth++;
    else if (byte === closeBrace || byte === closeBracket) depth--;
    else if (byte === quote) {
      if (
        depth === 1 &&
        stored.compare(metadataOpening, 0, metadataOpening.length, at, at + metadataOpening.length) === 0
      ) {
        return at;
      }
      at = endOfString(stored, at);
    }
  }
  throw new Error('stored value has no metadata');
}

/** Offset of the quote that closes the string opened at `start`. */
function endOfString(stored: Buffer, start: number): number {
  let at = start + 1;
  while (at < stored.length && stored[at] !== quote) at += stored[at] === backslash ? 2 : 1;
  return at;
}

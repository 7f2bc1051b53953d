import { isUtf8 } from 'node:buffer';
import type { Json } from '../../apimachinery/object.ts';
import { DecodeError } from './decode-error.ts';
import { decodeJson } from './json-text.ts';
import { decodeYaml } from './yaml-text.ts';

export interface DecodedText {
  readonly value: Json;
  /**
   * Keys that occur twice in one object; the last one counts. For JSON `duplicate field "spec.replicas"`, for YAML
   * `line 5: key "replicas" already set in map`.
   */
  readonly duplicates: string[];
}

/**
 * Reads a body into a plain value. Throws a `DecodeError` when it is not UTF-8, not well-formed, nested deeper than
 * `maxDepth`, or holds integers that would be rounded.
 */
export function decodeText(bytes: Uint8Array, mediaType: 'json' | 'yaml'): DecodedText {
  if (!isUtf8(bytes)) throw new DecodeError('invalid UTF-8 in request body');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  return mediaType === 'json' || isJson(text) ? decodeJson(bytes, text) : decodeYaml(text);
}

/** Clients send JSON as YAML (apply patches do), and reading it as such is a hundred times faster. */
function isJson(text: string): boolean {
  if (!text.startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

import { isUtf8 } from 'node:buffer';
import type { Json } from '../../apimachinery/object.ts';
import { finish, type Steps } from '../../apimachinery/steps.ts';
import { DecodeError } from './decode-error.ts';
import { decodeJson, wellFormedAsIn } from './json-text.ts';
import { decodeYaml } from './yaml-text.ts';

export interface DecodedText {
  readonly value: Json;
  /**
   * Keys that occur twice in one object; the last one counts. For JSON `duplicate field "spec.replicas"`, for YAML
   * `line 5: key "replicas" already set in map`.
   */
  readonly duplicates: string[];
  /** The JSON in which keys occur twice, for `strictFindings`. */
  readonly text?: string;
}

/**
 * Reads a body into a plain value. Throws a `DecodeError` when it is not UTF-8, not well-formed, nested deeper than
 * `maxDepth`, or holds integers that would be rounded.
 */
export function decodeText(bytes: Uint8Array, mediaType: 'json' | 'yaml'): DecodedText {
  return mediaType === 'json' ? decodeJson(bytes, textOf(bytes)) : finish(decodeYamlText(bytes));
}

/** `decodeText` for YAML, which takes long enough to be done in slices. */
export function* decodeYamlText(bytes: Uint8Array): Steps<DecodedText> {
  const text = textOf(bytes);
  if (isJson(text)) return decodeJson(bytes, text);
  const { value, duplicates } = yield* decodeYaml(text);
  return { value: wellFormedAsIn(text, value), duplicates };
}

function textOf(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new DecodeError('invalid UTF-8 in request body');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
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

import { byteLength } from '../../apimachinery/names.ts';

/** All values of one ConfigMap or Secret together. */
export const maxDataBytes = 1024 * 1024;

type Texts = Readonly<Record<string, string>> | undefined;

/** Bytes of all values of a map of texts. */
export const textBytes = (map: Texts): number =>
  Object.keys(map ?? {}).reduce((total, key) => total + byteLength(map![key]!), 0);

/** Bytes of all values of a map of base64 texts, once decoded. */
export const base64Bytes = (map: Texts): number =>
  Object.keys(map ?? {}).reduce((total, key) => total + Buffer.byteLength(map![key]!, 'base64'), 0);

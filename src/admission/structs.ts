import { isRecord, type KubeObject } from '../apimachinery/object.ts';

/** The spec of an object, put there when absent, so that plugins can fill it. */
export function specOf<T extends object>(object: KubeObject): T {
  if (!isRecord(object['spec'])) object['spec'] = {};
  return object['spec'] as T;
}

/** The spec of an object that must not be changed, empty when absent. */
export const readSpec = <T extends object>(object: KubeObject): T =>
  (isRecord(object['spec']) ? object['spec'] : {}) as T;

/** The value of a key that a user chose. */
export const ownValue = <T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;

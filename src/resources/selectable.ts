import { isRecord, type KubeObject } from '../apimachinery/object.ts';

/** Reads one field as the text a field selector compares: booleans and numbers printed, absent ones empty. */
export function text(...path: string[]): (object: KubeObject) => string {
  return (object) => {
    let value: unknown = object;
    for (const name of path) {
      if (!isRecord(value) || !Object.hasOwn(value, name)) return '';
      value = value[name];
    }
    return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
  };
}

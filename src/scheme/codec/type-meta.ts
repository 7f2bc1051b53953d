import { isRecord, type Json } from '../../apimachinery/object.ts';
import { DecodeError } from './decode-error.ts';
import { valueName } from './walk-state.ts';

const prefix = "couldn't get version/kind; json parse error: json: cannot unmarshal";
const goTypeMeta =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/**
 * What a decoded body says it is, before anything else about it is looked at; '' where it does not say. Throws a
 * `DecodeError` when it is no object, or says it with something other than a string.
 */
export function typeMetaOf(value: Json): { apiVersion: string; kind: string } {
  if (value === null) return { apiVersion: '', kind: '' };
  if (!isRecord(value))
    throw new DecodeError(`${prefix} ${valueName(value)} into Go value of type ${goTypeMeta}`);
  const read = (field: 'apiVersion' | 'kind'): string => {
    const text = Object.hasOwn(value, field) ? value[field] : undefined;
    if (text === undefined || text === null) return '';
    if (typeof text === 'string') return text;
    throw new DecodeError(`${prefix} ${valueName(text)} into Go struct field .${field} of type string`);
  };
  return { apiVersion: read('apiVersion'), kind: read('kind') };
}

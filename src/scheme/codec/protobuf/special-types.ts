import { formatMicroTime, formatTime } from '../../../apimachinery/clock.ts';
import type { Json } from '../../../apimachinery/object.ts';
import { DecodeError } from '../decode-error.ts';
import { decodeText } from '../decode-text.ts';

type Fields = { [field: string]: Json | undefined };

const number = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

/** An absent or zero time is null, as in JSON. */
const time =
  (format: (epochMs: number, micros: number) => string) =>
  ({ seconds, nanos }: Fields): Json => {
    if (seconds === undefined && nanos === undefined) return null;
    const micros = Math.trunc(number(nanos) / 1e3);
    const ms = Math.floor(micros / 1e3);
    const epochMs = number(seconds) * 1000 + ms;
    if (Math.abs(epochMs) > 8.64e15) throw new DecodeError('time is out of range');
    return format(epochMs, micros - ms * 1e3);
  };

/** JSON bytes that travel as they are, under the rules of every other JSON. */
const embedded = ({ raw, Raw }: Fields): Json => {
  const bytes = raw ?? Raw;
  if (typeof bytes !== 'string' || bytes === '') return null;
  return decodeText(Buffer.from(bytes, 'base64'), 'json').value;
};

const items = ({ items: list }: Fields): Json => list ?? [];

const meta = 'k8s.io.apimachinery.pkg.apis.meta.v1';
const apiextensions = 'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1';

/** Messages whose JSON is not an object of their fields. */
export const specialTypes: Readonly<Record<string, (fields: Fields) => Json>> = {
  'k8s.io.apimachinery.pkg.api.resource.Quantity': ({ string }) => string ?? '0',
  'k8s.io.apimachinery.pkg.util.intstr.IntOrString': ({ type, intVal, strVal }) =>
    number(type) === 1 ? (strVal ?? '') : number(intVal),
  [`${meta}.Time`]: time(formatTime),
  [`${meta}.MicroTime`]: time(formatMicroTime),
  [`${meta}.FieldsV1`]: embedded,
  [`${meta}.Verbs`]: items,
  'k8s.io.apimachinery.pkg.runtime.RawExtension': embedded,
  'k8s.io.api.authentication.v1.ExtraValue': items,
  'k8s.io.api.authorization.v1.ExtraValue': items,
  'k8s.io.api.certificates.v1.ExtraValue': items,
  [`${apiextensions}.JSON`]: embedded,
  [`${apiextensions}.JSONSchemaPropsOrArray`]: ({ schema, jSONSchemas }) => jSONSchemas ?? schema ?? null,
  [`${apiextensions}.JSONSchemaPropsOrBool`]: ({ allows, schema }) => schema ?? allows ?? false,
  [`${apiextensions}.JSONSchemaPropsOrStringArray`]: ({ schema, property }) => property ?? schema ?? null,
};

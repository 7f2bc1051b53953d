import { FieldPath, invalid } from '../../apimachinery/field-error.ts';
import { apiVersionOf } from '../../apimachinery/gvk.ts';
import { isRecord, type Json, type KubeObject } from '../../apimachinery/object.ts';
import { badRequest, invalidError, unsupportedMediaType } from '../../apimachinery/status.ts';
import {
  applyPatch,
  type PatchType,
  patchMediaTypes,
  patchTypeOf,
  unknownJsonPatchFields,
} from '../../patch/index.ts';
import type { FieldValidation } from '../../registry/context.ts';
import { update as updateObject } from '../../registry/write/update.ts';
import { DecodeError } from '../../scheme/codec/decode-error.ts';
import { decodeText } from '../../scheme/codec/decode-text.ts';
import { shapeObject } from '../../scheme/codec/shape.ts';
import type { SchemaSet } from '../../scheme/schema.ts';
import { type ExpectedKind, maxBodyBytes, reportStrictErrors } from '../body.ts';
import { callerOf } from '../caller.ts';
import { expectedOf } from '../expected.ts';
import { mediaTypeOf } from '../negotiation.ts';
import { parseWriteOptions } from '../options/query.ts';
import { representationFor } from '../representations/choose.ts';
import type { Request } from '../request.ts';
import { respondBytes } from '../respond.ts';
import type { Verb } from './verb.ts';

/** PATCH of one object, also through `/status` and its like. */
export const patch: Verb = async ({ registry }, request, target) => {
  const options = parseWriteOptions(request.info.query, 'PatchOptions');
  const representation = representationFor(request, target, 'object', registry.clock);
  const applied = await readPatch(request, registry.schemas, expectedOf(target), options.fieldValidation);
  const { entry } = await updateObject(registry, target, callerOf(request, options), {
    produce: (old) => applied(old!),
  });
  respondBytes(request, 200, representation.object(entry), { 'content-type': representation.contentType });
};

/** Reads the patch; the answer applies it to an object of the expected kind, which it leaves as it is. */
export async function readPatch(
  request: Request,
  schemas: SchemaSet,
  expected: ExpectedKind,
  fieldValidation: FieldValidation,
): Promise<(current: KubeObject) => KubeObject> {
  const type = patchTypeOf(mediaTypeOf(request.exchange.headers['content-type']));
  if (!type) throw unsupportedMediaType(Object.values(patchMediaTypes));
  const bytes = await request.exchange.body(maxBodyBytes);
  if (request.audit?.wantsRequest) request.audit.request(bytes.toString('utf8'));
  const { value, duplicates } = decodePatch(bytes);
  const problems = type === 'json' ? [...duplicates, ...unknownJsonPatchFields(value)] : duplicates;
  return (current) => {
    const patched = applyPatch(type, schemas, expected.schema, current as unknown as Json, value);
    if (type !== 'strategic') checkSameKind(expected, patched);
    const { object, unknown } = shapePatched(schemas, expected, type, patched);
    reportStrictErrors(request, problems, unknown, fieldValidation, (text) =>
      type === 'strategic' ? badRequest(text) : refusePatched(patched, text),
    );
    return object;
  };
}

function decodePatch(bytes: Uint8Array) {
  try {
    return decodeText(bytes, 'json');
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(`error decoding patch: ${error.message}`);
    throw error;
  }
}

function shapePatched(schemas: SchemaSet, expected: ExpectedKind, type: PatchType, patched: Json) {
  try {
    return shapeObject(schemas, expected.schema, patched);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw type === 'strategic' ? badRequest(error.message) : refusePatched(patched, error.message);
  }
}

/** Only a strategic merge patch may say that the object is something else; it is not listened to. */
function checkSameKind(expected: ExpectedKind, patched: Json): void {
  const wanted = apiVersionOf(expected);
  const { apiVersion = wanted, kind = expected.kind } = isRecord(patched) ? patched : {};
  if (apiVersion === wanted && kind === expected.kind) return;
  const why = `converting (${apiVersion}.${kind}) to (${wanted}.${expected.kind}): unknown conversion`;
  throw refusePatched(patched, why);
}

const refusePatched = (patched: Json, why: string) =>
  invalidError({ group: '', kind: '' }, '', [invalid(FieldPath.of('patch'), JSON.stringify(patched), why)]);

import { FieldPath, forbidden, invalid } from '../../apimachinery/field-error.ts';
import { apiVersionOf, parseApiVersion } from '../../apimachinery/gvk.ts';
import { isRecord, type Json, type KubeObject } from '../../apimachinery/object.ts';
import {
  badRequest,
  invalidError,
  unsupportedMediaType,
  unsupportedPatchType,
} from '../../apimachinery/status.ts';
import {
  applyPatch,
  goText,
  type PatchType,
  patchMediaTypes,
  patchTypeOf,
  unknownJsonPatchFields,
} from '../../patch/index.ts';
import type { FieldValidation } from '../../registry/context.ts';
import { update as updateObject } from '../../registry/write/update.ts';
import { DecodeError, MismatchError } from '../../scheme/codec/decode-error.ts';
import { decodeText } from '../../scheme/codec/decode-text.ts';
import { kindMismatch } from '../../scheme/codec/kind-mismatch.ts';
import { shapeObject } from '../../scheme/codec/shape.ts';
import type { SchemaSet } from '../../scheme/schema.ts';
import { type ExpectedKind, maxBodyBytes, reportFindings } from '../body.ts';
import { callerOf } from '../caller.ts';
import { expectedOf } from '../expected.ts';
import { mediaTypeOf } from '../negotiation.ts';
import { parseWriteOptions, refuseOptions } from '../options/query.ts';
import { representationFor } from '../representations/choose.ts';
import type { Request } from '../request.ts';
import { respondBytes } from '../respond.ts';
import type { Verb } from './verb.ts';

const applyMediaType = 'application/apply-patch+yaml';

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
  const mediaType = mediaTypeOf(request.exchange.headers['content-type']);
  const type = patchTypeOf(mediaType);
  // Server-side apply is refused by name, with what there is.
  if (mediaType === applyMediaType) throw unsupportedMediaType(Object.values(patchMediaTypes));
  if (!type) throw unsupportedPatchType();
  if (request.info.query.has('force')) {
    refuseOptions('PatchOptions', [
      forbidden(FieldPath.of('force'), 'may not be specified for non-apply patch'),
    ]);
  }
  const bytes = await request.exchange.body(maxBodyBytes);
  if (request.audit?.wantsRequest) request.audit.request(bytes.toString('utf8'));
  const { value, duplicates } = decodePatch(type, bytes);
  const problems =
    type === 'json'
      ? [...duplicates.map((text) => `json patch ${text}`), ...unknownJsonPatchFields(value)]
      : duplicates;
  return (current) => {
    const patched = applyPatch(type, schemas, expected.schema, current as unknown as Json, value);
    // A strategic merge works on the object that is held, and its refusals quote the patch instead of the result.
    const quoted = () => (type === 'strategic' ? goText(value) : JSON.stringify(patched));
    if (type !== 'strategic') checkSameKind(schemas, expected, patched);
    const { object, unknown } = shapePatched(schemas, expected, patched, type, quoted);
    // A patch is read before it is applied; a merge by the types of Go tells what it finds in order of the alphabet.
    const findings = [...problems, ...(type === 'strategic' ? unknown.sort() : unknown)];
    reportFindings(request, findings, fieldValidation, (text) => refusePatched(quoted(), text));
    return object;
  };
}

function decodePatch(type: PatchType, bytes: Uint8Array) {
  try {
    return decodeText(bytes, 'json');
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    // A patch has no kind that could be missed.
    const why = error.message.replace(/^couldn't get version\/kind; json parse error: /, '');
    throw badRequest(type === 'strategic' ? why : `error decoding patch: ${why}`);
  }
}

function shapePatched(
  schemas: SchemaSet,
  expected: ExpectedKind,
  patched: Json,
  type: PatchType,
  quoted: () => string,
) {
  try {
    return shapeObject(schemas, expected.schema, patched);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const converted = type === 'strategic' && error instanceof MismatchError;
    throw refusePatched(quoted(), converted ? error.converted : error.message);
  }
}

/** Only a strategic merge patch may say that the object is something else; it is not listened to. */
function checkSameKind(schemas: SchemaSet, expected: ExpectedKind, patched: Json): void {
  const wanted = apiVersionOf(expected);
  const { apiVersion = wanted, kind = expected.kind } = isRecord(patched) ? patched : {};
  if (apiVersion === wanted && kind === expected.kind) return;
  const found = parseApiVersion(String(apiVersion)) ?? { group: '', version: String(apiVersion) };
  const why = kindMismatch(schemas, { ...found, kind: String(kind) }, expected);
  throw refusePatched(JSON.stringify(patched), why);
}

const refusePatched = (quoted: string, why: string) =>
  invalidError({ group: '', kind: '' }, '', [invalid(FieldPath.of('patch'), quoted, why)]);

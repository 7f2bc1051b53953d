import { parseApiVersion } from '../apimachinery/gvk.ts';
import type { Json, KubeObject } from '../apimachinery/object.ts';
import { type ApiError, badRequest } from '../apimachinery/status.ts';
import { finishInTurns } from '../apimachinery/steps.ts';
import type { FieldValidation } from '../registry/context.ts';
import { DecodeError, decodeFailure } from '../scheme/codec/decode-error.ts';
import { type DecodedText, decodeText, decodeYamlText } from '../scheme/codec/decode-text.ts';
import { decodeProtobuf, openProtobuf } from '../scheme/codec/protobuf/decode.ts';
import { shapeObject } from '../scheme/codec/shape.ts';
import { strictDecodingError, strictFindings } from '../scheme/codec/strict.ts';
import { typeMetaOf } from '../scheme/codec/type-meta.ts';
import type { SchemaSet } from '../scheme/schema.ts';
import { bodyMedia } from './negotiation.ts';
import { recordRequest } from './record.ts';
import { type Request, warn } from './request.ts';

/** Largest body that is read (`--max-request-body-bytes` of upstream). */
export const maxBodyBytes = 3 * 1024 * 1024;

/** What a body must be. */
export interface ExpectedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: string;
}

/**
 * Reads a body as an object of the expected kind. Unknown and duplicate fields are refused, reported as warnings or
 * ignored, as `fieldValidation` says.
 */
export async function readObject(
  request: Request,
  schemas: SchemaSet,
  expected: ExpectedKind,
  fieldValidation: FieldValidation,
): Promise<() => KubeObject> {
  // Before the body is read: there is no need for one that nobody understands.
  const media = bodyMedia(request.exchange.headers['content-type']);
  const bytes = await request.exchange.body(maxBodyBytes);
  if (media !== 'yaml') return objectFrom(request, bytes, schemas, expected, fieldValidation);
  const decoded = await finishInTurns(decodeYamlText(bytes)).catch((error: unknown) => {
    throw decodingError(error, expected, undefined, bytes);
  });
  return shapedFrom(request, bytes, decoded, schemas, expected, fieldValidation);
}

/** As `readObject`, for a body that has been read. `anyGroupVersion`: options kinds are registered in every one. */
export function objectFrom(
  request: Request,
  bytes: Uint8Array,
  schemas: SchemaSet,
  expected: ExpectedKind,
  fieldValidation: FieldValidation,
  anyGroupVersion = false,
): () => KubeObject {
  const media = bodyMedia(request.exchange.headers['content-type']);
  const decoded =
    media === 'protobuf'
      ? { value: readProtobuf(bytes, expected), duplicates: [] }
      : decode(() => decodeText(bytes, media), expected, undefined, bytes);
  return shapedFrom(request, bytes, decoded, schemas, expected, fieldValidation, anyGroupVersion);
}

/** The object that a decoded body is. */
function shapedFrom(
  request: Request,
  bytes: Uint8Array,
  { value, duplicates }: DecodedText,
  schemas: SchemaSet,
  expected: ExpectedKind,
  fieldValidation: FieldValidation,
  anyGroupVersion = false,
): () => KubeObject {
  const found = checkKind(value, expected, bytes, anyGroupVersion);
  const shaped = decode(() => shapeObject(schemas, expected.schema, value), expected, found, bytes);
  reportStrictErrors(request, duplicates, shaped.unknown, fieldValidation, (text) =>
    badRequest(
      `${found.kind} in version ${JSON.stringify(found.version)} cannot be handled as a ${expected.kind}: ${text}`,
    ),
  );
  let first: KubeObject | undefined = withKind(shaped.object, expected);
  if (request.audit) recordRequest(request.audit, first);
  return () => {
    const object = first ?? withKind(shapeObject(schemas, expected.schema, value).object, expected);
    first = undefined;
    return object;
  };
}

/** Of another kind only what it is, for the caller to refuse. */
function readProtobuf(bytes: Uint8Array, expected: ExpectedKind): Json {
  const { apiVersion, kind, raw } = decode(() => openProtobuf(bytes), expected, undefined, bytes);
  if (kind !== '' && kind !== expected.kind) return { apiVersion, kind };
  const found = { kind, version: parseApiVersion(apiVersion)?.version ?? apiVersion };
  const fields = decode(() => decodeProtobuf(raw, expected.schema), expected, found, bytes);
  return { apiVersion, kind, ...fields } as Json;
}

/** Unknown and duplicate fields, by the rules of KEP-2885. */
export function reportStrictErrors(
  request: Request,
  duplicates: readonly string[],
  unknown: readonly string[],
  fieldValidation: FieldValidation,
  refusal: (text: string) => ApiError,
): void {
  if ((duplicates.length === 0 && unknown.length === 0) || fieldValidation === 'Ignore') return;
  if (fieldValidation === 'Warn') {
    for (const finding of strictFindings(duplicates, unknown)) warn(request, finding);
    return;
  }
  const error = strictDecodingError(duplicates, unknown);
  if (error) throw refusal(error.message);
}

const apiVersionText = ({ group, version }: ExpectedKind): string =>
  group === '' ? version : `${group}/${version}`;

function withKind(object: KubeObject, expected: ExpectedKind): KubeObject {
  object.apiVersion = apiVersionText(expected);
  object.kind = expected.kind;
  return object;
}

interface FoundKind {
  readonly kind: string;
  readonly version: string;
}

/** A body may leave out what it is; it may not be something else. */
function checkKind(
  value: Json,
  expected: ExpectedKind,
  bytes: Uint8Array,
  anyGroupVersion: boolean,
): FoundKind {
  const stated = decode(() => typeMetaOf(value), expected, undefined, bytes);
  const apiVersion = stated.apiVersion || apiVersionText(expected);
  const kind = stated.kind || expected.kind;
  const found = parseApiVersion(apiVersion);
  if (!found) throw badRequest(`unexpected GroupVersion string: ${apiVersion}`);
  if (anyGroupVersion && kind === expected.kind) return { kind, version: found.version };
  if (kind !== expected.kind || found.group !== expected.group) {
    throw badRequest(
      `${kind} in version ${JSON.stringify(found.version)} cannot be handled as a ${expected.kind}: ` +
        `converting (${apiVersion}.${kind}) to (${apiVersionText(expected)}.${expected.kind}): unknown conversion`,
    );
  }
  if (found.version !== expected.version) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionText(expected)})`,
    );
  }
  return { kind, version: found.version };
}

function decode<T>(
  step: () => T,
  expected: ExpectedKind,
  found: FoundKind | undefined,
  bytes: Uint8Array,
): T {
  try {
    return step();
  } catch (error) {
    throw decodingError(error, expected, found, bytes);
  }
}

const decodingError = (
  error: unknown,
  expected: ExpectedKind,
  found: FoundKind | undefined,
  bytes: Uint8Array,
): unknown => (error instanceof DecodeError ? decodeFailure(error, expected.kind, found, bytes) : error);

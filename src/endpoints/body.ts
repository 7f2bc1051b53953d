import { parseApiVersion } from '../apimachinery/gvk.ts';
import type { Json, KubeObject } from '../apimachinery/object.ts';
import { type ApiError, badRequest } from '../apimachinery/status.ts';
import { finishInTurns } from '../apimachinery/steps.ts';
import type { FieldValidation } from '../registry/context.ts';
import { DecodeError, decodeFailure } from '../scheme/codec/decode-error.ts';
import { type DecodedText, decodeText, decodeYamlText } from '../scheme/codec/decode-text.ts';
import { isKnownGroupVersion, kindMismatch, optionsMismatch } from '../scheme/codec/kind-mismatch.ts';
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
  /** Versions of the same group whose bodies are taken, too, as they say the same. */
  readonly alsoVersions?: readonly string[];
  /** Fills in, in place, what a body may leave out. */
  readonly defaults?: ((object: KubeObject) => void) | undefined;
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
  const refusal = refusalOf(expected, bytes, false);
  const decoded = await finishInTurns(decodeYamlText(bytes)).catch((error: unknown) => {
    throw error instanceof DecodeError ? refusal(error) : error;
  });
  return shapedFrom(request, decoded, () => decoded.value, schemas, expected, fieldValidation, refusal);
}

/**
 * As `readObject`, for a body that has been read. `isOptions`: it holds options of the request, which are registered in
 * every group version and refused in plainer words.
 */
export function objectFrom(
  request: Request,
  bytes: Uint8Array,
  schemas: SchemaSet,
  expected: ExpectedKind,
  fieldValidation: FieldValidation,
  isOptions = false,
): () => KubeObject {
  const media = bodyMedia(request.exchange.headers['content-type']);
  const refusal = refusalOf(expected, bytes, isOptions);
  const read = (): DecodedText =>
    media === 'protobuf'
      ? { value: readProtobuf(bytes, expected, refusal), duplicates: [] }
      : decode(() => decodeText(bytes, media), refusal);
  const again = () => read().value;
  return shapedFrom(request, read(), again, schemas, expected, fieldValidation, refusal, isOptions);
}

/**
 * The object that a decoded body is. A body of null, or a YAML file of comments, says nothing about one. `again` gives the decoded
 * value to whoever asks for a second object.
 */
function shapedFrom(
  request: Request,
  decoded: DecodedText,
  again: () => Json,
  schemas: SchemaSet,
  expected: ExpectedKind,
  fieldValidation: FieldValidation,
  refusal: Refusal,
  isOptions = false,
): () => KubeObject {
  const value = decoded.value ?? {};
  const stated = decode(() => typeMetaOf(value), refusal);
  const found = checkKind(schemas, stated, expected, isOptions, refusal);
  const shaped = decode(
    () => shapeObject(schemas, expected.schema, value),
    (error) => refusal(error, found),
  );
  reportStrictErrors(request, decoded, shaped.unknown, fieldValidation, (text) =>
    badRequest(
      `${found.kind} in version ${JSON.stringify(found.version)} cannot be handled as a ${expected.kind}: ${text}`,
    ),
  );
  const object = withKind(shaped.object, expected);
  if (request.audit) recordRequest(request.audit, schemas, expected, object);
  return handingOut(object, schemas, expected, again);
}

/** Keeps nothing of what it has handed out: while a write is on its way to the disk, nobody needs more than its bytes. */
function handingOut(
  object: KubeObject,
  schemas: SchemaSet,
  expected: ExpectedKind,
  again: () => Json,
): () => KubeObject {
  let first: KubeObject | undefined = object;
  return () => {
    const next = first ?? withKind(shapeObject(schemas, expected.schema, again() ?? {}).object, expected);
    first = undefined;
    return next;
  };
}

/** Of another kind only what it is, for the caller to refuse. */
function readProtobuf(bytes: Uint8Array, expected: ExpectedKind, refusal: Refusal): Json {
  const { apiVersion, kind, raw } = decode(() => openProtobuf(bytes), refusal);
  if (kind !== '' && kind !== expected.kind) return { apiVersion, kind };
  const found = { kind, version: parseApiVersion(apiVersion)?.version ?? apiVersion };
  const fields = decode(
    () => decodeProtobuf(raw, expected.schema),
    (error) => refusal(error, found),
  );
  return { apiVersion, kind, ...fields } as Json;
}

/** Unknown and duplicate fields, by the rules of KEP-2885. */
export function reportStrictErrors(
  request: Request,
  decoded: Pick<DecodedText, 'duplicates' | 'text'>,
  unknown: readonly string[],
  fieldValidation: FieldValidation,
  refusal: (text: string) => ApiError,
): void {
  if ((decoded.duplicates.length === 0 && unknown.length === 0) || fieldValidation === 'Ignore') return;
  reportFindings(request, strictFindings(decoded, unknown), fieldValidation, refusal);
}

/** As `reportStrictErrors`, of findings in their order. */
export function reportFindings(
  request: Request,
  findings: readonly string[],
  fieldValidation: FieldValidation,
  refusal: (text: string) => ApiError,
): void {
  if (findings.length === 0 || fieldValidation === 'Ignore') return;
  if (fieldValidation === 'Warn') {
    for (const finding of findings) warn(request, finding);
    return;
  }
  const error = strictDecodingError(findings);
  if (error) throw refusal(error.message);
}

const apiVersionText = ({ group, version }: ExpectedKind): string =>
  group === '' ? version : `${group}/${version}`;

function withKind(object: KubeObject, expected: ExpectedKind): KubeObject {
  object.apiVersion = apiVersionText(expected);
  object.kind = expected.kind;
  return object;
}

type Refusal = (error: DecodeError, found?: FoundKind) => ApiError;

const refusalOf =
  (expected: ExpectedKind, bytes: Uint8Array, isOptions: boolean): Refusal =>
  (error, found) =>
    isOptions ? badRequest(error.message) : decodeFailure(error, expected.kind, found, bytes);

interface FoundKind {
  readonly kind: string;
  readonly version: string;
}

/** A body may leave out what it is; it may not be something else. */
function checkKind(
  schemas: SchemaSet,
  stated: { readonly apiVersion: string; readonly kind: string },
  expected: ExpectedKind,
  isOptions: boolean,
  refusal: Refusal,
): FoundKind {
  const apiVersion = stated.apiVersion || apiVersionText(expected);
  const kind = stated.kind || expected.kind;
  const found = parseApiVersion(apiVersion);
  if (!found) throw refusal(new DecodeError(`unexpected GroupVersion string: ${apiVersion}`));
  const { group, version } = found;
  const isExpected = kind === expected.kind && (isOptions || group === expected.group);
  const foundKind = { kind, version };
  if (!isExpected) {
    const gvk = { group, version, kind };
    const why = isOptions ? optionsMismatch(gvk) : kindMismatch(schemas, gvk, expected);
    throw refusal(new DecodeError(why), foundKind);
  }
  if (isOptions || expected.alsoVersions?.includes(version)) return foundKind;
  if (version !== expected.version) {
    if (!isKnownGroupVersion(apiVersion)) {
      throw refusal(new DecodeError(kindMismatch(schemas, { group, version, kind }, expected)), foundKind);
    }
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionText(expected)})`,
    );
  }
  return foundKind;
}

function decode<T>(step: () => T, refusal: Refusal): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof DecodeError) throw refusal(error);
    throw error;
  }
}

import { cloneJson, type KubeObject } from '../apimachinery/object.ts';
import type { Status } from '../apimachinery/status.ts';
import type { AuditTrail } from '../audit/trail.ts';
import { fillAlwaysPresent, fillNulls } from '../scheme/codec/always-present.ts';
import { decodeText } from '../scheme/codec/decode-text.ts';
import { maxYamlBytes } from '../scheme/codec/yaml-text.ts';
import type { SchemaSet } from '../scheme/schema.ts';
import type { ExpectedKind } from './body.ts';
import type { Request } from './request.ts';

/** How a Status begins, printed for machines or for people, and in how many bytes that is seen. */
const statusStart = /^\{\s*"kind":\s*"Status"/;
const statusStartBytes = 64;

/** How an object of the API begins that is no resource: a list of groups or of resources. */
const objectStart = /^(\{\s*"(kind|apiVersion)"|kind|apiVersion):/;

/** Writes down the object that was sent, with its defaults, as it is before admission and the server change it. */
export function recordRequest(
  audit: AuditTrail,
  schemas: SchemaSet,
  { schema, defaults }: ExpectedKind,
  object: KubeObject,
): void {
  audit.names(object.metadata ?? {});
  if (!audit.wantsRequest) return;
  const shown = cloneJson(object);
  defaults?.(shown);
  fillAlwaysPresent(schemas, schema, shown);
  fillNulls(schemas, schema, shown);
  audit.request(JSON.stringify(shown));
}

/**
 * Writes an answer down. Objects are recorded as JSON, whatever was sent; long YAML is not read back for it. Of documents, only
 * those are recorded that are objects of the API.
 */
export function recordAnswer(
  { info: { isResource } }: Request,
  audit: AuditTrail,
  code: number,
  contentType: string | undefined,
  body: Uint8Array,
): void {
  const isJson = contentType?.startsWith('application/json') === true;
  const isStatus = isJson && statusStart.test(textOf(body.subarray(0, statusStartBytes)));
  if (isStatus) audit.status(JSON.parse(textOf(body)) as Status);
  const isObject = isResource || objectStart.test(textOf(body.subarray(0, statusStartBytes)));
  if (audit.wantsResponse && isObject && body.length > 0) {
    if (isJson) audit.response(textOf(body).trimEnd());
    else if (contentType === 'application/yaml' && body.length <= maxYamlBytes)
      audit.response(JSON.stringify(decodeText(body, 'yaml').value));
  }
  audit.responding(code);
}

/** Writes down an answer that is an error: a Status, unless it is sent as plain text, of which only the code is recorded. */
export function recordError(audit: AuditTrail, status: Status, body: Uint8Array, isText: boolean): void {
  if (!isText) audit.status(status);
  if (audit.wantsResponse && !isText) audit.response(textOf(body).trimEnd());
  audit.responding(status.code);
}

/** Longest list that is recorded. */
const maxRecordedListBytes = 16 * 1024 * 1024;

/** Passes the pieces of a list on, and keeps them for the record; of a list that is too long the record says only that. */
export function* recorded(audit: AuditTrail, pieces: Iterable<Uint8Array>): Iterable<Uint8Array> {
  let kept: Uint8Array[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    bytes += piece.length;
    if (bytes <= maxRecordedListBytes) kept.push(piece);
    else kept = [];
    yield piece;
  }
  if (bytes <= maxRecordedListBytes) audit.response(textOf(Buffer.concat(kept)).trimEnd());
  else audit.annotate('binnacle.dev/response-object', `left out: ${bytes} bytes`);
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();

import { apiVersionOf, parseApiVersion } from '../../apimachinery/gvk.ts';
import { isRecord, type Json, type JsonObject } from '../../apimachinery/object.ts';
import { DecodeError } from '../../scheme/codec/decode-error.ts';
import { typeMetaOf } from '../../scheme/codec/type-meta.ts';
import { valueName } from '../../scheme/codec/walk-state.ts';
import type { ReviewVersion } from './hook.ts';

/** What a webhook has answered. */
export interface Verdict {
  readonly allowed: boolean;
  /** A Status, as far as the webhook has filled it in. */
  readonly status: JsonObject | undefined;
  /** JSON of a patch, when it wants a change. */
  readonly patch: string | undefined;
  /** How the patch is to be read. */
  readonly patchType: string;
  readonly warnings: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
}

interface Asked {
  readonly uid: string;
  readonly version: ReviewVersion;
  readonly mutating: boolean;
}

const group = 'admission.k8s.io';

/** Reads an answer. Throws a DecodeError when it is no AdmissionReview, an Error that says what is wrong with one. */
export function verdictIn(answer: Json, { uid, version, mutating }: Asked): Verdict {
  const meta = typeMetaOf(answer);
  checkKind(meta, version);
  const response = isRecord(answer) ? answer['response'] : undefined;
  if (response === undefined || response === null) throw new Error('webhook response was absent');
  if (!isRecord(response))
    throw wrongType(response, 'AdmissionReview.response', `${version}.AdmissionResponse`);
  const read = readerOf(response as JsonObject);
  const found = {
    uid: read.text('uid') ?? '',
    allowed: read.flag('allowed'),
    status: read.status(),
    patch: read.bytes('patch'),
    patchType: read.text('patchType'),
    annotations: read.texts('auditAnnotations'),
    warnings: read.list('warnings'),
  };
  if (version === 'v1') {
    checkAnswer(meta, found.uid, uid);
    checkPatch(mutating, found.patch, found.patchType);
  }
  return {
    ...found,
    patch: mutating && found.patch !== '' ? found.patch : undefined,
    patchType: version === 'v1' ? (found.patchType ?? '') : 'JSONPatch',
  };
}

/** What is said to be something else is not taken; what says nothing is looked at. */
function checkKind({ apiVersion, kind }: ReturnType<typeof typeMetaOf>, version: ReviewVersion): void {
  const expected = apiVersionOf({ group, version });
  if ((apiVersion === '' || apiVersion === expected) && (kind === '' || kind === 'AdmissionReview')) return;
  if (kind === 'AdmissionReview' && reviewVersions.has(apiVersion)) {
    throw new DecodeError(
      `converting (${apiVersion.slice(group.length + 1)}.${kind}) to (${version}.AdmissionReview): unknown conversion`,
    );
  }
  throw new DecodeError(
    `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/util/webhook/client.go:71"`,
  );
}

const reviewVersions: ReadonlySet<string> = new Set([`${group}/v1`, `${group}/v1beta1`]);

const wrongType = (value: Json, where: string, type: string): DecodeError =>
  new DecodeError(`json: cannot unmarshal ${valueName(value)} into Go struct field ${where} of type ${type}`);

/** Fields of a response, in their types. Each throws a DecodeError for another type. */
function readerOf(response: JsonObject) {
  const typed = <T>(
    value: Json | undefined,
    is: (value: Json) => value is Json & T,
    where: string,
    type: string,
  ): T | undefined => {
    if (value === undefined || value === null) return undefined;
    if (is(value)) return value;
    throw wrongType(value, where, type);
  };
  const at = (field: string) => `AdmissionResponse.response.${field}`;
  const text = (field: string) => typed(response[field], isText, at(field), 'string');
  return {
    text,
    flag: (field: string) => typed(response[field], isFlag, at(field), 'bool') ?? false,
    list: (field: string): string[] =>
      (typed(response[field], isList, at(field), '[]string') ?? []).map(
        (item) => typed(item, isText, at(field), 'string') ?? '',
      ),
    texts: (field: string): Record<string, string> =>
      Object.fromEntries(
        Object.entries(typed(response[field], isObject, at(field), 'map[string]string') ?? {}).map(
          ([key, value]) => [key, typed(value, isText, at(field), 'string') ?? ''],
        ),
      ),
    bytes(field: string): string {
      const value = response[field];
      if (typeof value === 'string') return fromBase64(value);
      if (Array.isArray(value)) {
        if (value.length === 0) return '';
        throw wrongType(value[0]!, at(field), 'uint8');
      }
      return typed(value, isText, at(field), '[]uint8') ?? '';
    },
    status(): JsonObject | undefined {
      const status = typed(response['status'], isObject, at('status'), 'v1.Status');
      if (!status) return undefined;
      const inStatus = (field: string) => `Status.response.status.${field}`;
      for (const field of ['status', 'message', 'reason'])
        typed(status[field], isText, inStatus(field), 'string');
      typed(status['code'], isNumber, inStatus('code'), 'int32');
      typed(status['details'], isObject, inStatus('details'), 'v1.StatusDetails');
      return status;
    },
  };
}

const isText = (value: Json): value is string => typeof value === 'string';
const isFlag = (value: Json): value is boolean => typeof value === 'boolean';
const isNumber = (value: Json): value is number => typeof value === 'number';
const isList = (value: Json): value is Json[] => Array.isArray(value);
const isObject = (value: Json): value is JsonObject => isRecord(value);

const quantum = 4;

/** Go's `base64.StdEncoding`: line breaks do not count, padding does. */
function fromBase64(text: string): string {
  const packed = text.replace(/[\r\n]/g, '');
  const wrong = packed.search(/[^A-Za-z0-9+/=]/);
  const padding = /=*$/.exec(packed)!.index;
  const early = packed.slice(0, padding).indexOf('=');
  const at = [wrong, early].filter((index) => index >= 0);
  if (at.length > 0) throw new DecodeError(`illegal base64 data at input byte ${Math.min(...at)}`);
  if (packed.length % quantum !== 0) {
    throw new DecodeError(`illegal base64 data at input byte ${packed.length - (packed.length % quantum)}`);
  }
  return Buffer.from(packed, 'base64').toString('utf8');
}

function checkAnswer({ apiVersion, kind }: ReturnType<typeof typeMetaOf>, found: string, uid: string): void {
  if (found !== uid)
    throw new Error(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(found)}`);
  const of = parseApiVersion(apiVersion);
  const named = apiVersion === '' ? '/' : of ? apiVersionOf(of) : apiVersion;
  const expected = `${group}/v1, Kind=AdmissionReview`;
  const text = `${named}, Kind=${kind}`;
  if (text !== expected) throw new Error(`expected webhook response of ${expected}, got ${text}`);
}

function checkPatch(mutating: boolean, patch: string, patchType: string | undefined): void {
  const has = (field: string) => new Error(`validating webhook may not return response.${field}`);
  const alone = (one: string, other: string) =>
    new Error(`webhook returned response.${one} but not response.${other}`);
  if (!mutating) {
    if (patch !== '') throw has('patch');
    if (patchType !== undefined) throw has('patchType');
    return;
  }
  if (patch !== '' && patchType === undefined) throw alone('patch', 'patchType');
  if (patch === '' && patchType !== undefined) throw alone('patchType', 'patch');
  if (patchType === '') throw new Error('webhook returned invalid response.patchType of ""');
}

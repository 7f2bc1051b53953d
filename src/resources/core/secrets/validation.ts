import type { ISecret } from 'kubernetes-models/v1/Secret';
import {
  type FieldError,
  FieldPath,
  forbidden,
  invalid,
  required,
  tooLong,
} from '../../../apimachinery/field-error.ts';
import { validateImmutableField } from '../../../apimachinery/meta-validation.ts';
import { isConfigMapKey } from '../../../apimachinery/names.ts';
import { isRecord, jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { base64Bytes, maxDataBytes } from '../data-bytes.ts';

const dataPath = FieldPath.of('data');
const serviceAccountNameKey = 'kubernetes.io/service-account.name';
const redacted = '<secret contents redacted>';

type Data = Readonly<Record<string, string>>;

/** Keys are config keys, all values together are at most 1 MiB, and each well-known type has what it needs. */
export function validateSecret(object: KubeObject): FieldError[] {
  const { data = {} } = object as unknown as ISecret;
  const errors = Object.keys(data).flatMap((key) =>
    isConfigMapKey(key).map((message) => invalid(dataPath.key(key), key, message)),
  );
  if (base64Bytes(data) > maxDataBytes) errors.push(tooLong(dataPath, maxDataBytes));
  return [...errors, ...validateForType(object, data)];
}

function validateForType(object: KubeObject, data: Data): FieldError[] {
  switch (object['type']) {
    case 'kubernetes.io/service-account-token':
      return validateServiceAccountName(object);
    case 'kubernetes.io/dockercfg':
      return validateJsonEntry(data, '.dockercfg');
    case 'kubernetes.io/dockerconfigjson':
      return validateJsonEntry(data, '.dockerconfigjson');
    case 'kubernetes.io/basic-auth':
      return Object.hasOwn(data, 'username') || Object.hasOwn(data, 'password')
        ? []
        : missing(data, ['username', 'password']);
    case 'kubernetes.io/ssh-auth':
      return Object.hasOwn(data, 'ssh-privatekey') && data['ssh-privatekey'] !== ''
        ? []
        : [required(dataPath.key('ssh-privatekey'))];
    case 'kubernetes.io/tls':
      return missing(data, ['tls.crt', 'tls.key']);
    default:
      return [];
  }
}

const missing = (data: Data, keys: readonly string[]): FieldError[] =>
  keys.filter((key) => !Object.hasOwn(data, key)).map((key) => required(dataPath.key(key)));

function validateServiceAccountName({ metadata: { annotations = {} } }: KubeObject): FieldError[] {
  const named =
    Object.hasOwn(annotations, serviceAccountNameKey) && annotations[serviceAccountNameKey] !== '';
  return named ? [] : [required(FieldPath.of('metadata', 'annotations').key(serviceAccountNameKey))];
}

function validateJsonEntry(data: Data, key: string): FieldError[] {
  if (!Object.hasOwn(data, key)) return [required(dataPath.key(key))];
  const problem = jsonObjectProblem(Buffer.from(data[key]!, 'base64').toString());
  return problem === undefined ? [] : [invalid(dataPath.key(key), redacted, problem)];
}

/** Why a text is no JSON object, without a piece of the text: what is in a secret must not come back in an error. */
function jsonObjectProblem(text: string): string | undefined {
  if (text.trim() === '') return 'unexpected end of JSON input';
  try {
    const value: unknown = JSON.parse(text);
    return value === null || isRecord(value)
      ? undefined
      : `json: cannot unmarshal ${goTypeName(value)} into Go value of type map[string]interface {}`;
  } catch {
    return 'invalid character in JSON input';
  }
}

function goTypeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

const frozenMessage = 'field is immutable when `immutable` is set';

/** The type never changes; an immutable secret stays immutable and keeps its data. */
export function validateSecretUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const errors = validateImmutableField(object['type'], old['type'], FieldPath.of('type'));
  if (old['immutable'] === true) {
    if (object['immutable'] !== true) errors.push(forbidden(FieldPath.of('immutable'), frozenMessage));
    if (!jsonEqual(object['data'] ?? {}, old['data'] ?? {})) errors.push(forbidden(dataPath, frozenMessage));
  }
  return [...errors, ...validateSecret(object)];
}

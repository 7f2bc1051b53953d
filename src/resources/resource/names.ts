import {
  type FieldError,
  type FieldPath,
  invalid,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import { byteLength, isCIdentifier, maxSubdomainLength } from '../../apimachinery/names.ts';
import { validateDNS1123Subdomain } from '../validation/name-fields.ts';
import { invalidFor } from '../validation/values.ts';
import { validateCSIDriverName } from '../validation/volume-sources.ts';

const maxIdentifierBytes = 32;
const maxDomainBytes = 63;

/** Of the name of an attribute or capacity: a domain, a slash, an identifier. */
export const maxQualifiedNameLength = maxDomainBytes + 1 + maxIdentifierBytes;

export const validateDriverName = validateCSIDriverName;

/** DNS subdomains between slashes. */
export function validatePoolName(name: string, path: FieldPath): FieldError[] {
  if (name === '') return [required(path)];
  return [
    ...(byteLength(name) > maxSubdomainLength ? [tooLong(path, maxSubdomainLength)] : []),
    ...name.split('/').flatMap((part) => validateDNS1123Subdomain(part, path)),
  ];
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function validateUid(uid: string, path: FieldPath): FieldError[] {
  if (uuidPattern.test(uid)) return [];
  if (!uuidPattern.test(uid.toLowerCase())) {
    const why = uid.length === 36 ? 'invalid UUID format' : `invalid UUID length: ${uid.length}`;
    return [invalid(path, uid, `error validating uid: ${why}`)];
  }
  const detail =
    'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters';
  return [invalid(path, uid, detail)];
}

/** `model`, or `example.com/model`. */
export function validateQualifiedName(name: string, path: FieldPath): FieldError[] {
  const [first = '', second, ...more] = name.split('/');
  if (more.length > 0) return [];
  if (second === undefined) return validateIdentifier(first, path);
  return [
    ...(first === '' ? [invalid(path, '', 'the domain must not be empty')] : validateDriverName(first, path)),
    ...(second === '' ? [invalid(path, '', 'the name must not be empty')] : validateIdentifier(second, path)),
  ];
}

export const validateFullyQualifiedName = (name: string, path: FieldPath): FieldError[] => [
  ...validateQualifiedName(name, path),
  ...(name.includes('/')
    ? []
    : [invalid(path, name, 'a fully qualified name must be a domain and a name separated by a slash')]),
];

const validateIdentifier = (id: string, path: FieldPath): FieldError[] => [
  ...(byteLength(id) > maxIdentifierBytes ? [tooLong(path, maxIdentifierBytes)] : []),
  ...invalidFor(isCIdentifier(id), id, path),
];

import { type FieldError, type FieldPath, invalid, required } from './field-error.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, patternMessage } from './names.ts';

const pathFormat = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const pathPattern = new RegExp(`^${pathFormat}$`);

/** A DNS subdomain of at least three labels: the names of webhooks. */
export function isFullyQualifiedName(path: FieldPath, name: string): FieldError[] {
  if (name === '') return [required(path)];
  const errors = isDNS1123Subdomain(name);
  if (errors.length > 0) return [invalid(path, name, errors.join(','))];
  if (name.split('.').length < 3) {
    return [invalid(path, name, 'should be a domain with at least three segments separated by dots')];
  }
  return [];
}

/** A DNS subdomain of at least two labels, each at most 63 bytes; a final dot is accepted. */
export function isFullyQualifiedDomainName(path: FieldPath, text: string): FieldError[] {
  if (text === '') return [required(path)];
  const name = text.endsWith('.') ? text.slice(0, -1) : text;
  const errors = isDNS1123Subdomain(name);
  if (errors.length > 0) return [invalid(path, name, errors.join(','))];
  const labels = name.split('.');
  if (labels.length < 2) {
    return [invalid(path, name, 'should be a domain with at least two segments separated by dots')];
  }
  for (const label of labels) {
    const labelErrors = isDNS1123Label(label);
    if (labelErrors.length > 0) return [invalid(path, label, labelErrors.join(','))];
  }
  return [];
}

/** `acme.io/foo`: a DNS subdomain, then an HTTP path. */
export function isDomainPrefixedPath(path: FieldPath, value: string): FieldError[] {
  if (value === '') return [required(path)];
  const slash = value.indexOf('/');
  if (slash <= 0 || slash === value.length - 1) {
    return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const host = value.slice(0, slash);
  const rest = value.slice(slash + 1);
  const errors = isDNS1123Subdomain(host).map((message) => invalid(path, host, message));
  if (!pathPattern.test(rest)) errors.push(invalid(path, rest, patternMessage('Invalid path', pathFormat)));
  return errors;
}

/** `acme.io/foo`: a label key that has its prefix. */
export function isDomainPrefixedKey(path: FieldPath, key: string): FieldError[] {
  if (key === '') return [required(path)];
  const errors = isQualifiedName(key).map((message) => invalid(path, key, message));
  if (errors.length === 0 && !key.includes('/')) {
    errors.push(invalid(path, key, 'must be a domain-prefixed key (such as "acme.io/foo")'));
  }
  return errors;
}

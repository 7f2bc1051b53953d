import type { IHostAlias, IPodDNSConfig, IPodSpec } from 'kubernetes-models/v1';
import {
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  required,
  tooLong,
} from '../../apimachinery/field-error.ts';
import { byteLength, isDNS1123SubdomainWithUnderscore } from '../../apimachinery/names.ts';
import { validateIPField } from '../ip-fields.ts';
import { validateDNS1123Subdomain } from './name-fields.ts';
import { invalidFor } from './values.ts';

/** Limits of the resolver in Linux' libc. */
const maxNameservers = 3;
const maxSearchPaths = 32;
const maxSearchListBytes = 2048;
/** Linux' HOST_NAME_MAX. */
const maxHostnameBytes = 64;

/** `spec.dnsConfig`, which policy None requires. */
export function validateDNSConfig(
  config: IPodDNSConfig | undefined,
  policy: string | undefined,
  path: FieldPath,
): FieldError[] {
  if (policy === 'None') {
    if (!config) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if ((config.nameservers ?? []).length === 0) {
      const detail = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
      return [required(path.child('nameservers'), detail)];
    }
  }
  if (!config) return [];
  return [
    ...validateNameservers(config.nameservers ?? [], path.child('nameservers')),
    ...validateSearches(config.searches ?? [], path.child('searches')),
    ...(config.options ?? []).flatMap(({ name }, i) =>
      name ? [] : [required(path.child('options').index(i), 'must not be empty')],
    ),
  ];
}

function validateNameservers(servers: readonly string[], path: FieldPath): FieldError[] {
  const errors =
    servers.length > maxNameservers
      ? [invalid(path, servers, `must not have more than ${maxNameservers} nameservers`)]
      : [];
  return [...errors, ...servers.flatMap((server, i) => validateIPField(server, path.index(i)))];
}

function validateSearches(searches: readonly string[], path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (searches.length > maxSearchPaths) {
    errors.push(invalid(path, searches, `must not have more than ${maxSearchPaths} search paths`));
  }
  if (byteLength(searches.join(' ')) > maxSearchListBytes) {
    const detail = `must not have more than ${maxSearchListBytes} characters (including spaces) in the search list`;
    errors.push(invalid(path, searches, detail));
  }
  for (const [i, search] of searches.entries()) {
    const domain = search.endsWith('.') ? search.slice(0, -1) : search;
    if (search === '.') continue;
    errors.push(...invalidFor(isDNS1123SubdomainWithUnderscore(domain), domain, path.index(i)));
  }
  return errors;
}

/** `spec.hostAliases`. */
export const validateHostAliases = (
  aliases: readonly IHostAlias[] | undefined,
  path: FieldPath,
): FieldError[] =>
  (aliases ?? []).flatMap(({ ip = '', hostnames = [] }, i) => [
    ...validateIPField(ip, path.index(i).child('ip')),
    ...hostnames.flatMap((name, j) =>
      validateDNS1123Subdomain(name, path.index(i).child('hostnames').index(j)),
    ),
  ]);

/** `spec.hostnameOverride`. */
export function validateHostnameOverride(spec: IPodSpec, specPath: FieldPath): FieldError[] {
  const name = spec.hostnameOverride;
  if (name === undefined) return [];
  const path = specPath.child('hostnameOverride');
  return [
    ...(spec.setHostnameAsFQDN
      ? [forbidden(path, 'may not be specified when setHostnameAsFQDN is true')]
      : []),
    ...(spec.hostNetwork ? [forbidden(path, 'may not be specified when hostNetwork is true')] : []),
    ...(byteLength(name) > maxHostnameBytes ? [tooLong(path, maxHostnameBytes)] : []),
    ...validateDNS1123Subdomain(name, path),
  ];
}

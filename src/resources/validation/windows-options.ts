import type { IWindowsSecurityContextOptions } from 'kubernetes-models/v1';
import { type FieldError, type FieldPath, invalid } from '../../apimachinery/field-error.ts';
import { byteLength, isDNS1123Subdomain } from '../../apimachinery/names.ts';
import { invalidFor } from './values.ts';

const maxCredentialSpecKiB = 64;
const maxDomainBytes = 256;
const maxUserBytes = 104;

const netBiosName = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsLabel = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
const dnsName = new RegExp(`^${dnsLabel}(?:\\.${dnsLabel})*$`);
const controlCharacters = /[\0-\x1f\x7f]/;
const forbiddenUserCharacters = /["/\\:;|=,+*?<>@[\]]/;

/** `windowsOptions` of a security context; absent passes. */
export function validateWindowsOptions(
  options: IWindowsSecurityContextOptions | undefined,
  path: FieldPath,
): FieldError[] {
  if (!options) return [];
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options;
  const errors: FieldError[] = [];
  if (gmsaCredentialSpecName !== undefined) {
    const namePath = path.child('gmsaCredentialSpecName');
    errors.push(...invalidFor(isDNS1123Subdomain(gmsaCredentialSpecName), gmsaCredentialSpecName, namePath));
  }
  if (gmsaCredentialSpec !== undefined) {
    const specPath = path.child('gmsaCredentialSpec');
    errors.push(...invalidFor(credentialSpecProblems(gmsaCredentialSpec), gmsaCredentialSpec, specPath));
  }
  if (runAsUserName !== undefined) {
    const messages = userNameProblems(runAsUserName).map((problem) => `runAsUserName${problem}`);
    errors.push(...messages.map((message) => invalid(path.child('runAsUserName'), runAsUserName, message)));
  }
  return errors;
}

function credentialSpecProblems(spec: string): string[] {
  if (spec === '') return ['gmsaCredentialSpec cannot be an empty string'];
  if (byteLength(spec) <= maxCredentialSpecKiB * 1024) return [];
  return [`gmsaCredentialSpec size must be under ${maxCredentialSpecKiB} KiB`];
}

/** `USER` or `DOMAIN\USER`. */
function userNameProblems(name: string): string[] {
  if (name === '') return [' cannot be an empty string'];
  if (controlCharacters.test(name)) return [' cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return [' cannot contain more than one backslash'];
  const user = parts.at(-1)!;
  return [...(parts.length === 2 ? domainProblems(parts[0]!) : []), ...userProblems(user)];
}

function domainProblems(domain: string): string[] {
  const problems: string[] = [];
  if (byteLength(domain) >= maxDomainBytes) {
    problems.push(`'s Domain length must be under ${maxDomainBytes} characters`);
  }
  if (!netBiosName.test(domain) && !dnsName.test(domain)) {
    problems.push("'s Domain doesn't match the NetBios nor the DNS format");
  }
  return problems;
}

function userProblems(user: string): string[] {
  const problems: string[] = [];
  if (user === '') problems.push("'s User cannot be empty");
  else if (byteLength(user) > maxUserBytes) {
    problems.push(`'s User length must not be longer than ${maxUserBytes} characters`);
  }
  if (/^[. ]+$/.test(user)) problems.push("'s User cannot contain only periods or spaces");
  if (forbiddenUserCharacters.test(user)) {
    problems.push(`'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]`);
  }
  return problems;
}

import { headerText } from '../../apimachinery/header-text.ts';
import type { UserInfo } from '../../apimachinery/user.ts';
import type { ChainVerifier } from '../../pki/chain-verifier.ts';
import type { ChainVerdict } from '../../pki/verify-chain.ts';
import type { RequestHeaderOptions } from '../options.ts';
import type { AuthenticationResult, Authenticator, Credentials } from '../types.ts';

const commonName = '2.5.4.3';

/**
 * A proxy in front that has found out who is asking and says so in headers, believed when its own client certificate is of the
 * authorities in `--requestheader-client-ca-file` and has one of the allowed names.
 */
export function requestHeader(given: RequestHeaderOptions, verify: ChainVerifier): Authenticator {
  const options = lowerCase(given);
  const { allowedNames } = options;
  const answer = (credentials: Credentials, verdict: ChainVerdict): AuthenticationResult => {
    if ('problem' in verdict) return { invalid: `x509: ${verdict.problem}` };
    const name = verdict.subject.findLast(({ type }) => type === commonName)?.value ?? '';
    if (allowedNames.length > 0 && !allowedNames.includes(name)) {
      return { invalid: `x509: subject with cn=${name} is not in the allowed list` };
    }
    const user = vouchedUser(options, credentials);
    return user && { user };
  };
  return {
    authenticate(credentials) {
      const { certificates } = credentials;
      if (certificates.length === 0) return undefined;
      const verdict = verify(certificates);
      if (verdict instanceof Promise) return verdict.then((late) => answer(credentials, late));
      return answer(credentials, verdict);
    },
  };
}

function lowerCase(options: RequestHeaderOptions): RequestHeaderOptions {
  const lower = (names: readonly string[]) => names.map((name) => name.trim().toLowerCase());
  return {
    ...options,
    usernameHeaders: lower(options.usernameHeaders),
    uidHeaders: lower(options.uidHeaders),
    groupHeaders: lower(options.groupHeaders),
    extraHeadersPrefix: lower(options.extraHeadersPrefix),
  };
}

/** Undefined when the proxy names nobody. Of a name or uid that is said twice the first one counts. */
function vouchedUser(
  options: RequestHeaderOptions,
  { headers, headerValues }: Credentials,
): UserInfo | undefined {
  const all = (header: string) => headerValues(header).map(headerText);
  const first = (names: readonly string[]) =>
    names.map((name) => all(name)[0] ?? '').find((value) => value !== '') ?? '';
  const name = first(options.usernameHeaders);
  if (name === '') return undefined;
  const uid = first(options.uidHeaders);
  const groups = options.groupHeaders.flatMap(all);
  const extra: Record<string, readonly string[]> = Object.create(null);
  for (const prefix of options.extraHeadersPrefix) {
    for (const header of Object.keys(headers)) {
      if (!header.startsWith(prefix)) continue;
      const key = decodeKey(header.slice(prefix.length));
      extra[key] = [...(extra[key] ?? []), ...all(header)];
    }
  }
  return {
    name,
    ...(uid === '' ? {} : { uid }),
    groups: groups.filter((group) => group !== ''),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

/** Keys may be percent-encoded; what is not is taken as it stands. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

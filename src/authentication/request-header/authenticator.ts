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
    return { user: vouchedUser(options, credentials) };
  };
  return {
    authenticate(credentials) {
      const { certificates, headers } = credentials;
      if (certificates.length === 0 || firstOf(headers, options.usernameHeaders) === '') return undefined;
      const verdict = verify(certificates);
      if (verdict instanceof Promise) return verdict.then((late) => answer(credentials, late));
      return answer(credentials, verdict);
    },
  };
}

type Headers = Credentials['headers'];

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

/** The first of the headers that says something; '' when none does. */
const firstOf = (headers: Headers, names: readonly string[]): string =>
  names.map((name) => headers[name] ?? '').find((value) => value !== '') ?? '';

function vouchedUser(options: RequestHeaderOptions, { headers, headerValues }: Credentials): UserInfo {
  const uid = firstOf(headers, options.uidHeaders);
  const extra = extraOf(options, headers, headerValues);
  return {
    name: firstOf(headers, options.usernameHeaders),
    ...(uid === '' ? {} : { uid }),
    groups: options.groupHeaders.flatMap(headerValues).filter((group) => group !== ''),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

function extraOf(
  { extraHeadersPrefix }: RequestHeaderOptions,
  headers: Headers,
  headerValues: Credentials['headerValues'],
): NonNullable<UserInfo['extra']> {
  const extra: Record<string, readonly string[]> = Object.create(null);
  for (const prefix of extraHeadersPrefix) {
    for (const header of Object.keys(headers)) {
      if (!header.startsWith(prefix)) continue;
      const key = decodeKey(header.slice(prefix.length));
      extra[key] = [...(extra[key] ?? []), ...headerValues(header)];
    }
  }
  return extra;
}

/** Keys may be percent-encoded; what is not is taken as it stands. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

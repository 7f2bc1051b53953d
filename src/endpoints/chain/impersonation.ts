import { headerText } from '../../apimachinery/header-text.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../apimachinery/names.ts';
import { type ApiError, badRequest } from '../../apimachinery/status.ts';
import { anonymousUser, type UserInfo } from '../../apimachinery/user.ts';
import { serviceAccountUserPrefix } from '../../resources/core/serviceaccounts/token-claims.ts';
import type { Exchange } from '../exchange.ts';

/** What the `Impersonate-*` headers ask for. */
export interface Impersonation {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

const anyPrefix = 'impersonate-';
const extraPrefix = 'impersonate-extra-';
const authenticated = 'system:authenticated';
const unauthenticated = 'system:unauthenticated';

/** Groups and values of extra keys: each is asked for on its own, of a webhook perhaps. */
const maxImpersonatedValues = 1_000;

type Sent = Pick<Exchange, 'headers' | 'headerValues'>;

/**
 * Undefined when the sender wants to be itself. Throws a 400 when it names groups or the like but no user, as upstream.
 * Of a name or uid that is said twice the first one counts; groups and values of extra keys are as many as were sent.
 */
export function impersonationOf(sent: Sent): Impersonation | undefined {
  if (!wantsAny(sent.headers)) return undefined;
  const all = (header: string) =>
    sent.headers[header] === undefined ? [] : sent.headerValues(header).map(headerText);
  const name = all('impersonate-user')[0] ?? '';
  const uid = all('impersonate-uid')[0] ?? '';
  const groups = all('impersonate-group');
  const extra: Record<string, readonly string[]> = Object.create(null);
  for (const header of Object.keys(sent.headers)) {
    if (!header.startsWith(extraPrefix)) continue;
    const key = decodeKey(header.slice(extraPrefix.length));
    extra[key] = [...(extra[key] ?? []), ...all(header)];
  }
  const wanted: Impersonation = { name, uid, groups, extra };
  const values = groups.length + Object.values(extra).flat().length;
  if (values > maxImpersonatedValues) {
    throw badRequest(
      `more than ${maxImpersonatedValues} impersonated groups and extra values are not supported`,
    );
  }
  if (name !== '') return wanted;
  if (groups.length > 0 || uid !== '' || Object.keys(extra).length > 0) throw withoutUser(wanted);
  return undefined;
}

function wantsAny(headers: Sent['headers']): boolean {
  for (const name in headers) if (name.startsWith(anyPrefix)) return true;
  return false;
}

/** As Go prints it. */
function withoutUser({ uid, groups, extra }: Impersonation): ApiError {
  const texts = (list: readonly string[]) =>
    `[]string{${list.map((text) => JSON.stringify(text)).join(', ')}}`;
  const entries = Object.keys(extra)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${texts(extra[key]!)}`);
  return badRequest(
    `requested &user.DefaultInfo{Name:"", UID:${JSON.stringify(uid)}, ` +
      `Groups:${groups.length > 0 ? texts(groups) : '[]string(nil)'}, ` +
      `Extra:map[string][]string${entries.length > 0 ? `{${entries.join(', ')}}` : '(nil)'}} ` +
      'without impersonating a user name',
  );
}

/** Keys may be percent-encoded; what is not is taken as it stands. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** The namespace and name of a service account that a user name stands for, if it does. */
export function serviceAccountOf(user: string): { namespace: string; name: string } | undefined {
  if (!user.startsWith(serviceAccountUserPrefix)) return undefined;
  const [namespace = '', name = '', ...more] = user.slice(serviceAccountUserPrefix.length).split(':');
  const isOne =
    more.length === 0 && isDNS1123Label(namespace).length === 0 && isDNS1123Subdomain(name).length === 0;
  return isOne ? { namespace, name } : undefined;
}

/** Who the request is from once that was allowed: everybody but the anonymous user is authenticated. */
export function impersonatedUser({ name, uid, groups, extra }: Impersonation): UserInfo {
  const account = serviceAccountOf(name);
  const own =
    groups.length === 0 && account
      ? ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`]
      : groups;
  const status = name === anonymousUser.name ? unauthenticated : authenticated;
  const said = own.includes(authenticated) || own.includes(unauthenticated);
  return {
    name,
    ...(uid === '' ? {} : { uid }),
    groups: said ? own : [...own, status],
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

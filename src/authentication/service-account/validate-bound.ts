import { parseTime } from '../../apimachinery/clock.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import type { ClaimedObject } from '../../resources/core/serviceaccounts/token-claims.ts';
import type { AuthenticationResult } from '../types.ts';
import { accountUser } from './account-user.ts';
import type { Payload } from './verifier.ts';

/** How far clocks may be apart, and how long what is deleted is still good, as for the reference server. */
const leewayMs = 60_000;

type Refusal = { readonly invalid: string };
const refuse = (invalid: string): Refusal => ({ invalid });
const invalidated = refuse('service account token has been invalidated');

/** Looks whether a bound token is still good: in time, and its account and what it is bound to are still the same. */
export function validateBound(
  payload: Payload,
  reader: Reader,
  nowMs: number,
): NonNullable<AuthenticationResult> {
  const claims = readClaims(payload);
  if (!claims)
    return refuse('service account token claims could not be validated due to unexpected validation error');
  const { namespace, account, pod, node, secret } = claims;
  const refusal =
    outOfTime(claims, nowMs) ??
    accountRefusal(reader, nowMs, namespace, account) ??
    (secret && bindingRefusal(reader, nowMs, 'secrets', namespace, secret)) ??
    (pod && bindingRefusal(reader, nowMs, 'pods', namespace, pod)) ??
    // The node of a pod is only mentioned.
    (node && !pod ? bindingRefusal(reader, nowMs, 'nodes', '', node) : undefined);
  if (refusal) return refusal;
  return { user: accountUser({ namespace, account, pod, node, jti: claims.jti }), ...stale(claims, nowMs) };
}

interface Claims {
  readonly exp: number | undefined;
  readonly iat: number | undefined;
  readonly nbf: number | undefined;
  readonly jti: string;
  readonly sub: string;
  readonly namespace: string;
  readonly account: ClaimedObject;
  readonly pod: ClaimedObject | undefined;
  readonly node: ClaimedObject | undefined;
  readonly secret: ClaimedObject | undefined;
  readonly warnAfter: number;
}

/** Undefined when a claim has another type than it must have. */
function readClaims(payload: Payload): Claims | undefined {
  const own = isRecord(payload['kubernetes.io']) ? payload['kubernetes.io'] : {};
  const times = [payload['exp'], payload['iat'], payload['nbf'], own['warnafter']];
  if (times.some((time) => time !== undefined && typeof time !== 'number')) return undefined;
  const [exp, iat, nbf, warnAfter = 0] = times as (number | undefined)[];
  return {
    exp,
    iat,
    nbf,
    warnAfter,
    jti: textOf(payload['jti']),
    sub: textOf(payload['sub']),
    namespace: textOf(own['namespace']),
    account: claimed(own['serviceaccount']) ?? { name: '', uid: '' },
    pod: claimed(own['pod']),
    node: claimed(own['node']),
    secret: claimed(own['secret']),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const claimed = (value: unknown): ClaimedObject | undefined =>
  isRecord(value) ? { name: textOf(value['name']), uid: textOf(value['uid']) } : undefined;

function outOfTime({ exp, iat, nbf }: Claims, nowMs: number): Refusal | undefined {
  const [earliest, latest] = [(nowMs - leewayMs) / 1000, (nowMs + leewayMs) / 1000];
  if (nbf !== undefined && latest < nbf) return refuse('service account token is not valid yet');
  if (exp !== undefined && earliest > exp) return refuse('service account token has expired');
  if (iat !== undefined && latest < iat) return refuse('service account token is issued in the future');
  return undefined;
}

/** Deleted, and only waiting for its finalizers, for longer than clocks may be apart. */
function isGone({ metadata: { deletionTimestamp } }: KubeObject, nowMs: number): boolean {
  return deletionTimestamp !== undefined && parseTime(deletionTimestamp) < nowMs - leewayMs;
}

function accountRefusal(
  reader: Reader,
  nowMs: number,
  namespace: string,
  { name, uid }: ClaimedObject,
): Refusal | undefined {
  const account = reader.get({ group: '', resource: 'serviceaccounts' }, namespace, name);
  if (name === '') return refuse('resource name may not be empty');
  if (!account) return refuse(`serviceaccounts ${JSON.stringify(name)} not found`);
  if (account.metadata.uid !== uid) {
    return refuse(`service account UID (${account.metadata.uid}) does not match claim (${uid})`);
  }
  return isGone(account, nowMs) ? refuse(`service account ${namespace}/${name} has been deleted`) : undefined;
}

const bindingNames = { secrets: 'secret', pods: 'pod', nodes: 'node' } as const;

function bindingRefusal(
  reader: Reader,
  nowMs: number,
  resource: keyof typeof bindingNames,
  namespace: string,
  { name, uid }: ClaimedObject,
): Refusal | undefined {
  const object = reader.get({ group: '', resource }, namespace, name);
  if (!object) return invalidated;
  if (object.metadata.uid !== uid) {
    const kind = bindingNames[resource];
    return refuse(
      `${kind} UID (${object.metadata.uid}) does not match service account ${kind} ref claim (${uid})`,
    );
  }
  return isGone(object, nowMs) ? invalidated : undefined;
}

/** What is still used after the time at which a new one should have been asked for is noted in the audit record. */
function stale({ warnAfter, sub }: Claims, nowMs: number) {
  const seconds = Math.floor(nowMs / 1000) - warnAfter;
  if (warnAfter === 0 || seconds <= 0) return {};
  return {
    auditAnnotations: {
      'authentication.k8s.io/stale-token': `subject: ${sub}, seconds after warning threshold: ${seconds}`,
    },
  };
}

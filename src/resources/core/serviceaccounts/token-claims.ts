import type { KubeObject } from '../../../apimachinery/object.ts';

/** An object that a token names. */
export interface ClaimedObject {
  readonly name: string;
  readonly uid?: string;
}

/** What a bound token says beyond the claims of every JWT, under `kubernetes.io`. */
export interface KubernetesClaims {
  readonly namespace: string;
  readonly serviceaccount: ClaimedObject;
  readonly pod?: ClaimedObject;
  readonly secret?: ClaimedObject;
  readonly node?: ClaimedObject;
  /** Seconds since the epoch: when whoever still uses the token should have asked for a new one. */
  readonly warnafter?: number;
}

/** The payload of a bound service account token but for its issuer. Times are seconds since the epoch. */
export interface BoundTokenClaims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
  readonly 'kubernetes.io': KubernetesClaims;
  readonly nbf: number;
  readonly sub: string;
}

/** What a token stops working with; a pod's node is only mentioned. */
export interface TokenBinding {
  readonly pod?: ClaimedObject;
  readonly secret?: ClaimedObject;
  readonly node?: ClaimedObject;
}

export const serviceAccountUserPrefix = 'system:serviceaccount:';

export const serviceAccountUser = (namespace: string, name: string): string =>
  `${serviceAccountUserPrefix}${namespace}:${name}`;

export const claimedObject = ({ metadata: { name = '', uid } }: KubeObject): ClaimedObject => ({
  name,
  ...(uid ? { uid } : {}),
});

export interface TokenTerms {
  readonly nowMs: number;
  readonly expirationSeconds: number;
  /** Undefined: nobody is warned. */
  readonly warnAfterSeconds: number | undefined;
  readonly audiences: readonly string[];
  readonly jti: string;
}

/** The claims of a new token of an account. */
export function boundTokenClaims(
  account: KubeObject,
  binding: TokenBinding,
  terms: TokenTerms,
): BoundTokenClaims {
  const { name = '', namespace = '' } = account.metadata;
  const now = Math.floor(terms.nowMs / 1000);
  const { pod, secret, node } = binding;
  return {
    aud: terms.audiences,
    exp: now + terms.expirationSeconds,
    iat: now,
    jti: terms.jti,
    'kubernetes.io': {
      namespace,
      ...(node ? { node } : {}),
      ...(pod ? { pod } : {}),
      ...(secret ? { secret } : {}),
      serviceaccount: claimedObject(account),
      ...(terms.warnAfterSeconds === undefined ? {} : { warnafter: now + terms.warnAfterSeconds }),
    },
    nbf: now,
    sub: serviceAccountUser(namespace, name),
  };
}

export const legacyIssuer = 'kubernetes/serviceaccount';

const legacyPrefix = 'kubernetes.io/serviceaccount';

/** The payload of the token in a Secret of type `kubernetes.io/service-account-token`. It never expires. */
export const legacyTokenClaims = (
  account: KubeObject,
  secret: KubeObject,
): Readonly<Record<string, string>> => {
  const { name = '', namespace = '', uid = '' } = account.metadata;
  return {
    [`${legacyPrefix}/namespace`]: namespace,
    [`${legacyPrefix}/secret.name`]: secret.metadata.name ?? '',
    [`${legacyPrefix}/service-account.name`]: name,
    [`${legacyPrefix}/service-account.uid`]: uid,
    iss: legacyIssuer,
    sub: serviceAccountUser(namespace, name),
  };
};

/** What a legacy token says beyond `sub`; '' for what it lacks. */
export interface LegacyClaims {
  readonly namespace: string;
  readonly secretName: string;
  readonly accountName: string;
  readonly accountUid: string;
}

export function legacyClaimsOf(payload: Readonly<Record<string, unknown>>): LegacyClaims {
  const text = (name: string) => {
    const value = payload[`${legacyPrefix}/${name}`];
    return typeof value === 'string' ? value : '';
  };
  return {
    namespace: text('namespace'),
    secretName: text('secret.name'),
    accountName: text('service-account.name'),
    accountUid: text('service-account.uid'),
  };
}

/**
 * `AuthenticationConfiguration` of `apiserver.config.k8s.io`, as far as it is about JSON web tokens and anonymous requests
 * (staging/src/k8s.io/apiserver/pkg/apis/apiserver/v1). A text that is left out is ''.
 */
export interface AuthenticationConfig {
  readonly jwt: readonly JwtConfig[];
  /** Undefined: what the flags say. */
  readonly anonymous: AnonymousConfig | undefined;
}

export interface AnonymousConfig {
  readonly enabled: boolean;
  /** Paths on which requests without credentials are served; empty: all. */
  readonly conditions: readonly { readonly path: string }[];
}

/** One issuer, and what its tokens mean. */
export interface JwtConfig {
  readonly issuer: IssuerConfig;
  readonly claimValidationRules: readonly ClaimValidationRule[];
  readonly claimMappings: {
    readonly username: PrefixedClaim;
    readonly groups: PrefixedClaim;
    readonly uid: { readonly claim: string; readonly expression: string };
    readonly extra: readonly { readonly key: string; readonly valueExpression: string }[];
  };
  readonly userValidationRules: readonly { readonly expression: string; readonly message: string }[];
}

export interface IssuerConfig {
  readonly url: string;
  readonly discoveryURL: string;
  /** PEM; '' for the authorities that the runtime trusts. */
  readonly certificateAuthority: string;
  readonly audiences: readonly string[];
  readonly audienceMatchPolicy: string;
  readonly egressSelectorType: string;
}

/** Either a claim and its value, or an expression. */
export interface ClaimValidationRule {
  readonly claim: string;
  readonly requiredValue: string;
  readonly expression: string;
  readonly message: string;
}

/** Either a claim with a prefix, or an expression. */
export interface PrefixedClaim {
  readonly claim: string;
  readonly prefix: string | undefined;
  readonly expression: string;
}

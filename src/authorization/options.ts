/** `--authorization-mode`. */
export const authorizationModes = ['AlwaysAllow', 'AlwaysDeny', 'ABAC', 'Webhook', 'RBAC', 'Node'] as const;
export type AuthorizationMode = (typeof authorizationModes)[number];

/** What the flags decide about authorization. '' is a file that is not named. */
export interface AuthorizationOptions {
  /** Asked in this order; the first that allows or denies decides. Empty: RBAC, or what `configFile` says. */
  readonly modes: readonly AuthorizationMode[];
  /** `--authorization-policy-file`, for ABAC. */
  readonly policyFile: string;
  /** `--authorization-webhook-config-file`, for Webhook: a kubeconfig. */
  readonly webhookConfigFile: string;
  /** `--authorization-webhook-version`: of SubjectAccessReview. */
  readonly webhookVersion: 'v1' | 'v1beta1';
  /** `--authorization-webhook-cache-authorized-ttl`, milliseconds; 0: answers are not kept. */
  readonly webhookAuthorizedTtlMs: number;
  /** `--authorization-webhook-cache-unauthorized-ttl`, milliseconds; 0: answers are not kept. */
  readonly webhookUnauthorizedTtlMs: number;
  /** `--authorization-config`: an AuthorizationConfiguration, instead of the modes and the webhook's options. */
  readonly configFile: string;
}

export const defaultAuthorization: AuthorizationOptions = Object.freeze({
  modes: [],
  policyFile: '',
  webhookConfigFile: '',
  webhookVersion: 'v1beta1',
  webhookAuthorizedTtlMs: 5 * 60 * 1_000,
  webhookUnauthorizedTtlMs: 30 * 1_000,
  configFile: '',
});

/** `--authorization-mode`. */
export const authorizationModes = ['RBAC'] as const;
export type AuthorizationMode = (typeof authorizationModes)[number];

/** What the flags decide about authorization. */
export interface AuthorizationOptions {
  /** Asked in this order; the first that allows or denies decides. */
  readonly modes: readonly AuthorizationMode[];
}

export const defaultAuthorization: AuthorizationOptions = Object.freeze({ modes: ['RBAC'] as const });

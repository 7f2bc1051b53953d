import type { AuthorizationMode, AuthorizationOptions } from './options.ts';
import type { FailurePolicy } from './webhook/authorizer.ts';

/** A webhook to be asked. */
export interface WebhookPlan {
  /** A file in the format of a kubeconfig. */
  readonly kubeconfig: string;
  readonly timeoutMs: number;
  readonly version: 'v1' | 'v1beta1';
  /** How long answers are kept, milliseconds; 0: not at all. */
  readonly authorizedTtlMs: number;
  readonly unauthorizedTtlMs: number;
  readonly failurePolicy: FailurePolicy;
  /** CEL, which has been compiled once. */
  readonly matchConditions: readonly string[];
}

/** One authorizer of a union, whether flags or a file ask for it. */
export type PlannedAuthorizer =
  | { readonly type: Exclude<AuthorizationMode, 'Webhook'>; readonly name: string }
  | { readonly type: 'Webhook'; readonly name: string; readonly webhook: WebhookPlan };

const webhookTimeoutMs = 30_000;

/** As every cluster has it: nodes may do what their own pods need, everybody else what roles say. */
const defaultModes: readonly AuthorizationMode[] = ['Node', 'RBAC'];

/** What the flags ask for when they name no configuration file. */
export function planOfFlags(options: AuthorizationOptions): readonly PlannedAuthorizer[] {
  const modes: readonly AuthorizationMode[] = options.modes.length > 0 ? options.modes : defaultModes;
  return modes.map((type) => {
    if (type !== 'Webhook') return { type, name: type.toLowerCase() };
    const webhook: WebhookPlan = {
      kubeconfig: options.webhookConfigFile,
      timeoutMs: webhookTimeoutMs,
      version: options.webhookVersion,
      authorizedTtlMs: options.webhookAuthorizedTtlMs,
      unauthorizedTtlMs: options.webhookUnauthorizedTtlMs,
      failurePolicy: 'NoOpinion',
      matchConditions: [],
    };
    return { type, name: 'default', webhook };
  });
}

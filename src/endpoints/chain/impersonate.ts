import type { ApiError } from '../../apimachinery/status.ts';
import type { UserInfo } from '../../apimachinery/user.ts';
import { forbidden } from '../../authorization/forbidden.ts';
import type { Attributes, Authorizer } from '../../authorization/types.ts';
import type { Impersonation } from './impersonation.ts';
import { type ImpersonationMode, impersonationModes } from './impersonation-modes.ts';

/** Who a request is from once its sender may be somebody else. */
export interface Impersonated {
  readonly user: UserInfo;
  /** The rights that were used, when they are constrained ones. */
  readonly constraint?: string;
}

/**
 * Lets a sender be somebody else, as far as it may (`WithConstrainedImpersonation` of apiserver). `request` is what it is
 * about to do, as itself. Rejects with the 403 of the first way that was tried.
 */
export type Impersonate = (request: Attributes, wanted: Impersonation) => Promise<Impersonated>;

/** Senders whose way is remembered. */
const maxRememberedSenders = 1_024;

/** Whoever was let in one way is likely to come the same way again: it is tried first. */
export function createImpersonate(authorizer: Authorizer): Impersonate {
  const lastModes = new Map<string, ImpersonationMode>();

  const remember = (sender: string, mode: ImpersonationMode) => {
    lastModes.delete(sender);
    lastModes.set(sender, mode);
    if (lastModes.size > maxRememberedSenders) lastModes.delete(lastModes.keys().next().value!);
  };

  const refusalOf = async (mode: ImpersonationMode, request: Attributes, wanted: Impersonation) => {
    for (const { refusal, ...attributes } of mode.checks(wanted, request)) {
      if (refusal !== undefined) return forbidden(attributes, refusal);
      const { decision, reason } = await authorizer.authorize(attributes);
      if (decision !== 'allow') return forbidden(attributes, reason);
    }
    return undefined;
  };

  return async (request, wanted) => {
    const sender = request.user;
    const last = lastModes.get(sender.name);
    const modes = last ? [last, ...impersonationModes.filter((mode) => mode !== last)] : impersonationModes;
    let first: ApiError | undefined;
    for (const mode of modes) {
      const user = mode.user(wanted, sender);
      if (!user) continue;
      const refusal = await refusalOf(mode, request, wanted);
      if (refusal) {
        first ??= refusal;
        continue;
      }
      remember(sender.name, mode);
      return { user, ...(mode.constraint ? { constraint: mode.constraint } : {}) };
    }
    // The unconstrained way is open to everybody, so that something has been refused.
    throw first!;
  };
}

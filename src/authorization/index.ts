import type { Clock } from '../apimachinery/clock.ts';
import type { Log } from '../apimachinery/log.ts';
import type { Random } from '../apimachinery/random.ts';
import type { StampedReader } from '../apimachinery/reader.ts';
import { systemPrivilegedGroup } from '../apimachinery/user.ts';
import type { Reloads } from '../configuration/reloads.ts';
import type { AuthorizationMode, AuthorizationOptions } from './options.ts';
import { privilegedGroups } from './privileged-group/authorizer.ts';
import { rbacAuthorizer } from './rbac/authorizer.ts';
import { type RbacResolver, rbacResolver } from './rbac/resolver.ts';
import type { Authorizer, RuleResolver } from './types.ts';
import { unionAuthorizer } from './union.ts';

/** What authorizers may use. */
export interface AuthorizationTools {
  readonly reader: StampedReader;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly reloads: Reloads;
}

export interface Authorization {
  readonly authorizer: Authorizer;
  /** What SelfSubjectRulesReview lists. */
  readonly rules: RuleResolver;
  /** RBAC's own rules, whatever the modes: its escalation guard needs them. */
  readonly rbac: RbacResolver;
}

/**
 * The authorizers that the options ask for, in that order. Reads the files that the options name; throws a ConfigError when one
 * is not good. Members of `system:masters` may do everything before anybody is asked.
 */
export async function createAuthorization(
  options: AuthorizationOptions,
  { reader }: AuthorizationTools,
): Promise<Authorization> {
  const rbac = rbacResolver(reader, reader.changeStamp);
  const makers: Readonly<Record<AuthorizationMode, () => Authorizer>> = { RBAC: () => rbacAuthorizer(rbac) };
  const chosen = options.modes.map((mode) => makers[mode]());
  return {
    authorizer: unionAuthorizer([privilegedGroups(systemPrivilegedGroup), ...chosen]),
    rules: rbac,
    rbac,
  };
}

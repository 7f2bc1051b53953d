import { systemPrivilegedGroup, type UserInfo } from '../../apimachinery/user.ts';
import { compactRules, uncovered } from '../../resources/rbac/covers.ts';
import { ruleText } from '../policy-rules.ts';
import type { PolicyRule, UserRules } from '../types.ts';

/** Members of `system:masters` may grant what they do not hold. */
export const escalationAllowed = (user: UserInfo): boolean => user.groups.includes(systemPrivilegedGroup);

/** Everything: what the author of a role with an aggregationRule must hold. */
export const fullAuthority: readonly PolicyRule[] = Object.freeze([
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
]);

/** Why an aggregationRule is refused to somebody without `fullAuthority`. */
export const aggregationForbidden = 'must have cluster-admin privileges to use the aggregationRule';

/**
 * The text of the 403 when `wanted` goes beyond what the user holds, undefined when it does not. Source:
 * `pkg/registry/rbac/validation.ConfirmNoEscalation`.
 */
export function escalationCheck(
  user: UserInfo,
  held: UserRules,
  wanted: readonly PolicyRule[],
): string | undefined {
  const missing = uncovered(held.rules, wanted);
  if (missing.length === 0) return undefined;
  const groups = user.groups.map((group) => JSON.stringify(group)).join(' ');
  const lines = [...new Set(compactRules(missing).map(ruleText))].sort();
  const problems = held.error === undefined ? '' : `; resolution errors: [${held.error}]`;
  return `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}${problems}`;
}

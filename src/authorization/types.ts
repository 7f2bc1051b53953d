import type { RequestAttributes } from '../apimachinery/request-attributes.ts';
import type { UserInfo } from '../apimachinery/user.ts';
import type { PolicyRule } from '../resources/rbac/policy-rule.ts';
import type { SelectorTerm } from './selectors.ts';

export type { PolicyRule };

/** What an authorizer may look at. */
export interface Attributes extends RequestAttributes {
  /** What a list, watch or deletecollection narrows itself with. */
  readonly fieldSelector?: readonly SelectorTerm[];
  readonly labelSelector?: readonly SelectorTerm[];
}

export type Decision = 'allow' | 'deny' | 'noOpinion';

/** The answer of one authorizer. `error` tells what went wrong on the way; it does not change the decision. */
export interface Verdict {
  readonly decision: Decision;
  /** Shown to the sender when the request is refused and kept for audit; '' when there is nothing to say. */
  readonly reason: string;
  readonly error?: string;
}

/**
 * Decides whether a request may go on. Called once per request after authentication, and by admission and access reviews.
 * Must not throw: a failure is a `noOpinion` with `error`.
 */
export interface Authorizer {
  authorize(attributes: Attributes): Verdict | Promise<Verdict>;
}

/** What a user may do in one namespace, as far as an authorizer can list it. */
export interface UserRules {
  readonly rules: readonly PolicyRule[];
  /** True when there may be rights beyond `rules`. */
  readonly incomplete: boolean;
  readonly error?: string;
}

/** Lists rights rather than deciding on one. Answers SelfSubjectRulesReview and the escalation checks. */
export interface RuleResolver {
  rulesFor(user: UserInfo, namespace: string): UserRules;
}

export const noOpinion: Verdict = Object.freeze({ decision: 'noOpinion', reason: '' });

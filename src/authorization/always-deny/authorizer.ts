import type { Authorizer, RuleResolver, UserRules, Verdict } from '../types.ts';

const refused: Verdict = Object.freeze({ decision: 'noOpinion', reason: 'Everything is forbidden.' });
const nothing: UserRules = Object.freeze({ rules: [], incomplete: false });

/** `--authorization-mode=AlwaysDeny`: without an opinion, so that authorizers after it may still allow. */
export const alwaysDeny: Authorizer & RuleResolver = Object.freeze({
  authorize: () => refused,
  rulesFor: () => nothing,
});

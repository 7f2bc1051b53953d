import type { Authorizer, RuleResolver, UserRules, Verdict } from '../types.ts';

const allowed: Verdict = Object.freeze({ decision: 'allow', reason: '' });

const everything: UserRules = Object.freeze({
  rules: [
    { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
    { verbs: ['*'], nonResourceURLs: ['*'] },
  ],
  incomplete: false,
});

/** `--authorization-mode=AlwaysAllow` */
export const alwaysAllow: Authorizer & RuleResolver = Object.freeze({
  authorize: () => allowed,
  rulesFor: () => everything,
});

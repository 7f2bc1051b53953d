import { type Authorizer, noOpinion, type Verdict } from '../types.ts';

const allowed: Verdict = Object.freeze({ decision: 'allow', reason: '' });

/** First in every union: lets members of the given groups pass without looking at roles. */
export function privilegedGroups(...groups: readonly string[]): Authorizer {
  return {
    authorize: ({ user }) => (user.groups.some((group) => groups.includes(group)) ? allowed : noOpinion),
  };
}

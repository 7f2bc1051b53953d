import { aggregateErrors } from './errors.ts';
import type { Authorizer, RuleResolver, Verdict } from './types.ts';

/**
 * Asks one authorizer after the other; the first that allows or denies has decided. When all are without opinion their
 * reasons are joined, one a line.
 */
export function unionAuthorizer(authorizers: readonly Authorizer[]): Authorizer {
  return {
    async authorize(attributes) {
      const reasons: string[] = [];
      const errors: string[] = [];
      for (const authorizer of authorizers) {
        const verdict = await authorizer.authorize(attributes);
        if (verdict.decision !== 'noOpinion') return verdict;
        if (verdict.reason !== '') reasons.push(verdict.reason);
        if (verdict.error !== undefined) errors.push(verdict.error);
      }
      return undecided(reasons, errors);
    },
  };
}

function undecided(reasons: readonly string[], errors: readonly string[]): Verdict {
  const error = aggregateErrors(errors);
  return { decision: 'noOpinion', reason: reasons.join('\n'), ...(error === undefined ? {} : { error }) };
}

/** The rights of all resolvers together. */
export function unionRuleResolver(resolvers: readonly RuleResolver[]): RuleResolver {
  return {
    rulesFor(user, namespace) {
      const answers = resolvers.map((resolver) => resolver.rulesFor(user, namespace));
      const error = aggregateErrors(answers.flatMap((answer) => answer.error ?? []));
      return {
        rules: answers.flatMap((answer) => answer.rules),
        incomplete: answers.some((answer) => answer.incomplete),
        ...(error === undefined ? {} : { error }),
      };
    },
  };
}

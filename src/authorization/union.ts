import { aggregateErrors } from './errors.ts';
import type { Attributes, Authorizer, RuleResolver, Verdict } from './types.ts';

/**
 * Asks one authorizer after the other; the first that allows or denies has decided. When all are without opinion their
 * reasons are joined, one a line. Answers at once as long as they do.
 */
export function unionAuthorizer(authorizers: readonly Authorizer[]): Authorizer {
  const ask = (attributes: Attributes, from: number, asked: Asked): Verdict | Promise<Verdict> => {
    for (let at = from; at < authorizers.length; at++) {
      const verdict = authorizers[at]!.authorize(attributes);
      if (verdict instanceof Promise)
        return verdict.then((late) => decided(late, asked) ?? ask(attributes, at + 1, asked));
      const decision = decided(verdict, asked);
      if (decision) return decision;
    }
    return undecided(asked);
  };
  return { authorize: (attributes) => ask(attributes, 0, { reasons: [], errors: [] }) };
}

/** What those have said who did not decide. */
interface Asked {
  readonly reasons: string[];
  readonly errors: string[];
}

/** The verdict when it is one; otherwise notes what was said. */
function decided(verdict: Verdict, { reasons, errors }: Asked): Verdict | undefined {
  if (verdict.decision !== 'noOpinion') return verdict;
  if (verdict.reason !== '') reasons.push(verdict.reason);
  if (verdict.error !== undefined) errors.push(verdict.error);
  return undefined;
}

function undecided({ reasons, errors }: Asked): Verdict {
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

import { aggregateErrors } from './errors.ts';
import type { Attributes, Authorizer, RuleResolver, Verdict } from './types.ts';

/**
 * Asks one authorizer after the other; the first that allows or denies has decided. When all are without opinion their
 * reasons are joined, one a line. Answers a promise only when one of them has to wait.
 */
export function unionAuthorizer(authorizers: readonly Authorizer[]): Authorizer {
  return { authorize: (attributes) => ask(authorizers, attributes, 0, [], []) };
}

function ask(
  authorizers: readonly Authorizer[],
  attributes: Attributes,
  from: number,
  reasons: string[],
  errors: string[],
): Verdict | Promise<Verdict> {
  for (let at = from; at < authorizers.length; at++) {
    const verdict = authorizers[at]!.authorize(attributes);
    if (verdict instanceof Promise) {
      return verdict.then((late) =>
        decides(late, reasons, errors) ? late : ask(authorizers, attributes, at + 1, reasons, errors),
      );
    }
    if (decides(verdict, reasons, errors)) return verdict;
  }
  return undecided(reasons, errors);
}

function decides(verdict: Verdict, reasons: string[], errors: string[]): boolean {
  if (verdict.decision !== 'noOpinion') return true;
  if (verdict.reason !== '') reasons.push(verdict.reason);
  if (verdict.error !== undefined) errors.push(verdict.error);
  return false;
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

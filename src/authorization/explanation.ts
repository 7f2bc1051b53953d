import type { KubeObject } from '../apimachinery/object.ts';
import { ruleText } from './policy-rules.ts';
import type { Attributes, Authorizer, Decision, PolicyRule } from './types.ts';

/** In what a rule differs from a request. */
export type Difference = 'verb' | 'apiGroup' | 'resource' | 'name' | 'namespace' | 'path';

/** A rule that would have allowed the request, had it differed in less. */
export interface NearMiss {
  /** `RoleBinding "readers/default" of Role "reader" to User "jane"`. */
  readonly via: string;
  readonly rule: PolicyRule;
  readonly differs: readonly Difference[];
}

/** What an authorizer looked at. */
export interface Considered {
  /** How many rules that name the user, wherever they apply. */
  readonly rules: number;
  /** The nearest ones first; none when the request was allowed, or when the authorizer has no rules. */
  readonly nearest: readonly NearMiss[];
}

/** One authorizer of the union, and what it said. */
export interface ExplainedStep extends Considered {
  readonly authorizer: string;
  readonly decision: Decision;
  readonly reason: string;
  readonly error?: string;
}

/** Why a request is allowed or refused. */
export interface Explanation {
  readonly allowed: boolean;
  readonly reason: string;
  /** Those that were asked, in order; the last one decided when it allowed or denied. */
  readonly steps: readonly ExplainedStep[];
  /** The smallest role that would allow it, and its binding; none when it is allowed, or when a role would not help. */
  readonly remedy: readonly KubeObject[];
}

/** An authorizer that can be asked what it looked at. `thorough`: also where the request does not go, which takes longer. */
export interface ExplainedAuthorizer extends Authorizer {
  readonly name: string;
  consider(attributes: Attributes, thorough: boolean): Considered;
  /** Objects that would make it allow the request. */
  remedy(attributes: Attributes): readonly KubeObject[];
}

/** For authorizers without rules that could be listed. */
export const withoutRules = Object.freeze({
  consider: (): Considered => ({ rules: 0, nearest: [] }),
  remedy: (): readonly KubeObject[] => [],
});

/** Asks one authorizer after the other, as their union does, and tells what each said. */
export async function explain(
  authorizers: readonly ExplainedAuthorizer[],
  attributes: Attributes,
  thorough: boolean,
): Promise<Explanation> {
  const steps: ExplainedStep[] = [];
  for (const authorizer of authorizers) {
    const verdict = await authorizer.authorize(attributes);
    const { rules, nearest } = authorizer.consider(attributes, thorough);
    const allowed = verdict.decision === 'allow';
    steps.push({ authorizer: authorizer.name, ...verdict, rules, nearest: allowed ? [] : nearest });
    if (verdict.decision === 'noOpinion') continue;
    // Behind somebody who denies, no role helps.
    return { allowed, reason: verdict.reason, steps, remedy: [] };
  }
  const reasons = steps.map(({ reason }) => reason).filter((reason) => reason !== '');
  const remedy = authorizers.flatMap((authorizer) => authorizer.remedy(attributes));
  return { allowed: false, reason: reasons.join('\n'), steps, remedy };
}

/** Longest hint, characters: rules may be long, and every refused request may leave one. */
export const maxHintLength = 1_024;

/** In a line, what is nearest to allowing a refused request; '' when nothing is. Asks nobody again. */
export function hint(authorizers: readonly ExplainedAuthorizer[], attributes: Attributes): string {
  const misses = authorizers.flatMap((authorizer) => authorizer.consider(attributes, false).nearest);
  const [nearest] = misses;
  if (!nearest) return '';
  return missText(nearest).slice(0, maxHintLength);
}

/** `RoleBinding "a/b" of Role "c" to User "d" differs in verb: {APIGroups:[""], Resources:["pods"], Verbs:["get"]}`. */
export const missText = ({ via, rule, differs }: NearMiss): string =>
  `${via} differs in ${differs.join(' and ')}: ${ruleText(rule)}`;

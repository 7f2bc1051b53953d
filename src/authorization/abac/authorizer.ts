import type { UserInfo } from '../../apimachinery/user.ts';
import type { Attributes, Authorizer, PolicyRule, RuleResolver, Verdict } from '../types.ts';
import type { AbacPolicy } from './policy-file.ts';

const allowed: Verdict = Object.freeze({ decision: 'allow', reason: '' });
const unmatched: Verdict = Object.freeze({ decision: 'noOpinion', reason: 'No policy matched.' });

const readVerbs = ['get', 'list', 'watch'];

/** `--authorization-mode=ABAC`: allows what a line of the policy file says, and never denies. */
export const abacAuthorizer = (policies: readonly AbacPolicy[]): Authorizer & RuleResolver => ({
  authorize: (attributes) =>
    policies.some((policy) => policyAllows(policy, attributes)) ? allowed : unmatched,
  rulesFor: (user, namespace) => ({
    rules: policies
      .filter((policy) => subjectMatches(policy, user) && isOrStar(policy.namespace, namespace))
      .flatMap(rulesOf),
    incomplete: false,
  }),
});

/** Source: `pkg/auth/authorizer/abac`. */
function policyAllows(policy: AbacPolicy, attributes: Attributes): boolean {
  if (!subjectMatches(policy, attributes.user)) return false;
  if (policy.readonly && !readVerbs.includes(attributes.verb)) return false;
  return attributes.resourceRequest
    ? isOrStar(policy.namespace, attributes.namespace) &&
        isOrStar(policy.resource, attributes.resource) &&
        isOrStar(policy.apiGroup, attributes.group)
    : pathMatches(policy.nonResourcePath, attributes.path);
}

/** Both the user and the group must fit when both are given; one must be. */
function subjectMatches({ user, group }: AbacPolicy, who: UserInfo): boolean {
  if (user === '' && group === '') return false;
  return (user === '' || user === who.name) && (group === '' || who.groups.includes(group));
}

const isOrStar = (pattern: string, value: string): boolean => pattern === '*' || pattern === value;

const pathMatches = (pattern: string, path: string): boolean =>
  isOrStar(pattern, path) || (pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, '')));

function rulesOf({ readonly, apiGroup, resource, nonResourcePath }: AbacPolicy): PolicyRule[] {
  const verbs = readonly ? readVerbs : ['*'];
  return [
    ...(resource === '' ? [] : [{ verbs, apiGroups: [apiGroup], resources: [resource] }]),
    ...(nonResourcePath === '' ? [] : [{ verbs, nonResourceURLs: [nonResourcePath] }]),
  ];
}

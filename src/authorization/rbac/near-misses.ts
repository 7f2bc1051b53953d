import type { Considered, Difference, NearMiss } from '../explanation.ts';
import { allowsGroup, allowsName, allowsPath, allowsResource, allowsVerb } from '../policy-rules.ts';
import type { Attributes, PolicyRule } from '../types.ts';
import { describeSource } from './authorizer.ts';
import type { Grant, RbacResolver } from './resolver.ts';

/** Near misses that are told. */
const maxNearest = 3;
/** A rule that differs in more has nothing to do with the request. */
const maxDifferences = 2;

/** The rules that name the user, and those that miss the request by least. */
export function consideredRules(
  resolver: RbacResolver,
  attributes: Attributes,
  thorough: boolean,
): Considered {
  const misses: NearMiss[] = [];
  let rules = 0;
  const look = (grants: Iterable<Grant>, elsewhere: boolean) => {
    for (const { source, role } of grants) {
      if ('error' in role) continue;
      rules += role.rules.length;
      for (const rule of role.rules) {
        const differs = differences(attributes, rule, elsewhere);
        if (differs && differs.length <= maxDifferences) {
          misses.push({ via: describeSource(source), rule, differs });
        }
      }
    }
  };
  look(resolver.grants(attributes.user, attributes.namespace), false);
  if (thorough) look(resolver.grantsElsewhere(attributes.user, attributes.namespace), true);
  misses.sort((a, b) => rank(a) - rank(b));
  return { rules, nearest: misses.slice(0, maxNearest) };
}

/** Another verb on the same thing is nearer than the same verb on another thing. */
const weights: Readonly<Record<Difference, number>> = {
  verb: 10,
  name: 10,
  namespace: 11,
  path: 12,
  resource: 12,
  apiGroup: 13,
};

const rank = ({ differs }: NearMiss): number => differs.reduce((sum, part) => sum + weights[part], 0);

/** In what a rule differs; undefined when it is about the other kind of request. */
function differences(attributes: Attributes, rule: PolicyRule, elsewhere: boolean): Difference[] | undefined {
  const differs: Difference[] = allowsVerb(rule, attributes) ? [] : ['verb'];
  if (!attributes.resourceRequest) {
    if (!rule.nonResourceURLs?.length || elsewhere) return undefined;
    if (!allowsPath(rule, attributes)) differs.push('path');
    return differs;
  }
  if (!rule.resources?.length) return undefined;
  if (elsewhere) differs.push('namespace');
  if (!allowsGroup(rule, attributes)) differs.push('apiGroup');
  if (!allowsResource(rule, attributes)) differs.push('resource');
  if (!allowsName(rule, attributes)) differs.push('name');
  return differs;
}

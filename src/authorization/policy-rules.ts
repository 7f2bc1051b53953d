import type { Attributes, PolicyRule } from './types.ts';

const anything = '*';

const none: readonly string[] = [];

const has = (list: readonly string[] | undefined, wanted: string): boolean => {
  for (const item of list ?? none) if (item === anything || item === wanted) return true;
  return false;
};

/** `pods`, `pods/log`, `*`, and a star before `/scale` for one subresource of every resource. */
function resourceMatches(rule: PolicyRule, resource: string, subresource: string): boolean {
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  for (const item of rule.resources ?? none) {
    if (item === anything || item === combined) return true;
    if (subresource !== '' && item === `*/${subresource}`) return true;
  }
  return false;
}

function resourceNameMatches(rule: PolicyRule, name: string): boolean {
  const names = rule.resourceNames ?? none;
  return names.length === 0 || names.includes(name);
}

/** `/healthz`, `*`, and `/healthz/*` for everything below. */
export function nonResourceUrlMatches(pattern: string, path: string): boolean {
  if (pattern === anything || pattern === path) return true;
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''));
}

/*
 * The parts of a rule, each on its own: what an explanation looks at.
 */

export const allowsVerb = (rule: PolicyRule, { verb }: Attributes): boolean => has(rule.verbs, verb);
export const allowsGroup = (rule: PolicyRule, { group }: Attributes): boolean => has(rule.apiGroups, group);
export const allowsResource = (rule: PolicyRule, { resource, subresource }: Attributes): boolean =>
  resourceMatches(rule, resource, subresource);
export const allowsName = (rule: PolicyRule, { name }: Attributes): boolean =>
  resourceNameMatches(rule, name);
export const allowsPath = (rule: PolicyRule, { path }: Attributes): boolean =>
  (rule.nonResourceURLs ?? none).some((pattern) => nonResourceUrlMatches(pattern, path));

/** Whether one rule permits the request. Source: `plugin/pkg/auth/authorizer/rbac`. */
export function ruleAllows(attributes: Attributes, rule: PolicyRule): boolean {
  if (!allowsVerb(rule, attributes)) return false;
  if (!attributes.resourceRequest) return allowsPath(rule, attributes);
  return allowsGroup(rule, attributes) && allowsResource(rule, attributes) && allowsName(rule, attributes);
}

export const rulesAllow = (attributes: Attributes, rules: readonly PolicyRule[]): boolean =>
  rules.some((rule) => ruleAllows(attributes, rule));

const quoted = (list: readonly string[]) => `[${list.map((item) => JSON.stringify(item)).join(' ')}]`;

/** One line for messages: `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`. */
export function ruleText(rule: PolicyRule): string {
  const parts: [string, readonly string[] | undefined][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const texts = parts.flatMap(([name, list]) => (list?.length ? `${name}:${quoted(list)}` : []));
  return `{${texts.join(', ')}}`;
}

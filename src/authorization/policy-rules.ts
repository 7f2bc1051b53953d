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

/** Whether one rule permits the request. Source: `plugin/pkg/auth/authorizer/rbac`. */
export function ruleAllows(attributes: Attributes, rule: PolicyRule): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  if (!attributes.resourceRequest) {
    return (rule.nonResourceURLs ?? none).some((pattern) => nonResourceUrlMatches(pattern, attributes.path));
  }
  return (
    has(rule.apiGroups, attributes.group) &&
    resourceMatches(rule, attributes.resource, attributes.subresource) &&
    resourceNameMatches(rule, attributes.name)
  );
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

import type { PolicyRule } from './policy-rule.ts';

/**
 * The parts of `wanted` that `owned` does not contain, each broken down to one group, resource, verb and name. Source:
 * component-helpers `auth/rbac/validation.Covers`.
 */
export function uncovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter((part) => !owned.some((rule) => ruleCovers(rule, part)));
}

/** Parts that one rule is broken down to. One of more can only be covered by a single rule. */
const maxParts = 100_000;

function partsOf({
  apiGroups = [],
  resources = [],
  verbs,
  resourceNames = [],
  nonResourceURLs = [],
}: PolicyRule) {
  const named = Math.max(resourceNames.length, 1);
  return (apiGroups.length * resources.length * named + nonResourceURLs.length) * verbs.length;
}

function breakDown(rule: PolicyRule): PolicyRule[] {
  if (partsOf(rule) > maxParts) return [rule];
  const parts: PolicyRule[] = [];
  for (const group of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs) {
        const part = { apiGroups: [group], resources: [resource], verbs: [verb] };
        const names = rule.resourceNames ?? [];
        if (names.length === 0) parts.push(part);
        for (const name of names) parts.push({ ...part, resourceNames: [name] });
      }
    }
  }
  for (const url of rule.nonResourceURLs ?? []) {
    for (const verb of rule.verbs) parts.push({ nonResourceURLs: [url], verbs: [verb] });
  }
  return parts;
}

const hasAll = (owned: readonly string[] = [], wanted: readonly string[] = []) =>
  wanted.every((item) => owned.includes(item));

const hasAllOrStar = (owned: readonly string[] = [], wanted: readonly string[] = []) =>
  owned.includes('*') || hasAll(owned, wanted);

function resourcesCover(owned: readonly string[] = [], wanted: readonly string[] = []): boolean {
  if (owned.includes('*')) return true;
  return wanted.every((path) => {
    if (owned.includes(path)) return true;
    const slash = path.indexOf('/');
    return slash >= 0 && owned.includes(`*${path.slice(slash)}`);
  });
}

function urlCovers(owned: string, wanted: string): boolean {
  return owned === wanted || (owned.endsWith('*') && wanted.startsWith(owned.replace(/\*+$/, '')));
}

function namesCover(owned: readonly string[] = [], wanted: readonly string[] = []): boolean {
  return owned.length === 0 || (wanted.length > 0 && hasAll(owned, wanted));
}

function ruleCovers(owned: PolicyRule, wanted: PolicyRule): boolean {
  return (
    hasAllOrStar(owned.verbs, wanted.verbs) &&
    hasAllOrStar(owned.apiGroups, wanted.apiGroups) &&
    resourcesCover(owned.resources, wanted.resources) &&
    namesCover(owned.resourceNames, wanted.resourceNames) &&
    (wanted.nonResourceURLs ?? []).every((url) =>
      (owned.nonResourceURLs ?? []).some((ownedUrl) => urlCovers(ownedUrl, url)),
    )
  );
}

/** Folds rules that differ in nothing but their verb into one: what makes a list of missing rights readable. */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const kept: PolicyRule[] = [];
  const simple = new Map<string, PolicyRule>();
  for (const rule of rules) {
    if (!isSimple(rule)) {
      kept.push(rule);
      continue;
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames ?? []]);
    const same = simple.get(key);
    simple.set(key, same ? { ...same, verbs: [...same.verbs, ...rule.verbs] } : rule);
  }
  return [...kept, ...simple.values()];
}

const isSimple = (rule: PolicyRule): boolean =>
  rule.apiGroups?.length === 1 &&
  rule.resources?.length === 1 &&
  (rule.resourceNames ?? []).length <= 1 &&
  (rule.nonResourceURLs ?? []).length === 0;

import type { UserInfo } from '../apimachinery/user.ts';
import type { FlowRule } from '../resources/flowcontrol/flowschemas/rules.ts';
import type { FlowSubject } from '../resources/flowcontrol/flowschemas/subjects.ts';
import type { FlowInfo } from './types.ts';

const anything = '*';
const none: readonly string[] = [];

type ResourceRule = NonNullable<FlowRule['resourceRules']>[number];
type NonResourceRule = NonNullable<FlowRule['nonResourceRules']>[number];

/** Whether one of a FlowSchema's rules is about the request. Source: `util/flowcontrol/rule.go`. */
export function rulesMatch(rules: readonly FlowRule[], user: UserInfo, info: FlowInfo): boolean {
  for (const rule of rules) if (ruleMatches(rule, user, info)) return true;
  return false;
}

function ruleMatches(
  { subjects, resourceRules, nonResourceRules }: FlowRule,
  user: UserInfo,
  info: FlowInfo,
) {
  if (!subjects?.some((subject) => subjectMatches(subject, user))) return false;
  return info.isResource
    ? (resourceRules ?? []).some((rule) => resourceRuleMatches(rule, info))
    : (nonResourceRules ?? []).some((rule) => nonResourceRuleMatches(rule, info));
}

function subjectMatches({ kind, user: named, group, serviceAccount }: FlowSubject, user: UserInfo): boolean {
  switch (kind) {
    case 'User':
      return named !== undefined && (named.name === anything || named.name === user.name);
    case 'Group':
      return group !== undefined && (group.name === anything || user.groups.includes(group.name!));
    case 'ServiceAccount': {
      if (!serviceAccount) return false;
      const inNamespace = `system:serviceaccount:${serviceAccount.namespace}:`;
      return serviceAccount.name === anything
        ? user.name.startsWith(inNamespace)
        : user.name === inNamespace + serviceAccount.name;
    }
    default:
      return false;
  }
}

/** A star stands alone. */
const has = (list: readonly string[] | undefined, wanted: string): boolean => {
  const all = list ?? none;
  return (all.length === 1 && all[0] === anything) || all.includes(wanted);
};

function resourceRuleMatches(rule: ResourceRule, info: FlowInfo): boolean {
  const { verb, group, resource, subresource, namespace } = info;
  return (
    has(rule.verbs, verb) &&
    has(rule.resources, subresource === '' ? resource : `${resource}/${subresource}`) &&
    has(rule.apiGroups, group) &&
    (namespace === '' ? rule.clusterScope === true : has(rule.namespaces, namespace))
  );
}

function nonResourceRuleMatches(rule: NonResourceRule, { verb, path }: FlowInfo): boolean {
  return has(rule.verbs, verb) && (rule.nonResourceURLs ?? none).some((url) => urlMatches(url, path));
}

/** `/healthz` and what is below it, `/debug/*`, `*`. */
function urlMatches(url: string, path: string): boolean {
  if (url === anything || url === path) return true;
  const prefix = url.endsWith('*') ? url.slice(0, -1) : url;
  return path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
}

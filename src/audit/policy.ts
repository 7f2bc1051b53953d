import type { AuditedRequest, Level, Stage } from './types.ts';

export interface GroupResources {
  /** Default: the core group. */
  readonly group?: string | undefined;
  readonly resources?: readonly string[] | undefined;
  readonly resourceNames?: readonly string[] | undefined;
}

/** `audit.k8s.io/v1` PolicyRule. What is left out, or empty, matches everything. */
export interface PolicyRule {
  readonly level: Level;
  readonly users?: readonly string[] | undefined;
  readonly userGroups?: readonly string[] | undefined;
  readonly verbs?: readonly string[] | undefined;
  readonly resources?: readonly GroupResources[] | undefined;
  readonly namespaces?: readonly string[] | undefined;
  readonly nonResourceURLs?: readonly string[] | undefined;
  readonly omitStages?: readonly Stage[] | undefined;
  readonly omitManagedFields?: boolean | undefined;
}

/** `audit.k8s.io/v1` Policy. */
export interface Policy {
  readonly rules: readonly PolicyRule[];
  readonly omitStages?: readonly Stage[] | undefined;
  readonly omitManagedFields?: boolean | undefined;
}

/** What becomes of one request. */
export interface AuditDecision {
  readonly level: Level;
  readonly omitStages: ReadonlySet<Stage>;
  readonly omitManagedFields: boolean;
}

/** The first rule that matches decides; a request that none matches is not recorded. */
export function policyEvaluator(policy: Policy): (request: AuditedRequest) => AuditDecision {
  const decisionOf = (rule: Partial<PolicyRule>): AuditDecision => ({
    level: rule.level ?? 'None',
    omitStages: new Set([...(policy.omitStages ?? []), ...(rule.omitStages ?? [])]),
    omitManagedFields: rule.omitManagedFields ?? policy.omitManagedFields ?? false,
  });
  const rules = policy.rules.map((rule) => ({ rule, decision: decisionOf(rule) }));
  const otherwise = decisionOf({});
  return (request) => rules.find(({ rule }) => matches(rule, request))?.decision ?? otherwise;
}

const isGiven = (list: readonly unknown[] | undefined): list is readonly unknown[] =>
  list !== undefined && list.length > 0;

const admits = (list: readonly string[] | undefined, value: string | undefined): boolean =>
  !isGiven(list) || (value !== undefined && list.includes(value));

function matches(rule: PolicyRule, request: AuditedRequest): boolean {
  const { user, verb } = request;
  if (!admits(rule.users, user?.name)) return false;
  if (isGiven(rule.userGroups) && !user?.groups.some((group) => rule.userGroups?.includes(group)))
    return false;
  if (!admits(rule.verbs, verb)) return false;
  if (isGiven(rule.namespaces) || isGiven(rule.resources)) return matchesResource(rule, request);
  if (isGiven(rule.nonResourceURLs)) return matchesPath(rule, request);
  return true;
}

function matchesPath(
  { nonResourceURLs = [] }: PolicyRule,
  { resourceRequest, path }: AuditedRequest,
): boolean {
  if (resourceRequest) return false;
  return nonResourceURLs.some(
    (url) => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))),
  );
}

function matchesResource({ namespaces, resources }: PolicyRule, request: AuditedRequest): boolean {
  if (!request.resourceRequest || !admits(namespaces, request.namespace)) return false;
  return !isGiven(resources) || resources.some((one) => matchesGroup(one, request));
}

function matchesGroup(
  { group = '', resources, resourceNames }: GroupResources,
  request: AuditedRequest,
): boolean {
  if (group !== '*' && group !== request.group) return false;
  if (!isGiven(resources)) return true;
  return admits(resourceNames, request.name) && resources.some((pattern) => matchesName(pattern, request));
}

/** A resource, one of its subresources, all of them, one subresource of every resource, or everything. */
function matchesName(pattern: string, { resource, subresource }: AuditedRequest): boolean {
  if (pattern === '*' || pattern === (subresource === '' ? resource : `${resource}/${subresource}`))
    return true;
  if (subresource !== '' && pattern === `*/${subresource}`) return true;
  return pattern === `${resource}/*`;
}

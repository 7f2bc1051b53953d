import type { IPodSpec } from 'kubernetes-models/v1';
import type { Clock } from '../../apimachinery/clock.ts';
import { jsonEqual, type KubeObject } from '../../apimachinery/object.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import { invalidError } from '../../apimachinery/status.ts';
import { pods } from '../request.ts';
import { ownValue, readSpec } from '../structs.ts';
import type { AdmissionRequest } from '../types.ts';
import { reasonsText, violations } from './evaluate.ts';
import {
  compareLevels,
  isFullyPrivileged,
  isSamePolicy,
  labelPrefix,
  type Mode,
  type PodSecurityConfiguration,
  type Policies,
  type Policy,
  policiesOf,
  policyText,
} from './policy.ts';

/** Pods of a namespace that are looked at when it becomes stricter. */
const maxPodsChecked = 3_000;
/** Time for that. */
const maxCheckMs = 1_000;

export interface NamespaceTools {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly configuration: PodSecurityConfiguration;
}

/** Refuses labels that say nothing, and warns about pods that are there and would not be let in any more. */
export function checkNamespace(request: AdmissionRequest, tools: NamespaceTools): void {
  const { object, oldObject, subresource, definition } = request;
  if (!object || subresource !== '') return;
  const { defaults, exemptions } = tools.configuration;
  const now = policiesOf(object.metadata.labels, defaults);
  const before = oldObject && policiesOf(oldObject.metadata.labels, defaults);
  if (now.errors.length > 0 && !(before && jsonEqual(now.errors, before.errors))) {
    throw invalidError(definition, request.name, now.errors);
  }
  if (!before || !isStricter(now.policies.enforce, before.policies.enforce)) return;
  const name = object.metadata.name ?? '';
  if (exemptions.namespaces.includes(name)) {
    const text = exemptWarning(name, now.policies, tools.configuration, object.metadata.labels);
    if (text !== undefined) request.warn(text);
    return;
  }
  for (const text of warningsAboutPods(name, now.policies.enforce, tools)) request.warn(text);
}

const isStricter = (now: Policy, before: Policy): boolean =>
  !isSamePolicy(now, before) &&
  now.level !== 'privileged' &&
  !(now.version === before.version && compareLevels(now.level, before.level) < 1);

const isEquivalent = (a: Policy, b: Policy): boolean =>
  (a.level === 'privileged' && b.level === 'privileged') || isSamePolicy(a, b);

/** Labels of an exempt namespace do nothing, which whoever sets them may not know. */
function exemptWarning(
  name: string,
  policies: Policies,
  { defaults }: PodSecurityConfiguration,
  labels: Readonly<Record<string, string>> | undefined,
): string | undefined {
  const modes: readonly Mode[] = ['enforce', 'audit', 'warn'];
  if (isFullyPrivileged(policies)) return undefined;
  if (modes.every((mode) => isEquivalent(policies[mode], defaults[mode]))) return undefined;
  const isSet = (label: string) => ownValue(labels, labelPrefix + label) !== undefined;
  const shown = modes
    .filter((mode) => policies[mode].level !== 'privileged' && (isSet(mode) || isSet(`${mode}-version`)))
    .map((mode) => `${mode}=${policyText(policies[mode])}`);
  return `namespace ${JSON.stringify(name)} is exempt from Pod Security, and the policy (${shown.join(', ')}) will be ignored`;
}

function warningsAboutPods(namespace: string, policy: Policy, tools: NamespaceTools): string[] {
  const { reader, clock, configuration } = tools;
  const all = mostTellingFirst([...reader.list(pods, namespace)], configuration);
  const endMs = clock.monotonicMs() + maxCheckMs;
  const namesByReasons = new Map<string, string[]>();
  let checked = 0;
  for (const pod of all.slice(0, maxPodsChecked)) {
    checked++;
    const reasons = reasonsText(violations(policy, pod));
    const names = namesByReasons.get(reasons);
    const name = pod.metadata.name ?? '';
    if (reasons !== '' && names) names.push(name);
    else if (reasons !== '') namesByReasons.set(reasons, [name]);
    if (clock.monotonicMs() > endMs) break;
  }
  const findings = [...namesByReasons].map(([reasons, names]) => `${whoText(names)}: ${reasons}`);
  return [
    ...(checked < all.length
      ? [
          `new PodSecurity enforce level only checked against the first ${checked} of ${all.length} existing pods`,
        ]
      : []),
    ...(findings.length > 0
      ? [
          `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${JSON.stringify(policyText(policy))}`,
        ]
      : []),
    ...findings.sort(),
  ];
}

function whoText(names: readonly string[]): string {
  const [first = ''] = [...names].sort();
  if (names.length === 1) return first;
  return `${first} (and ${names.length - 1} other ${names.length === 2 ? 'pod' : 'pods'})`;
}

/** Replicas of one controller are alike, so the further ones of each come last. */
function mostTellingFirst(
  all: readonly KubeObject[],
  { exemptions }: PodSecurityConfiguration,
): KubeObject[] {
  const seen = new Set<string>();
  const [first, replicas]: [KubeObject[], KubeObject[]] = [[], []];
  for (const pod of all) {
    if (exemptions.runtimeClasses.includes(readSpec<IPodSpec>(pod).runtimeClassName ?? '')) continue;
    const controller = pod.metadata.ownerReferences?.find((owner) => owner.controller)?.uid;
    (controller !== undefined && seen.has(controller) ? replicas : first).push(pod);
    if (controller !== undefined) seen.add(controller);
  }
  return [...first, ...replicas];
}

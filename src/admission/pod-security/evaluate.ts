import type { KubeObject } from '../../apimachinery/object.ts';
import { hostRules } from './checks/host.ts';
import { kernelRules } from './checks/kernel.ts';
import { privilegeRules } from './checks/privileges.ts';
import { profileRules } from './checks/profiles.ts';
import type { Check, Rule, Violation } from './checks/types.ts';
import type { Policy } from './policy.ts';

const byId = (a: Rule, b: Rule) => (a.id < b.id ? -1 : 1);
const rules = [...hostRules, ...kernelRules, ...privilegeRules, ...profileRules].sort(byId);
/** Later versions are checked like this one. */
const newestVersion = Math.max(...rules.map(({ versions }) => versions.at(-1)!.from));

const prepared = new Map<string, readonly Check[]>();

/** What in a pod breaks a policy: baseline rules first, in order of their ids. Empty when it passes. */
export function violations({ level, version }: Policy, pod: KubeObject): readonly Violation[] {
  if (level === 'privileged') return [];
  const minor = version === 'latest' ? newestVersion : Math.min(version, newestVersion);
  const key = `${level}:${minor}`;
  let checks = prepared.get(key);
  if (!checks) prepared.set(key, (checks = checksOf(level, minor)));
  return checks.flatMap((check) => check(pod) ?? []);
}

function checksOf(level: 'baseline' | 'restricted', minor: number): Check[] {
  const inForce = rules.flatMap(({ id, level: of, versions }) => {
    const version = versions.findLast((candidate) => candidate.from <= minor);
    return version && (level === 'restricted' || of === 'baseline') ? [{ id, of, ...version }] : [];
  });
  const replaced = new Set(inForce.flatMap(({ replaces }) => replaces ?? []));
  const left = inForce.filter(({ id }) => !replaced.has(id));
  return (['baseline', 'restricted'] as const).flatMap((group) =>
    left.filter((rule) => rule.of === group).map(({ check }) => check),
  );
}

export const reasonsText = (found: readonly Violation[]): string =>
  found.map(({ reason }) => reason).join(', ');

export const detailsText = (found: readonly Violation[]): string =>
  found.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ');

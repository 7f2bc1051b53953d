import { cloneJson, jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { uncovered } from '../../rbac/covers.ts';
import type { PolicyRule } from '../../rbac/policy-rule.ts';

interface Selectors {
  clusterRoleSelectors?: unknown[];
}

const autoUpdate = 'rbac.authorization.kubernetes.io/autoupdate';

const isProtected = (existing: KubeObject) => existing.metadata.annotations?.[autoUpdate] === 'false';

/** Adds the labels and annotations that are missing; what is there wins. */
function mergeMeta(object: KubeObject, wanted: KubeObject): void {
  object.metadata.annotations = { ...wanted.metadata.annotations, ...object.metadata.annotations };
  object.metadata.labels = { ...wanted.metadata.labels, ...object.metadata.labels };
}

const ifChanged = (object: KubeObject, existing: KubeObject): KubeObject | undefined =>
  jsonEqual(object, existing) ? undefined : object;

/**
 * What a Role or ClusterRole must become so that it grants at least what `wanted` grants; undefined when it does, or when
 * its autoupdate annotation is `false`. Rules somebody added stay. Source: component-helpers `auth/rbac/reconciliation`.
 */
export function reconcileRole(existing: KubeObject, wanted: KubeObject): KubeObject | undefined {
  if (isProtected(existing)) return undefined;
  const object = cloneJson(existing);
  mergeMeta(object, wanted);
  const rules = (existing['rules'] ?? []) as PolicyRule[];
  const wantedRules = (wanted['rules'] ?? []) as PolicyRule[];
  // The usual case, at every start.
  const missing = jsonEqual(rules, wantedRules) ? [] : uncovered(rules, wantedRules);
  if (missing.length > 0) object['rules'] = [...rules, ...missing];
  reconcileAggregation(object, wanted);
  return ifChanged(object, existing);
}

function reconcileAggregation(object: KubeObject, wanted: KubeObject): void {
  const wantedRule = wanted['aggregationRule'] as Selectors | undefined;
  if (!wantedRule) {
    delete object['aggregationRule'];
    return;
  }
  const selectors = (object['aggregationRule'] as Selectors | undefined)?.clusterRoleSelectors ?? [];
  const missing = (wantedRule.clusterRoleSelectors ?? []).filter(
    (selector) => !selectors.some((present) => jsonEqual(present, selector)),
  );
  object['aggregationRule'] = { clusterRoleSelectors: [...selectors, ...missing] };
}

/**
 * What a binding must become so that it names at least the wanted subjects; undefined when it does or is protected.
 * Subjects somebody added stay.
 */
export function reconcileBinding(existing: KubeObject, wanted: KubeObject): KubeObject | undefined {
  if (isProtected(existing)) return undefined;
  const object = cloneJson(existing);
  mergeMeta(object, wanted);
  const subjects = (existing['subjects'] ?? []) as unknown[];
  const missing = ((wanted['subjects'] ?? []) as unknown[]).filter(
    (subject) => !subjects.some((present) => jsonEqual(present, subject)),
  );
  if (missing.length > 0) object['subjects'] = [...subjects, ...missing];
  return ifChanged(object, existing);
}

/** A binding of another role can't be changed, only deleted and made again. */
export const bindsOtherRole = (existing: KubeObject, wanted: KubeObject): boolean =>
  !isProtected(existing) && !jsonEqual(existing['roleRef'], wanted['roleRef']);

import type { IResourceQuotaSpec, IScopedResourceSelectorRequirement } from 'kubernetes-models/v1';
import { type FieldError, type FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { isQuotaResource } from '../../validation/resource-names.ts';

const podCounts = ['pods'];
const podResources = [
  ...podCounts,
  'cpu',
  'memory',
  'limits.cpu',
  'limits.memory',
  'requests.cpu',
  'requests.memory',
];
const claimResources = ['persistentvolumeclaims', 'requests.storage'];

/** The standard resources that a quota with the scope may limit. */
const resourcesOfScope: ReadonlyMap<string, readonly string[]> = new Map([
  ['Terminating', podResources],
  ['NotTerminating', podResources],
  ['NotBestEffort', podResources],
  ['PriorityClass', podResources],
  ['CrossNamespacePodAffinity', podResources],
  ['BestEffort', podCounts],
  ['VolumeAttributesClass', claimResources],
]);

/** Scopes that a selector can only ask to exist. */
const existenceScopes = [
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'CrossNamespacePodAffinity',
];

const opposites = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

/** Per resource that the scope does not apply to, one finding. */
function unfit(scope: string, spec: IResourceQuotaSpec, path: FieldPath, shown: unknown): FieldError[] {
  const fitting = resourcesOfScope.get(scope);
  if (!fitting) return [];
  return Object.keys(spec.hard ?? {})
    .filter((name) => isQuotaResource(name) && !fitting.includes(name))
    .map(() => invalid(path, shown, 'unsupported scope applied to resource'));
}

const conflicts = (scopes: ReadonlySet<string>, path: FieldPath, shown: unknown): FieldError[] =>
  opposites
    .filter(([one, other]) => scopes.has(one) && scopes.has(other))
    .map(() => invalid(path, shown, 'conflicting scopes'));

/** Findings quote all scopes, and there are fewer scopes than this. */
const maxScopesChecked = 20;

/** `spec.scopes`: known, fit for what is limited, not opposite to each other. */
export function validateScopes(spec: IResourceQuotaSpec, specPath: FieldPath): FieldError[] {
  const scopes: readonly string[] = spec.scopes ?? [];
  const path = specPath.child('scopes');
  const errors = scopes
    .slice(0, maxScopesChecked)
    .flatMap((scope) => [
      ...(resourcesOfScope.has(scope) ? [] : [invalid(path, scopes, 'unsupported scope')]),
      ...unfit(scope, spec, path, scopes),
    ]);
  return [...errors, ...conflicts(new Set(scopes), path, scopes)];
}

/** `spec.scopeSelector`: as `validateScopes`, and each operator fits its scope and values. */
export function validateScopeSelector(spec: IResourceQuotaSpec, specPath: FieldPath): FieldError[] {
  const selector = spec.scopeSelector;
  if (!selector) return [];
  const path = specPath.child('scopeSelector', 'matchExpressions');
  const expressions = selector.matchExpressions ?? [];
  const errors = expressions.flatMap((expression) => [
    ...(resourcesOfScope.has(expression.scopeName)
      ? []
      : [invalid(path.child('scopeName'), expression.scopeName ?? '', 'unsupported scope')]),
    ...unfit(expression.scopeName, spec, path, selector),
    ...validateOperator(expression, path),
  ]);
  const scopes = new Set<string>(expressions.map(({ scopeName }) => scopeName));
  return [...errors, ...conflicts(scopes, path, spec.scopes ?? null)];
}

function validateOperator(
  { scopeName, operator, values = [] }: IScopedResourceSelectorRequirement,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (existenceScopes.includes(scopeName) && operator !== 'Exists') {
    errors.push(
      invalid(
        path.child('operator'),
        operator ?? '',
        "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
      ),
    );
  }
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) {
        const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
        errors.push(required(path.child('values'), detail));
      }
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
        errors.push(invalid(path.child('values'), values, detail));
      }
      break;
    default:
      errors.push(invalid(path.child('operator'), operator ?? '', 'not a valid selector operator'));
  }
  return errors;
}

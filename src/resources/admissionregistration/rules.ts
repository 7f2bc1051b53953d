import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
} from '../../apimachinery/field-error.ts';
import { isPathSegmentName } from '../../apimachinery/names.ts';
import { invalidFor, repeated } from '../validation/values.ts';
import { validateRuleResources } from './rule-resources.ts';
import type { Rule } from './types.ts';

const anything = '*';
const operationNames = [anything, 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const mutatingOperationNames = operationNames.filter((name) => name !== 'DELETE');
const scopes = [anything, 'Cluster', 'Namespaced'];

export function defaultRules(rules: readonly Rule[] | undefined): void {
  for (const rule of rules ?? []) rule.scope ??= anything;
}

/** A list where `*` stands alone. */
const notBesideStar = (list: readonly string[], path: FieldPath, others: string): FieldError[] =>
  list.length > 1 && list.includes(anything)
    ? [invalid(path, list, `if '*' is present, must not specify other ${others}`)]
    : [];

const notEmpty = (list: readonly string[], path: FieldPath): FieldError[] =>
  list.length === 0 ? [required(path)] : [];

export function validateRule(rule: Rule, path: FieldPath): FieldError[] {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  const of = (field: keyof Rule) => path.child(field);
  return [
    ...notEmpty(operations, of('operations')),
    ...notBesideStar(operations, of('operations'), 'operations'),
    ...operations.flatMap((operation, i) =>
      operationNames.includes(operation)
        ? []
        : [notSupported(of('operations').index(i), operation, operationNames)],
    ),
    ...notEmpty(apiGroups, of('apiGroups')),
    ...notBesideStar(apiGroups, of('apiGroups'), 'API groups'),
    ...notEmpty(apiVersions, of('apiVersions')),
    ...notBesideStar(apiVersions, of('apiVersions'), 'API versions'),
    ...apiVersions.flatMap((version, i) => (version === '' ? [required(of('apiVersions').index(i))] : [])),
    ...validateRuleResources(resources, of('resources')),
    ...(scope === undefined || scopes.includes(scope) ? [] : [notSupported(of('scope'), scope, scopes)]),
  ];
}

/** A rule that may be limited to some objects by name. */
export function validateNamedRule(rule: Rule, path: FieldPath): FieldError[] {
  const { resourceNames = [] } = rule;
  const namesPath = path.child('resourceNames');
  const again = repeated(resourceNames);
  return [
    ...resourceNames.flatMap((name, i) => [
      ...invalidFor(isPathSegmentName(name), name, namesPath.index(i)),
      ...(again[i] ? [duplicate(namesPath.index(i), name)] : []),
    ]),
    ...validateRule(rule, path),
  ];
}

/** A deletion has nothing that could be changed. */
export const validateMutatingOperations = (rules: readonly Rule[], path: FieldPath): FieldError[] =>
  rules
    .flatMap(({ operations = [] }) => operations)
    .filter((operation) => !mutatingOperationNames.includes(operation))
    .map((operation) => notSupported(path.child('operations'), operation, mutatingOperationNames));

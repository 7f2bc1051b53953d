import {
  type FieldError,
  type FieldPath,
  invalid,
  notSupported,
  required,
} from '../../../apimachinery/field-error.ts';
import { nameIsDNSLabel } from '../../../apimachinery/names.ts';
import { type FlowSubject, validateSubject } from './subjects.ts';

interface ResourceRule {
  verbs?: string[];
  apiGroups?: string[];
  resources?: string[];
  namespaces?: string[];
  clusterScope?: boolean;
}

interface NonResourceRule {
  verbs?: string[];
  nonResourceURLs?: string[];
}

/** `flowcontrol.apiserver.k8s.io/v1` PolicyRulesWithSubjects. */
export interface FlowRule {
  subjects?: FlowSubject[];
  resourceRules?: ResourceRule[];
  nonResourceRules?: NonResourceRule[];
}

/** Sorted, as messages list them. */
const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

export function validateRule(rule: FlowRule, path: FieldPath): FieldError[] {
  const { subjects = [], resourceRules = [], nonResourceRules = [] } = rule;
  return [
    ...(subjects.length > 0
      ? subjects.flatMap((subject, i) => validateSubject(subject, path.child('subjects').index(i)))
      : [required(path.child('subjects'), 'subjects must contain at least one value')]),
    ...(resourceRules.length + nonResourceRules.length > 0
      ? []
      : [required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty')]),
    ...resourceRules.flatMap((resourceRule, i) =>
      validateResourceRule(resourceRule, path.child('resourceRules').index(i)),
    ),
    ...nonResourceRules.flatMap((nonResourceRule, i) =>
      validateNonResourceRule(nonResourceRule, path.child('nonResourceRules').index(i)),
    ),
  ];
}

/** A list that must not be empty, and where `*` stands alone. */
function validateList(
  list: readonly string[],
  path: FieldPath,
  whenEmpty: string,
  others: string,
): FieldError[] {
  if (list.length === 0) return [required(path, whenEmpty)];
  return list.length > 1 && list.includes('*')
    ? [invalid(path, list, `if '*' is present, must not specify other ${others}`)]
    : [];
}

function validateVerbs(list: readonly string[], path: FieldPath): FieldError[] {
  const errors = validateList(list, path, 'verbs must contain at least one value', 'verbs');
  return list.includes('*') || list.every((verb) => verbs.includes(verb))
    ? errors
    : [...errors, notSupported(path, list, verbs)];
}

function validateResourceRule(rule: ResourceRule, path: FieldPath): FieldError[] {
  return [
    ...validateVerbs(rule.verbs ?? [], path.child('verbs')),
    ...validateList(
      rule.apiGroups ?? [],
      path.child('apiGroups'),
      'resource rules must supply at least one api group',
      'api groups',
    ),
    ...validateList(
      rule.resources ?? [],
      path.child('resources'),
      'resource rules must supply at least one resource',
      'resources',
    ),
    ...validateNamespaces(rule.namespaces ?? [], rule.clusterScope ?? false, path.child('namespaces')),
  ];
}

function validateNamespaces(
  namespaces: readonly string[],
  clusterScope: boolean,
  path: FieldPath,
): FieldError[] {
  if (namespaces.length === 0 && clusterScope) return [];
  const whenEmpty = 'resource rules that are not cluster scoped must supply at least one namespace';
  const errors = validateList(namespaces, path, whenEmpty, 'namespaces');
  if (namespaces.includes('*')) return errors;
  return [
    ...errors,
    ...namespaces.flatMap((namespace, i) =>
      nameIsDNSLabel(namespace, false).map((message) => {
        const detail = `each member of this list must be '*' or a DNS-1123 label; ${message}`;
        return invalid(path.index(i), namespace, detail);
      }),
    ),
  ];
}

function validateNonResourceRule(rule: NonResourceRule, path: FieldPath): FieldError[] {
  const urls = rule.nonResourceURLs ?? [];
  const urlsPath = path.child('nonResourceURLs');
  return [
    ...validateVerbs(rule.verbs ?? [], path.child('verbs')),
    ...validateList(urls, urlsPath, 'nonResourceURLs must contain at least one value', 'non-resource URLs'),
    ...(urls.includes('*') ? [] : urls.flatMap((url, i) => validateUrl(url, urlsPath.index(i)))),
  ];
}

function validateUrl(url: string, path: FieldPath): FieldError[] {
  const problem = urlProblem(url);
  return problem === undefined ? [] : [invalid(path, url, problem)];
}

function urlProblem(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const star = url.indexOf('*');
  if (star >= 0 && !(star === url.length - 1 && url.endsWith('/*'))) {
    return 'wildcard can only do suffix matching';
  }
  return undefined;
}

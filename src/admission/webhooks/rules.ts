import type { GroupVersionResource } from '../../apimachinery/gvk.ts';
import type { Rule } from '../../resources/admissionregistration/types.ts';
import type { AdmissionRequest, RequestForm } from '../types.ts';
import type { Hook } from './hook.ts';
import { isNamespace } from './subject.ts';

const anything = '*';

const names = (list: readonly string[] | undefined, value: string): boolean =>
  list !== undefined && (list.includes(anything) || list.includes(value));

/** The version in which a hook wants to be asked about a request; undefined when its rules do not name it. */
export function formFor(hook: Hook, request: AdmissionRequest): RequestForm | undefined {
  const [own, ...others] = request.forms();
  const named = (form: RequestForm) => hook.rules.some((rule) => matches(rule, request, form.resource));
  if (named(own)) return own;
  if (!hook.matchesEquivalents) return undefined;
  // An earlier rule decides before an earlier version does.
  for (const rule of hook.rules) {
    const found = others.find(({ resource }) => matches(rule, request, resource));
    if (found) return found;
  }
  return undefined;
}

const matches = (rule: Rule, request: AdmissionRequest, resource: GroupVersionResource): boolean =>
  names(rule.operations, request.operation) &&
  names(rule.apiGroups, resource.group) &&
  names(rule.apiVersions, resource.version) &&
  namesResource(rule.resources ?? [], resource.resource, request.subresource) &&
  isInScope(rule.scope, request);

/** `pods`, `pods/log`, `*`, `*\/log`, `pods/*`, `*\/*`. */
const namesResource = (wanted: readonly string[], resource: string, subresource: string): boolean =>
  wanted.some((one) => {
    const slash = one.indexOf('/');
    const main = slash < 0 ? one : one.slice(0, slash);
    const sub = slash < 0 ? '' : one.slice(slash + 1);
    return (main === anything || main === resource) && (sub === anything || sub === subresource);
  });

/** A namespace is of the cluster, although its requests name a namespace. */
function isInScope(scope: string | undefined, request: AdmissionRequest): boolean {
  if (scope === undefined || scope === anything) return true;
  const isOfCluster = isNamespace(request) || request.namespace === '';
  return isOfCluster === (scope === 'Cluster');
}

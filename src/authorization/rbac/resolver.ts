import type { KubeObject } from '../../apimachinery/object.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import type { UserInfo } from '../../apimachinery/user.ts';
import { aggregateErrors } from '../errors.ts';
import type { PolicyRule, RuleResolver } from '../types.ts';
import {
  type BindingIndex,
  type BoundSubject,
  bindingIndex,
  type ChangeStamp,
  type RoleRef,
  rbacGroup,
} from './binding-index.ts';
import { keysOf } from './subject.ts';

/** The rules of a role, or why there are none. */
export type RoleRules = { readonly rules: readonly PolicyRule[] } | { readonly error: string };

/** What a user is given by one binding. */
export interface Grant {
  readonly source: BoundSubject;
  readonly role: RoleRules;
}

/** Finds the rules that apply to a user. Looks roles up on every call, so that a changed role counts at once. */
export interface RbacResolver extends RuleResolver {
  /** Grants of the cluster, then those of `namespace` unless that is ''. A binding that names the user twice comes twice. */
  grants(user: UserInfo, namespace: string): Iterable<Grant>;
  /** `namespace` is the binding's, '' for a ClusterRoleBinding. */
  roleRules(roleRef: RoleRef, namespace: string): RoleRules;
}

/** `reader` serves the four RBAC resources; `changeStamp` moves when bindings change. */
export function rbacResolver(reader: Reader, changeStamp: ChangeStamp): RbacResolver {
  const index = bindingIndex(reader, changeStamp);
  const roleRules = (roleRef: RoleRef, namespace: string) => rulesOfRole(reader, roleRef, namespace);
  return {
    grants: (user, namespace) => grantsOf(index, roleRules, user, namespace),
    roleRules,
    rulesFor(user, namespace) {
      const rules: PolicyRule[] = [];
      const errors: string[] = [];
      const seen = new Set<KubeObject>();
      for (const { source, role } of grantsOf(index, roleRules, user, namespace)) {
        if (seen.has(source.binding)) continue;
        seen.add(source.binding);
        if ('error' in role) errors.push(role.error);
        else rules.push(...role.rules);
      }
      const error = aggregateErrors(errors);
      return { rules, incomplete: false, ...(error === undefined ? {} : { error }) };
    },
  };
}

function* grantsOf(
  index: BindingIndex,
  roleRules: RbacResolver['roleRules'],
  user: UserInfo,
  namespace: string,
): Iterable<Grant> {
  const keys = keysOf(user);
  for (const scope of namespace === '' ? [''] : ['', namespace]) {
    for (const key of keys) {
      for (const source of index.lookUp(scope, key)) {
        yield { source, role: roleRules(source.roleRef, source.namespace) };
      }
    }
  }
}

function rulesOfRole(reader: Reader, { kind, name }: RoleRef, namespace: string): RoleRules {
  if (kind !== 'Role' && kind !== 'ClusterRole') {
    return { error: `unsupported role reference kind: ${JSON.stringify(kind)}` };
  }
  const singular = kind.toLowerCase();
  const resource = { group: rbacGroup, resource: `${singular}s` };
  const role = reader.get(resource, kind === 'Role' ? namespace : '', name);
  return role
    ? { rules: (role['rules'] ?? []) as readonly PolicyRule[] }
    : { error: `${singular}.${rbacGroup} ${JSON.stringify(name)} not found` };
}

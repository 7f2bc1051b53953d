import type { FollowedReader } from '../../apimachinery/reader.ts';
import type { UserInfo } from '../../apimachinery/user.ts';
import { aggregateErrors } from '../errors.ts';
import type { PolicyRule, RuleResolver } from '../types.ts';
import {
  type Binding,
  type BindingIndex,
  type BoundSubject,
  bindingIndex,
  type RoleRef,
  rbacGroup,
} from './binding-index.ts';
import { type RoleIndex, roleIndex } from './role-index.ts';
import { keysOf } from './subject.ts';

/** The rules of a role, or why there are none. */
export type RoleRules = { readonly rules: readonly PolicyRule[] } | { readonly error: string };

/** What a user is given by one binding. */
export interface Grant {
  readonly source: BoundSubject;
  readonly role: RoleRules;
}

/** Finds the rules that apply to a user, as they are now. */
export interface RbacResolver extends RuleResolver {
  /** Grants of the cluster, then those of `namespace` unless that is ''. A binding that names the user twice comes twice. */
  grants(user: UserInfo, namespace: string): Iterable<Grant>;
  /** Grants of all namespaces but this one. Takes longer the more namespaces there are: for explanations. */
  grantsElsewhere(user: UserInfo, namespace: string): Iterable<Grant>;
  /** `namespace` is the binding's, '' for a ClusterRoleBinding. */
  roleRules(roleRef: RoleRef, namespace: string): RoleRules;
}

/** `reader` serves the four RBAC resources. */
export function rbacResolver(reader: Pick<FollowedReader, 'follow'>): RbacResolver {
  const bindings = bindingIndex(reader);
  const roles = roleIndex(reader);
  const roleRules = (roleRef: RoleRef, namespace: string) => rulesOfRole(roles, roleRef, namespace);
  return {
    grants: (user, namespace) => grantsOf(bindings, roleRules, user, scopesOf(namespace)),
    grantsElsewhere: (user, namespace) =>
      grantsOf(
        bindings,
        roleRules,
        user,
        [...bindings.namespaces()].filter((one) => one !== namespace),
      ),
    roleRules,
    rulesFor(user, namespace) {
      const rules: PolicyRule[] = [];
      const errors: string[] = [];
      const seen = new Set<Binding>();
      for (const { source, role } of grantsOf(bindings, roleRules, user, scopesOf(namespace))) {
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

const scopesOf = (namespace: string): readonly string[] => (namespace === '' ? [''] : ['', namespace]);

function* grantsOf(
  index: BindingIndex,
  roleRules: RbacResolver['roleRules'],
  user: UserInfo,
  scopes: readonly string[],
): Iterable<Grant> {
  const keys = keysOf(user);
  for (const scope of scopes) {
    for (const key of keys) {
      for (const sources of index.lookUp(scope, key)) {
        for (const source of sources) {
          const { roleRef, namespace: home } = source.binding;
          yield { source, role: roleRules(roleRef, home) };
        }
      }
    }
  }
}

function rulesOfRole(roles: RoleIndex, { kind, name }: RoleRef, namespace: string): RoleRules {
  if (kind !== 'Role' && kind !== 'ClusterRole') {
    return { error: `unsupported role reference kind: ${JSON.stringify(kind)}` };
  }
  // A Role that a ClusterRoleBinding names is nowhere.
  const isNowhere = kind === 'Role' && namespace === '';
  const rules = isNowhere ? undefined : roles.rules(kind === 'Role' ? namespace : '', name);
  return rules
    ? { rules }
    : { error: `${kind.toLowerCase()}.${rbacGroup} ${JSON.stringify(name)} not found` };
}

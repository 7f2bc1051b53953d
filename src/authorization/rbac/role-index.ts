import type { GroupResource } from '../../apimachinery/gvk.ts';
import type { FollowedReader } from '../../apimachinery/reader.ts';
import type { PolicyRule } from '../types.ts';
import { rbacGroup } from './binding-index.ts';

/** The rules of roles by where they are, kept by following them. */
export interface RoleIndex {
  /** `namespace` is '' for a ClusterRole. Undefined when there is no such role. */
  rules(namespace: string, name: string): readonly PolicyRule[] | undefined;
}

const clusterRoles: GroupResource = { group: rbacGroup, resource: 'clusterroles' };
const roles: GroupResource = { group: rbacGroup, resource: 'roles' };

/** Rules of one namespace by role. */
type Scope = Map<string, readonly PolicyRule[]>;

export function roleIndex(reader: Pick<FollowedReader, 'follow'>): RoleIndex {
  let cluster: Map<string, Scope> | undefined;
  let namespaced: Map<string, Scope> | undefined;
  return {
    rules(namespace, name) {
      const scopes =
        namespace === ''
          ? (cluster ??= follow(reader, clusterRoles))
          : (namespaced ??= follow(reader, roles));
      return scopes.get(namespace)?.get(name);
    },
  };
}

function follow(reader: Pick<FollowedReader, 'follow'>, resource: GroupResource): Map<string, Scope> {
  const scopes = new Map<string, Scope>();
  reader.follow(resource, (change) => {
    const role = change.read();
    const { namespace = '', name = '' } = role.metadata;
    const scope: Scope = scopes.get(namespace) ?? new Map();
    if (change.deleted) scope.delete(name);
    else scope.set(name, (role['rules'] ?? []) as readonly PolicyRule[]);
    if (scope.size > 0) scopes.set(namespace, scope);
    else scopes.delete(namespace);
  });
  return scopes;
}

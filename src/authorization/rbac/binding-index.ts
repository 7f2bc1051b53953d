import type { GroupResource } from '../../apimachinery/gvk.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { FollowedReader } from '../../apimachinery/reader.ts';
import { type Subject, subjectKey } from './subject.ts';

export const rbacGroup = 'rbac.authorization.k8s.io';

const clusterRoleBindings: GroupResource = { group: rbacGroup, resource: 'clusterrolebindings' };
const roleBindings: GroupResource = { group: rbacGroup, resource: 'rolebindings' };

/** `rbac.authorization.k8s.io/v1` RoleRef. */
export interface RoleRef {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}

/** One binding; the same value for all its subjects. */
export interface Binding {
  readonly name: string;
  /** '' for a ClusterRoleBinding. */
  readonly namespace: string;
  readonly roleRef: RoleRef;
}

/** A binding seen from one of its subjects. */
export interface BoundSubject {
  readonly binding: Binding;
  readonly subject: Subject;
}

/**
 * Bindings by subject, so that a request looks only at the bindings that name its user or groups. Filled on first use, and kept by
 * following the bindings: what a change costs is that of the one binding.
 */
export interface BindingIndex {
  /** Bindings that name the subject key: cluster-wide ones for namespace '', else those of the namespace. */
  lookUp(namespace: string, key: string): Iterable<readonly BoundSubject[]>;
  /** All namespaces that have RoleBindings. */
  namespaces(): Iterable<string>;
}

const nothing: readonly (readonly BoundSubject[])[] = Object.freeze([]);

/** Of one resource: what names a subject, by scope and subject, then by the name of the binding. */
type Scopes = Map<string, Map<string, Map<string, BoundSubject[]>>>;

export function bindingIndex(reader: Pick<FollowedReader, 'follow'>): BindingIndex {
  let cluster: Scopes | undefined;
  let namespaced: Scopes | undefined;
  return {
    lookUp(namespace, key) {
      const scopes =
        namespace === ''
          ? (cluster ??= follow(reader, clusterRoleBindings))
          : (namespaced ??= follow(reader, roleBindings));
      return scopes.get(namespace)?.get(key)?.values() ?? nothing;
    },
    namespaces: () => (namespaced ??= follow(reader, roleBindings)).keys(),
  };
}

function follow(reader: Pick<FollowedReader, 'follow'>, resource: GroupResource): Scopes {
  const scopes: Scopes = new Map();
  /** The subject keys of every binding, to find them again. */
  const known = new Map<string, readonly string[]>();
  reader.follow(resource, (change) => {
    const object = change.read();
    const { namespace = '', name = '' } = object.metadata;
    const id = `${namespace}/${name}`;
    const before = known.get(id) ?? [];
    const now = change.deleted ? new Map<string, BoundSubject[]>() : bySubject(object);
    const scope = scopes.get(namespace) ?? new Map<string, Map<string, BoundSubject[]>>();
    scopes.set(namespace, scope);
    for (const [key, subjects] of now) {
      const bindings = scope.get(key) ?? new Map<string, BoundSubject[]>();
      scope.set(key, bindings.set(name, subjects));
    }
    for (const key of before) if (!now.has(key)) remove(scope, key, name);
    if (now.size > 0) known.set(id, [...now.keys()]);
    else known.delete(id);
    if (scope.size === 0) scopes.delete(namespace);
  });
  return scopes;
}

function remove(scope: Map<string, Map<string, BoundSubject[]>>, key: string, name: string): void {
  const bindings = scope.get(key);
  if (bindings?.delete(name) && bindings.size === 0) scope.delete(key);
}

/** A binding that names somebody twice has two entries under that key. */
function bySubject(object: KubeObject): Map<string, BoundSubject[]> {
  const { namespace = '', name = '' } = object.metadata;
  const binding = { name, namespace, roleRef: object['roleRef'] as RoleRef };
  const found = new Map<string, BoundSubject[]>();
  for (const subject of (object['subjects'] ?? []) as readonly Subject[]) {
    const key = subjectKey(subject, namespace);
    if (key === undefined) continue;
    const entries = found.get(key);
    if (entries) entries.push({ binding, subject });
    else found.set(key, [{ binding, subject }]);
  }
  return found;
}

import type { GroupResource } from '../../apimachinery/gvk.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import type { Reader } from '../../apimachinery/reader.ts';
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

/** A binding seen from one of its subjects. */
export interface BoundSubject {
  readonly binding: KubeObject;
  /** '' for a ClusterRoleBinding. */
  readonly namespace: string;
  readonly roleRef: RoleRef;
  readonly subject: Subject;
}

type BySubject = ReadonlyMap<string, readonly BoundSubject[]>;

/** A number that changes whenever an object of the resource has changed. */
export type ChangeStamp = (resource: GroupResource) => number;

/**
 * Bindings by subject, so that a request looks only at the bindings that name its user or groups. Built on first use,
 * namespace by namespace, and thrown away as a whole when the change stamp of the resource moves.
 */
export interface BindingIndex {
  /** Bindings that name the subject key: cluster-wide ones for namespace '', else those of the namespace. */
  lookUp(namespace: string, key: string): readonly BoundSubject[];
}

const nothing: readonly BoundSubject[] = Object.freeze([]);

export function bindingIndex(reader: Reader, changeStamp: ChangeStamp): BindingIndex {
  const cluster = cached(clusterRoleBindings);
  const namespaced = cached(roleBindings);

  function cached(resource: GroupResource) {
    let stamp: number | undefined;
    const byNamespace = new Map<string, BySubject>();
    return (namespace: string): BySubject => {
      const current = changeStamp(resource);
      if (current !== stamp) byNamespace.clear();
      stamp = current;
      let index = byNamespace.get(namespace);
      if (!index) {
        index = indexBindings(reader.list(resource, namespace), namespace);
        byNamespace.set(namespace, index);
      }
      return index;
    };
  }

  return {
    lookUp(namespace, key) {
      const index = namespace === '' ? cluster('') : namespaced(namespace);
      return index.get(key) ?? nothing;
    },
  };
}

function indexBindings(bindings: Iterable<KubeObject>, namespace: string): BySubject {
  const index = new Map<string, BoundSubject[]>();
  for (const binding of bindings) {
    const roleRef = binding['roleRef'] as RoleRef;
    for (const subject of (binding['subjects'] ?? []) as readonly Subject[]) {
      const key = subjectKey(subject, namespace);
      if (key === undefined) continue;
      const entry = { binding, namespace, roleRef, subject };
      const entries = index.get(key);
      if (entries) entries.push(entry);
      else index.set(key, [entry]);
    }
  }
  return index;
}

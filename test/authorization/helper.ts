import type { KubeObject } from '../../src/apimachinery/object.ts';
import type { FollowedReader, ObjectChange } from '../../src/apimachinery/reader.ts';
import type { UserInfo } from '../../src/apimachinery/user.ts';
import type { Attributes, PolicyRule } from '../../src/authorization/types.ts';

const rbac = 'rbac.authorization.k8s.io';

export const user = (name: string, ...groups: string[]): UserInfo => ({ name, groups });

/** `list pods`, `get pods/log in default named web`, `update deployments.apps/scale`, or `get /healthz`. */
export function request(who: UserInfo, text: string): Attributes {
  const [verb = '', what = '', ...rest] = text.split(' ');
  const blank = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '' };
  if (what.startsWith('/')) return { ...blank, user: who, verb, path: what, resourceRequest: false };
  const [groupResource = '', subresource = ''] = what.split('/');
  const [resource = '', ...group] = groupResource.split('.');
  const after = (word: string) => (rest.includes(word) ? rest[rest.indexOf(word) + 1]! : '');
  return {
    ...blank,
    user: who,
    verb,
    resource,
    subresource,
    group: group.join('.'),
    version: 'v1',
    namespace: after('in'),
    name: after('named'),
    resourceRequest: true,
    path: '',
  };
}

export const role = (name: string, namespace: string, ...rules: PolicyRule[]): KubeObject => ({
  apiVersion: `${rbac}/v1`,
  kind: namespace === '' ? 'ClusterRole' : 'Role',
  metadata: { name, ...(namespace ? { namespace } : {}) },
  rules,
});

/** `roleRef` is `Role/x` or `ClusterRole/x`; subjects are `User:u`, `Group:g`, `ServiceAccount:ns/name`. */
export function binding(name: string, namespace: string, roleRef: string, ...subjects: string[]): KubeObject {
  const [kind = '', roleName = ''] = roleRef.split('/');
  return {
    apiVersion: `${rbac}/v1`,
    kind: namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name, ...(namespace ? { namespace } : {}) },
    roleRef: { apiGroup: rbac, kind, name: roleName },
    subjects: subjects.map((subject) => {
      const at = subject.indexOf(':');
      const [subjectKind, text] = [subject.slice(0, at), subject.slice(at + 1)];
      if (subjectKind !== 'ServiceAccount') return { kind: subjectKind, name: text, apiGroup: rbac };
      const [saNamespace, saName] = text.split('/');
      return { kind: subjectKind, name: saName, ...(saNamespace ? { namespace: saNamespace } : {}) };
    }),
  };
}

export interface TestReader extends Pick<FollowedReader, 'follow'> {
  put(object: KubeObject): void;
  remove(object: KubeObject): void;
}

const changeOf = (object: KubeObject, deleted: boolean): ObjectChange => ({
  deleted,
  mentions: (text) => JSON.stringify(object).includes(text),
  read: () => structuredClone(object),
});

/** Objects that can be followed; `put` and `remove` change them. */
export function readerOf(initial: readonly KubeObject[]): TestReader {
  const keyOf = ({ kind, metadata }: KubeObject) => `${kind}/${metadata.namespace}/${metadata.name}`;
  const objects = new Map(initial.map((object) => [keyOf(object), object]));
  const followers: [resource: string, onChange: (change: ObjectChange) => void][] = [];
  const resourceOf = (object: KubeObject) => `${object.kind.toLowerCase()}s`;
  const change = (object: KubeObject, deleted: boolean) => {
    if (deleted) objects.delete(keyOf(object));
    else objects.set(keyOf(object), object);
    for (const [resource, onChange] of followers) {
      if (resource === resourceOf(object)) onChange(changeOf(object, deleted));
    }
  };
  return {
    follow({ resource }, onChange) {
      followers.push([resource, onChange]);
      for (const object of objects.values()) {
        if (resourceOf(object) === resource) onChange(changeOf(object, false));
      }
      return () => {};
    },
    put: (object) => change(object, false),
    remove: (object) => change(object, true),
  };
}

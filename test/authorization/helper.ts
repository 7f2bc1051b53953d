import type { GroupResource } from '../../src/apimachinery/gvk.ts';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import type { Reader } from '../../src/apimachinery/reader.ts';
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

/** A reader over a list that the test may change. */
export const readerOf = (objects: readonly KubeObject[]): Reader => {
  const of = ({ resource }: GroupResource) =>
    objects.filter((object) => `${object.kind.toLowerCase()}s` === resource);
  return {
    get: (resource, namespace, name) =>
      of(resource).find(({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace),
    list: (resource, namespace) =>
      of(resource).filter(({ metadata }) => namespace === '' || metadata.namespace === namespace),
  };
};

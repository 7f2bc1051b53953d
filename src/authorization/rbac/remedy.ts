import type { KubeObject } from '../../apimachinery/object.ts';
import type { UserInfo } from '../../apimachinery/user.ts';
import type { Attributes, PolicyRule } from '../types.ts';
import { rbacGroup } from './binding-index.ts';
import type { Subject } from './subject.ts';

const apiVersion = `${rbacGroup}/v1`;
const maxNameLength = 63;
const accountPrefix = 'system:serviceaccount:';

/** The smallest rule that allows a request. */
export function smallestRule(attributes: Attributes): PolicyRule {
  const { verb, group, resource, subresource, name, path, resourceRequest } = attributes;
  if (!resourceRequest) return { nonResourceURLs: [path], verbs: [verb] };
  // What is created has no name yet when it is decided.
  const named = name !== '' && !(verb === 'create' && subresource === '');
  return {
    apiGroups: [group],
    resources: [subresource === '' ? resource : `${resource}/${subresource}`],
    ...(named ? { resourceNames: [name] } : {}),
    verbs: [verb],
  };
}

/** A Role with that rule and its binding; cluster-wide ones when the request is. */
export function smallestRole(attributes: Attributes): readonly KubeObject[] {
  const { user, namespace, resourceRequest } = attributes;
  const local = resourceRequest && namespace !== '';
  const kind = local ? 'Role' : 'ClusterRole';
  const metadata = { name: roleName(attributes), ...(local ? { namespace } : {}) };
  return [
    { apiVersion, kind, metadata, rules: [smallestRule(attributes)] },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata: { ...metadata },
      roleRef: { apiGroup: rbacGroup, kind, name: metadata.name },
      subjects: [subjectOf(user)],
    },
  ];
}

function roleName({ user, verb, resource, subresource, path }: Attributes): string {
  const words = [user.name, verb, resource === '' ? path : resource, subresource].join('-').toLowerCase();
  const plain = words.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return plain.slice(0, maxNameLength).replace(/-+$/, '') || 'access';
}

function subjectOf({ name }: UserInfo): Subject {
  const [namespace, account, ...more] = name.startsWith(accountPrefix)
    ? name.slice(accountPrefix.length).split(':')
    : [];
  return namespace && account && more.length === 0
    ? { kind: 'ServiceAccount', name: account, namespace }
    : { kind: 'User', name, apiGroup: rbacGroup };
}

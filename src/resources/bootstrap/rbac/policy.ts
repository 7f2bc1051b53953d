import type { KubeObject } from '../../../apimachinery/object.ts';
import type { PolicyRule } from '../../rbac/policy-rule.ts';
import { addonRoles } from './addon-roles.ts';
import { componentRoles } from './component-roles.ts';
import { controllerRoles } from './controller-roles.ts';
import { moreControllerRoles } from './more-controller-roles.ts';
import { namespacedBindings, namespacedRoles } from './namespaced.ts';
import { type BindingPolicy, clusterBindings } from './role-bindings.ts';
import { userRoles } from './user-roles.ts';

/** A ClusterRole in short. */
export interface ClusterRolePolicy {
  readonly name: string;
  readonly rules: PolicyRule[];
  /** Label `aggregate-to-<partOf>`: the role is a part of another one. */
  readonly partOf?: string;
  /** Collects the rules of all roles labelled `aggregate-to-<collects>`; a controller fills them in. */
  readonly collects?: string;
}

const group = 'rbac.authorization.k8s.io';
const apiVersion = `${group}/v1`;
const controllerPrefix = 'system:controller:';

const aggregationLabel = (name: string) => ({ [`${group}/aggregate-to-${name}`]: 'true' });

const metadata = (name: string, namespace = '', labels: Record<string, string> = {}) => ({
  name,
  ...(namespace === '' ? {} : { namespace }),
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
});

function clusterRole({ name, rules, partOf, collects }: ClusterRolePolicy): KubeObject {
  return {
    apiVersion,
    kind: 'ClusterRole',
    metadata: metadata(name, '', partOf === undefined ? {} : aggregationLabel(partOf)),
    ...(rules.length > 0 ? { rules } : {}),
    ...(collects === undefined
      ? {}
      : { aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregationLabel(collects) }] } }),
  };
}

const asController = (role: ClusterRolePolicy): ClusterRolePolicy => ({
  ...role,
  name: `${controllerPrefix}${role.name}`,
});

const controllers = () => [...controllerRoles(), ...moreControllerRoles()];

/** A subject from `user:name`, `group:name` or `sa:namespace/name`. */
function subjectOf(text: string): Record<string, string> {
  const [, kind, name] = /^(user|group|sa):(.+)$/.exec(text)!;
  if (kind !== 'sa') return { kind: kind === 'user' ? 'User' : 'Group', apiGroup: group, name: name! };
  const [namespace, account] = name!.split('/');
  return { kind: 'ServiceAccount', name: account!, namespace: namespace! };
}

function binding(kind: string, roleKind: string, policy: BindingPolicy): KubeObject {
  const { name, role = name, subjects } = policy;
  return {
    apiVersion,
    kind,
    metadata: metadata(name, policy.namespace),
    roleRef: { apiGroup: group, kind: roleKind, name: role },
    ...(subjects.length > 0 ? { subjects: subjects.map(subjectOf) } : {}),
  };
}

const controllerBinding = ({ name }: ClusterRolePolicy): BindingPolicy => ({
  name: `${controllerPrefix}${name}`,
  subjects: [`sa:kube-system/${name}`],
});

/** The ClusterRoles of upstream's `bootstrappolicy` with default feature gates. */
export const bootstrapClusterRoles = (): KubeObject[] =>
  [...userRoles(), ...componentRoles(), ...addonRoles(), ...controllers().map(asController)].map(clusterRole);

export const bootstrapClusterRoleBindings = (): KubeObject[] =>
  [...clusterBindings(), ...controllers().map(controllerBinding)].map((policy) =>
    binding('ClusterRoleBinding', 'ClusterRole', policy),
  );

export const bootstrapRoles = (): KubeObject[] =>
  namespacedRoles().map(({ name, namespace, rules }) => ({
    apiVersion,
    kind: 'Role',
    metadata: metadata(name, namespace),
    rules,
  }));

export const bootstrapRoleBindings = (): KubeObject[] =>
  namespacedBindings().map((policy) => binding('RoleBinding', 'Role', policy));

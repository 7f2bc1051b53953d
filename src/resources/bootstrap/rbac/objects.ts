import type { KubeObject } from '../../../apimachinery/object.ts';
import type { BootstrapObject } from '../types.ts';
import {
  bootstrapClusterRoleBindings,
  bootstrapClusterRoles,
  bootstrapRoleBindings,
  bootstrapRoles,
} from './policy.ts';
import { bindsOtherRole, reconcileBinding, reconcileRole } from './reconcile.ts';

const common = (resource: string, object: KubeObject) => ({
  group: 'rbac.authorization.k8s.io',
  resource,
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name!,
  object,
  mode: 'reconcile' as const,
});

const role =
  (resource: string) =>
  (object: KubeObject): BootstrapObject => ({
    ...common(resource, object),
    reconcile: (existing) => reconcileRole(existing, object),
  });

const binding =
  (resource: string) =>
  (object: KubeObject): BootstrapObject => ({
    ...common(resource, object),
    reconcile: (existing) => reconcileBinding(existing, object),
    mustReplace: (existing) => bindsOtherRole(existing, object),
  });

/** Roles before the bindings that refer to them. */
export const bootstrapRbac = (): BootstrapObject[] => [
  ...bootstrapClusterRoles().map(role('clusterroles')),
  ...bootstrapClusterRoleBindings().map(binding('clusterrolebindings')),
  ...bootstrapRoles().map(role('roles')),
  ...bootstrapRoleBindings().map(binding('rolebindings')),
];

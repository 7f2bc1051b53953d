import type { PolicyRule } from '../../rbac/policy-rule.ts';
import { on, writeEvents } from './policy-rules.ts';
import type { BindingPolicy } from './role-bindings.ts';

/** A Role in short. */
export interface RolePolicy {
  readonly name: string;
  readonly namespace: string;
  readonly rules: PolicyRule[];
}

const system = 'kube-system';

const holdLeases = () =>
  ['leases', 'leasecandidates'].map((resource) =>
    on('create get list update watch', resource, 'coordination.k8s.io'),
  );

export function namespacedRoles(): RolePolicy[] {
  return [
    {
      name: 'system:controller:bootstrap-signer',
      namespace: 'kube-public',
      rules: [
        on('get list watch', 'configmaps'),
        on('update', 'configmaps', 'core', 'cluster-info'),
        writeEvents(),
      ],
    },
    {
      name: 'extension-apiserver-authentication-reader',
      namespace: system,
      rules: [on('get list watch', 'configmaps', 'core', 'extension-apiserver-authentication')],
    },
    { name: 'system::leader-locking-kube-controller-manager', namespace: system, rules: holdLeases() },
    { name: 'system::leader-locking-kube-scheduler', namespace: system, rules: holdLeases() },
    {
      name: 'system:controller:bootstrap-signer',
      namespace: system,
      rules: [on('get list watch', 'secrets')],
    },
    {
      name: 'system:controller:cloud-provider',
      namespace: system,
      rules: [on('create get list watch', 'configmaps')],
    },
    {
      name: 'system:controller:token-cleaner',
      namespace: system,
      rules: [on('delete get list watch', 'secrets'), writeEvents()],
    },
  ];
}

export function namespacedBindings(): BindingPolicy[] {
  const manager = 'user:system:kube-controller-manager';
  const scheduler = 'user:system:kube-scheduler';
  return [
    {
      name: 'system:controller:bootstrap-signer',
      namespace: 'kube-public',
      subjects: ['sa:kube-system/bootstrap-signer'],
    },
    {
      name: 'system::extension-apiserver-authentication-reader',
      namespace: system,
      role: 'extension-apiserver-authentication-reader',
      subjects: [manager, scheduler],
    },
    {
      name: 'system::leader-locking-kube-controller-manager',
      namespace: system,
      subjects: [
        manager,
        'sa:kube-system/kube-controller-manager',
        'sa:kube-system/leader-election-controller',
      ],
    },
    {
      name: 'system::leader-locking-kube-scheduler',
      namespace: system,
      subjects: [scheduler, 'sa:kube-system/kube-scheduler'],
    },
    {
      name: 'system:controller:bootstrap-signer',
      namespace: system,
      subjects: ['sa:kube-system/bootstrap-signer'],
    },
    {
      name: 'system:controller:cloud-provider',
      namespace: system,
      subjects: ['sa:kube-system/cloud-provider'],
    },
    {
      name: 'system:controller:token-cleaner',
      namespace: system,
      subjects: ['sa:kube-system/token-cleaner'],
    },
  ];
}

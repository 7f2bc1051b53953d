/** A binding in short. */
export interface BindingPolicy {
  readonly name: string;
  /** '' or absent for a ClusterRoleBinding. */
  readonly namespace?: string;
  /** The role, when it is not called like the binding. */
  readonly role?: string;
  /** `user:name`, `group:name` or `sa:namespace/name`. */
  readonly subjects: readonly string[];
}

const everybody = ['group:system:authenticated', 'group:system:unauthenticated'];
const scheduler = ['user:system:kube-scheduler'];

/** ClusterRoleBindings besides those of the controllers. */
export function clusterBindings(): BindingPolicy[] {
  return [
    { name: 'cluster-admin', subjects: ['group:system:masters'] },
    { name: 'system:basic-user', subjects: ['group:system:authenticated'] },
    { name: 'system:discovery', subjects: ['group:system:authenticated'] },
    { name: 'system:kube-controller-manager', subjects: ['user:system:kube-controller-manager'] },
    { name: 'system:kube-dns', subjects: ['sa:kube-system/kube-dns'] },
    { name: 'system:kube-scheduler', subjects: scheduler },
    { name: 'system:monitoring', subjects: ['group:system:monitoring'] },
    { name: 'system:node', subjects: [] },
    { name: 'system:node-proxier', subjects: ['user:system:kube-proxy'] },
    { name: 'system:public-info-viewer', subjects: everybody },
    { name: 'system:service-account-issuer-discovery', subjects: ['group:system:serviceaccounts'] },
    { name: 'system:volume-scheduler', subjects: scheduler },
  ];
}

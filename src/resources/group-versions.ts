/** Priorities of the group versions, as the reference server registers its own APIServices. Most preferred first. */
export interface GroupVersionPriority {
  readonly version: string;
  readonly groupPriorityMinimum: number;
  readonly versionPriority: number;
  readonly servedByDefault: boolean;
}

export const groupVersions: Readonly<Record<string, readonly GroupVersionPriority[]>> = {
  '': [{ version: 'v1', groupPriorityMinimum: 18000, versionPriority: 1, servedByDefault: true }],
  'apiregistration.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 20000, versionPriority: 1000, servedByDefault: true },
  ],
  apps: [{ version: 'v1', groupPriorityMinimum: 17800, versionPriority: 15, servedByDefault: true }],
  'events.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 17750, versionPriority: 15, servedByDefault: true },
  ],
  'authentication.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 17700, versionPriority: 15, servedByDefault: true },
  ],
  'authorization.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 17600, versionPriority: 15, servedByDefault: true },
  ],
  autoscaling: [
    { version: 'v2', groupPriorityMinimum: 17500, versionPriority: 30, servedByDefault: true },
    { version: 'v1', groupPriorityMinimum: 17500, versionPriority: 15, servedByDefault: true },
  ],
  batch: [{ version: 'v1', groupPriorityMinimum: 17400, versionPriority: 15, servedByDefault: true }],
  'certificates.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 17300, versionPriority: 15, servedByDefault: true },
    { version: 'v1beta1', groupPriorityMinimum: 17300, versionPriority: 9, servedByDefault: false },
    { version: 'v1alpha1', groupPriorityMinimum: 17300, versionPriority: 1, servedByDefault: false },
  ],
  'networking.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 17200, versionPriority: 15, servedByDefault: true },
    { version: 'v1beta1', groupPriorityMinimum: 17200, versionPriority: 9, servedByDefault: false },
  ],
  policy: [{ version: 'v1', groupPriorityMinimum: 17100, versionPriority: 15, servedByDefault: true }],
  'rbac.authorization.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 17000, versionPriority: 15, servedByDefault: true },
  ],
  'storage.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 16800, versionPriority: 15, servedByDefault: true },
    { version: 'v1beta1', groupPriorityMinimum: 16800, versionPriority: 9, servedByDefault: false },
  ],
  'admissionregistration.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 16700, versionPriority: 15, servedByDefault: true },
    { version: 'v1beta1', groupPriorityMinimum: 16700, versionPriority: 12, servedByDefault: false },
    { version: 'v1alpha1', groupPriorityMinimum: 16700, versionPriority: 9, servedByDefault: false },
  ],
  'apiextensions.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 16700, versionPriority: 15, servedByDefault: true },
  ],
  'scheduling.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 16600, versionPriority: 15, servedByDefault: true },
    { version: 'v1alpha2', groupPriorityMinimum: 16600, versionPriority: 2, servedByDefault: false },
  ],
  'coordination.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 16500, versionPriority: 15, servedByDefault: true },
    { version: 'v1beta1', groupPriorityMinimum: 16500, versionPriority: 13, servedByDefault: false },
    { version: 'v1alpha2', groupPriorityMinimum: 16500, versionPriority: 12, servedByDefault: false },
  ],
  'node.k8s.io': [{ version: 'v1', groupPriorityMinimum: 16300, versionPriority: 15, servedByDefault: true }],
  'discovery.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 16200, versionPriority: 15, servedByDefault: true },
  ],
  'resource.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 16200, versionPriority: 21, servedByDefault: true },
    { version: 'v1beta2', groupPriorityMinimum: 16200, versionPriority: 15, servedByDefault: false },
    { version: 'v1beta1', groupPriorityMinimum: 16200, versionPriority: 9, servedByDefault: false },
    { version: 'v1alpha3', groupPriorityMinimum: 16200, versionPriority: 1, servedByDefault: false },
  ],
  'flowcontrol.apiserver.k8s.io': [
    { version: 'v1', groupPriorityMinimum: 16100, versionPriority: 21, servedByDefault: true },
  ],
  'internal.apiserver.k8s.io': [
    { version: 'v1alpha1', groupPriorityMinimum: 16000, versionPriority: 9, servedByDefault: false },
  ],
  'storagemigration.k8s.io': [
    { version: 'v1beta1', groupPriorityMinimum: 15800, versionPriority: 9, servedByDefault: false },
  ],
};

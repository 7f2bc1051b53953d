import type { BootstrapObject } from './types.ts';

/** Values above what users may give. */
const systemCriticalPriority = 2_000_000_000;

const priorityClass = (name: string, value: number, description: string): BootstrapObject => ({
  group: 'scheduling.k8s.io',
  resource: 'priorityclasses',
  namespace: '',
  name,
  object: {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description,
  },
  mode: 'createIfMissing',
});

export const bootstrapPriorityClasses = (): BootstrapObject[] => [
  priorityClass(
    'system-node-critical',
    systemCriticalPriority + 1000,
    'Used for system critical pods that must not be moved from their current node.',
  ),
  priorityClass(
    'system-cluster-critical',
    systemCriticalPriority,
    'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  ),
];

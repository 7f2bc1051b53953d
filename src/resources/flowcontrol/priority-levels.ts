import type { KubeObject } from '../../apimachinery/object.ts';

/** Written by the server into every object it keeps up to date; `false` leaves the spec to the administrator. */
export const autoUpdateAnnotation = 'apf.kubernetes.io/autoupdate-spec';

const queueLengthLimit = 50;

const priorityLevel = (name: string, spec: Record<string, unknown>): KubeObject => ({
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
  kind: 'PriorityLevelConfiguration',
  metadata: { name, annotations: { [autoUpdateAnnotation]: 'true' } },
  spec,
});

const limited = (
  name: string,
  nominalConcurrencyShares: number,
  lendablePercent: number,
  limitResponse: Record<string, unknown>,
): KubeObject =>
  priorityLevel(name, {
    type: 'Limited',
    limited: { nominalConcurrencyShares, lendablePercent, limitResponse },
  });

const queue = (queues: number, handSize: number) => ({
  type: 'Queue',
  queuing: { queues, handSize, queueLengthLimit },
});

/** Always kept as they are here, whatever their annotation says. */
export const mandatoryPriorityLevels = (): KubeObject[] => [
  limited('catch-all', 5, 0, { type: 'Reject' }),
  priorityLevel('exempt', { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }),
];

export const suggestedPriorityLevels = (): KubeObject[] => [
  limited('system', 30, 33, queue(64, 6)),
  limited('node-high', 40, 25, queue(64, 6)),
  limited('leader-election', 10, 0, queue(16, 4)),
  limited('workload-high', 40, 50, queue(128, 6)),
  limited('workload-low', 100, 90, queue(128, 6)),
  limited('global-default', 20, 50, queue(128, 6)),
];

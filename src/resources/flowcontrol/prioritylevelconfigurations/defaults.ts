import type { KubeObject } from '../../../apimachinery/object.ts';
import { type Queuing, specOf } from './types.ts';

const defaultShares = 30;
const defaultQueuing = { queues: 64, handSize: 8, queueLengthLimit: 50 } as const;

export function defaults(level: KubeObject): void {
  const { limited, exempt } = specOf(level);
  if (exempt) {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }
  if (!limited) return;
  limited.nominalConcurrencyShares ??= defaultShares;
  limited.lendablePercent ??= 0;
  if (limited.limitResponse?.queuing) defaultQueues(limited.limitResponse.queuing);
}

function defaultQueues(queuing: Queuing): void {
  queuing.queues ||= defaultQueuing.queues;
  queuing.handSize ||= defaultQueuing.handSize;
  queuing.queueLengthLimit ||= defaultQueuing.queueLengthLimit;
}

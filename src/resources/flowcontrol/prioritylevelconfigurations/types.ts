import type { KubeObject } from '../../../apimachinery/object.ts';
import { readStruct } from '../../struct-fields.ts';

export interface Queuing {
  queues?: number;
  handSize?: number;
  queueLengthLimit?: number;
}

export interface LimitResponse {
  type?: string;
  queuing?: Queuing;
}

interface Shares {
  nominalConcurrencyShares?: number;
  lendablePercent?: number;
}

export interface Limited extends Shares {
  limitResponse?: LimitResponse;
  borrowingLimitPercent?: number;
}

/** `flowcontrol.apiserver.k8s.io/v1` PriorityLevelConfigurationSpec. */
export interface PriorityLevelSpec {
  type?: string;
  limited?: Limited;
  exempt?: Shares;
}

export const specOf = (level: KubeObject): PriorityLevelSpec => readStruct(level, 'spec');

import type { Clock } from '../apimachinery/clock.ts';
import type { StampedReader } from '../apimachinery/reader.ts';
import type { CountObjects } from './estimate.ts';
import { createMaxInFlight } from './max-in-flight.ts';
import type { FlowControlOptions } from './options.ts';
import { createPriorityAndFairness } from './priority-and-fairness.ts';
import type { FlowControl } from './types.ts';

/** What flow control may use. */
export interface FlowControlTools {
  /** Serves FlowSchemas and PriorityLevelConfigurations. */
  readonly reader: StampedReader;
  readonly countObjects: CountObjects;
}

export interface FlowControlSettings {
  readonly flowControl: FlowControlOptions;
  readonly clock: Clock;
  /** How long requests may take. */
  readonly requestTimeoutMs: number;
}

/** Flow control as the settings want it; they have passed `checkFlowControl`. */
export function createFlowControl(
  { flowControl, clock, requestTimeoutMs }: FlowControlSettings,
  tools: FlowControlTools,
): FlowControl {
  const { priorityAndFairness, maxRequests, maxMutatingRequests } = flowControl;
  return priorityAndFairness
    ? createPriorityAndFairness({
        ...tools,
        clock,
        requestTimeoutMs,
        seats: maxRequests + maxMutatingRequests,
      })
    : createMaxInFlight(flowControl);
}

import type { FlowControlOptions } from '../../flowcontrol/options.ts';
import { flag, type ValuesOf } from '../flag.ts';
import * as type from '../flag-types.ts';

export const flowControlFlags = Object.freeze({
  'enable-priority-and-fairness': flag(
    type.boolean,
    true,
    'Whether requests are queued fairly by FlowSchemas and priority levels; otherwise there are only the two limits below.',
  ),
  'max-requests-inflight': flag(
    type.integer(0),
    400,
    'Requests that only read at a time; with priority and fairness, part of the sum of seats.',
  ),
  'max-mutating-requests-inflight': flag(
    type.integer(0),
    200,
    'Requests that change something at a time; with priority and fairness, part of the sum of seats.',
  ),
});

/** What the flags mean to flow control. */
export const flowControlOptions = (
  values: ValuesOf<typeof flowControlFlags>,
): Partial<FlowControlOptions> => ({
  priorityAndFairness: values['enable-priority-and-fairness'],
  maxRequests: values['max-requests-inflight'],
  maxMutatingRequests: values['max-mutating-requests-inflight'],
});

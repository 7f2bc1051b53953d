/** What the flags decide about flow control. */
export interface FlowControlOptions {
  /** `--enable-priority-and-fairness`; when off, the two limits stand for themselves, and 0 is no limit. */
  readonly priorityAndFairness: boolean;
  /** `--max-requests-inflight`: with the next one the seats of the server; they must add up to something positive. */
  readonly maxRequests: number;
  /** `--max-mutating-requests-inflight` */
  readonly maxMutatingRequests: number;
}

export const defaultFlowControl: FlowControlOptions = Object.freeze({
  priorityAndFairness: true,
  maxRequests: 400,
  maxMutatingRequests: 200,
});

/** Throws an Error, to be shown to the operator, when there would be no seat at all. */
export function checkFlowControl({
  priorityAndFairness,
  maxRequests,
  maxMutatingRequests,
}: FlowControlOptions): void {
  if (!priorityAndFairness || maxRequests + maxMutatingRequests > 0) return;
  throw new Error(
    `max-requests-inflight: ${maxRequests} and max-mutating-requests-inflight: ${maxMutatingRequests} must add up to something positive`,
  );
}

import type { IJobStatus } from 'kubernetes-models/batch/v1';

const conditionIs = (status: IJobStatus, type: string, value: string): boolean =>
  (status.conditions ?? []).some((condition) => condition.type === type && condition.status === value);

export const hasCondition = (status: IJobStatus, type: string): boolean => conditionIs(status, type, 'True');

export const isFinished = (status: IJobStatus): boolean =>
  hasCondition(status, 'Complete') || hasCondition(status, 'Failed');

/** The controller sets a suspended job going again. */
export const isResuming = (status: IJobStatus, old: IJobStatus): boolean =>
  hasCondition(old, 'Suspended') && conditionIs(status, 'Suspended', 'False');

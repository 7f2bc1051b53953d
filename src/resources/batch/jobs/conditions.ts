import type { IJobStatus } from 'kubernetes-models/batch/v1';

export const hasCondition = (status: IJobStatus, type: string): boolean =>
  (status.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');

export const isFinished = (status: IJobStatus): boolean =>
  hasCondition(status, 'Complete') || hasCondition(status, 'Failed');

import type { IJobSpec, IJobStatus } from 'kubernetes-models/batch/v1';

/** A write of a job's status. */
export interface StatusChange {
  readonly spec: IJobSpec;
  readonly status: IJobStatus;
  readonly old: IJobStatus;
}

import type { IJobSpec } from 'kubernetes-models/batch/v1';
import { manyCompletions, maxParallelismWithManyCompletions } from './job-limits.ts';

/** `path`: where the spec stands, such as `spec`. */
export function jobSpecWarnings(spec: IJobSpec, path: string): string[] {
  const { completionMode, completions = 0, parallelism = 0 } = spec;
  if (completionMode !== 'Indexed' || completions <= manyCompletions) return [];
  if (parallelism <= maxParallelismWithManyCompletions) return [];
  return [
    `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
  ];
}

import type { IJobSpec } from 'kubernetes-models/batch/v1';
import type { FieldPath } from '../../apimachinery/field-error.ts';
import { podTemplateWarnings } from '../warnings/pod.ts';
import { manyCompletions, maxParallelismWithManyCompletions } from './job-limits.ts';

/** `path`: where the spec stands. */
export const jobSpecWarnings = (spec: Partial<IJobSpec>, path: FieldPath): string[] => [
  ...sizeWarnings(spec, path),
  ...podTemplateWarnings(spec.template, path.child('template')),
];

function sizeWarnings(spec: Partial<IJobSpec>, path: FieldPath): string[] {
  const { completionMode, completions = 0, parallelism = 0 } = spec;
  if (completionMode !== 'Indexed' || completions <= manyCompletions) return [];
  if (parallelism <= maxParallelismWithManyCompletions) return [];
  return [
    `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
  ];
}

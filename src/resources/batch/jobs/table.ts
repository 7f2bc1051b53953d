import type { IJobSpec, IJobStatus } from 'kubernetes-models/batch/v1';
import { parseTime } from '../../../apimachinery/clock.ts';
import { humanDuration } from '../../../apimachinery/duration.ts';
import { formatLabelSelector } from '../../../apimachinery/label-selector.ts';
import type { KubeObject } from '../../../apimachinery/object.ts';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';
import { containerCells, containerColumns, selectorColumn } from '../../template-columns.ts';
import { hasCondition } from './conditions.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Status', 'What has become of the job.'),
    column('Completions', 'Pods that succeeded out of those wanted.'),
    column('Duration', 'How long the job has been or was at work.'),
    ageColumn,
    ...containerColumns,
    selectorColumn,
  ],
  row: (object, nowMs) => {
    const spec = readStruct<IJobSpec>(object, 'spec');
    const status = readStruct<IJobStatus>(object, 'status');
    return {
      cells: [
        object.metadata.name ?? '',
        stateText(object, status),
        completionsText(spec, status),
        durationText(status, nowMs),
        age(object, nowMs),
        ...containerCells(spec.template),
        formatLabelSelector(spec.selector),
      ],
    };
  },
};

function stateText({ metadata }: KubeObject, status: IJobStatus): string {
  const first = (...types: string[]) => types.find((type) => hasCondition(status, type));
  return (
    first('Complete', 'Failed') ??
    (metadata.deletionTimestamp ? 'Terminating' : undefined) ??
    first('Suspended', 'FailureTarget', 'SuccessCriteriaMet') ??
    'Running'
  );
}

function completionsText({ completions, parallelism = 0 }: IJobSpec, { succeeded = 0 }: IJobStatus): string {
  if (completions !== undefined) return `${succeeded}/${completions}`;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText({ startTime, completionTime }: IJobStatus, nowMs: number): string {
  if (!startTime) return '';
  const endMs = completionTime ? parseTime(completionTime) : nowMs;
  return humanDuration(endMs - parseTime(startTime));
}

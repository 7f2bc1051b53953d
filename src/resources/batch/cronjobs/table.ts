import type { ICronJobSpec, ICronJobStatus } from 'kubernetes-models/batch/v1';
import { formatLabelSelector } from '../../../apimachinery/label-selector.ts';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, ageOf, column, nameColumn, none, unset } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';
import { containerCells, containerColumns, selectorColumn } from '../../template-columns.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Schedule', 'When jobs are made, in cron form.'),
    column('Timezone', 'Time zone of the schedule.'),
    column('Suspend', 'Whether no jobs are made for now.', 'boolean'),
    column('Active', 'Jobs at work.', 'integer'),
    column('Last Schedule', 'Time since a job was last made.'),
    ageColumn,
    ...containerColumns,
    selectorColumn,
  ],
  row: (object, nowMs) => {
    const spec = readStruct<ICronJobSpec>(object, 'spec');
    const status = readStruct<ICronJobStatus>(object, 'status');
    const jobSpec = spec.jobTemplate?.spec;
    return {
      cells: [
        object.metadata.name ?? '',
        spec.schedule ?? '',
        spec.timeZone ?? none,
        suspendText(spec.suspend),
        status.active?.length ?? 0,
        status.lastScheduleTime ? ageOf(status.lastScheduleTime, nowMs) : none,
        age(object, nowMs),
        ...containerCells(jobSpec?.template),
        formatLabelSelector(jobSpec?.selector),
      ],
    };
  },
};

function suspendText(suspend: boolean | undefined): string {
  if (suspend === undefined) return unset;
  return suspend ? 'True' : 'False';
}

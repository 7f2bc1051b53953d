import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn, none } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';
import type { Condition } from '../../validation/conditions.ts';
import type { PodGroupSpec } from '../types.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Policy', 'How the pods of the group are scheduled.'),
    column('Workload', 'The workload the group belongs to.'),
    column('Status', 'Whether the group has been scheduled.'),
    ageColumn,
  ],
  row: (object, nowMs) => {
    const { schedulingPolicy, podGroupTemplateRef } = readStruct<PodGroupSpec>(object, 'spec');
    const { conditions } = readStruct<{ conditions?: Condition[] }>(object, 'status');
    return {
      cells: [
        object.metadata.name ?? '',
        schedulingPolicy?.gang ? 'Gang' : 'Basic',
        podGroupTemplateRef?.workload?.workloadName ?? none,
        stateText(conditions ?? []),
        age(object, nowMs),
      ],
    };
  },
};

function stateText(conditions: readonly Condition[]): string {
  const disruption = conditions.find(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  if (disruption) return disruption.reason ?? '';
  const scheduled = conditions.find(({ type }) => type === 'PodGroupScheduled');
  if (scheduled?.status === 'True') return 'Scheduled';
  return scheduled?.status === 'False' ? 'Unschedulable' : 'Pending';
}

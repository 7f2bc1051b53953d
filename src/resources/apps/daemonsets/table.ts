import type { IDaemonSetSpec, IDaemonSetStatus } from 'kubernetes-models/apps/v1';
import { formatLabelSelector } from '../../../apimachinery/label-selector.ts';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, labelsText, nameColumn } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';
import { containerCells, containerColumns, selectorColumn } from '../../template-columns.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Desired', 'Nodes that should run the pod.', 'integer'),
    column('Current', 'Nodes that run the pod and should.', 'integer'),
    column('Ready', 'Nodes whose pod is ready.', 'integer'),
    column('Up-to-date', 'Nodes whose pod has the current template.', 'integer'),
    column('Available', 'Nodes whose pod has been ready for long enough.', 'integer'),
    column('Node Selector', 'Labels that choose the nodes.'),
    ageColumn,
    ...containerColumns,
    selectorColumn,
  ],
  row: (object, nowMs) => {
    const spec = readStruct<IDaemonSetSpec>(object, 'spec');
    const status = readStruct<IDaemonSetStatus>(object, 'status');
    return {
      cells: [
        object.metadata.name ?? '',
        status.desiredNumberScheduled ?? 0,
        status.currentNumberScheduled ?? 0,
        status.numberReady ?? 0,
        status.updatedNumberScheduled ?? 0,
        status.numberAvailable ?? 0,
        labelsText(spec.template?.spec?.nodeSelector),
        age(object, nowMs),
        ...containerCells(spec.template),
        formatLabelSelector(spec.selector),
      ],
    };
  },
};

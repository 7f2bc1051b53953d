import type { IComponentStatus } from 'kubernetes-models/v1/ComponentStatus';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { column, nameColumn } from '../../cells.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Status', 'Healthy, Unhealthy or Unknown.'),
    column('Message', 'What the component said.'),
    column('Error', 'Why the component could not be asked.'),
  ],
  row: (object) => {
    const { conditions = [] } = object as unknown as IComponentStatus;
    const healthy = conditions.find(({ type }) => type === 'Healthy');
    const status = !healthy ? 'Unknown' : healthy.status === 'True' ? 'Healthy' : 'Unhealthy';
    return { cells: [object.metadata.name ?? '', status, healthy?.message ?? '', healthy?.error ?? ''] };
  },
};

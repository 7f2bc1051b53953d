import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn, none } from '../../cells.ts';
import { specOf } from './types.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Type', 'Whether requests of the level are limited or exempt from limits.'),
    column('NominalConcurrencyShares', 'Share of the server that the level is meant to have.'),
    column('Queues', 'Number of queues.'),
    column('HandSize', 'Number of queues among which a flow is spread.'),
    column('QueueLengthLimit', 'Requests that may wait in one queue.'),
    ageColumn,
  ],
  row: (level, nowMs) => {
    const { type = '', limited } = specOf(level);
    const queuing = limited?.limitResponse?.queuing;
    return {
      cells: [
        level.metadata.name ?? '',
        type,
        limited?.nominalConcurrencyShares ?? none,
        queuing?.queues ?? none,
        queuing?.handSize ?? none,
        queuing?.queueLengthLimit ?? none,
        age(level, nowMs),
      ],
    };
  },
};

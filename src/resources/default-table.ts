import type { TableDefinition } from '../scheme/definition.ts';

/** What Go's zero time is printed as: a bookmark has none. */
const zeroTime = '0001-01-01T00:00:00Z';

/** The table of every kind without columns of its own (`rest.NewDefaultTableConvertor`). */
export const defaultTable: TableDefinition = {
  nullWhenEmpty: true,
  columns: [
    {
      name: 'Name',
      type: 'string',
      format: 'name',
      description: 'Name must be unique within a namespace.',
      priority: 0,
    },
    {
      name: 'Created At',
      type: 'date',
      description:
        'CreationTimestamp is a timestamp representing the server time when this object was created.',
      priority: 0,
    },
  ],
  row: ({ metadata }) => ({ cells: [metadata.name ?? '', metadata.creationTimestamp ?? zeroTime] }),
};

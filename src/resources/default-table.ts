import type { TableDefinition } from '../scheme/definition.ts';

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
  row: (object) => ({ cells: [object.metadata.name ?? '', object.metadata.creationTimestamp ?? null] }),
};

import { groupResourceText } from '../../../apimachinery/gvk.ts';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { column } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';
import type { MigrationSpec, MigrationStatus } from './types.ts';

const outcomes = ['Running', 'Failed', 'Succeeded'];

export const table: TableDefinition = {
  columns: [
    column('Name', 'Name of the migration.'),
    column('Resource', 'The resource whose objects are written anew.'),
    column('Status', 'How far the migration has come.'),
  ],
  row: (object) => {
    const { group = '', resource = '' } = readStruct<MigrationSpec>(object, 'spec').resource ?? {};
    const { conditions = [] } = readStruct<MigrationStatus>(object, 'status');
    const outcome = conditions.findLast(
      ({ type = '', status }) => status === 'True' && outcomes.includes(type),
    );
    return {
      cells: [object.metadata.name ?? '', groupResourceText({ group, resource }), outcome?.type ?? 'Unknown'],
    };
  },
};

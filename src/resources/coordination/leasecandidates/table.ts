import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';
import type { LeaseCandidateSpec } from './spec.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('LeaseName', 'The lease that the candidate would hold.'),
    column('BinaryVersion', 'Version of the candidate.'),
    column('EmulationVersion', 'Version as which the candidate acts.'),
    ageColumn,
  ],
  row: (object, nowMs) => {
    const spec = readStruct<LeaseCandidateSpec>(object, 'spec');
    return {
      cells: [
        object.metadata.name ?? '',
        spec.leaseName ?? '',
        spec.binaryVersion ?? '',
        spec.emulationVersion ?? '',
        age(object, nowMs),
      ],
    };
  },
};

import type { TableDefinition } from '../../../scheme/definition.ts';
import { column, nameColumn, none } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';

export const table: TableDefinition = {
  columns: [nameColumn, column('SignerName', 'Signer whose certificates the bundle verifies.')],
  row: (bundle) => ({
    cells: [
      bundle.metadata.name ?? '',
      readStruct<{ signerName?: string }>(bundle, 'spec').signerName || none,
    ],
  }),
};

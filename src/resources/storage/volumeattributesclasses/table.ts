import type { IVolumeAttributesClass } from 'kubernetes-models/storage.k8s.io/v1';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';

export const table: TableDefinition = {
  columns: [nameColumn, column('DriverName', 'The driver that applies the attributes.'), ageColumn],
  row: (object, nowMs) => ({
    cells: [
      object.metadata.name ?? '',
      (object as unknown as IVolumeAttributesClass).driverName ?? '',
      age(object, nowMs),
    ],
  }),
};

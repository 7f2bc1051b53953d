import type { IPersistentVolumeClaim } from 'kubernetes-models/v1/PersistentVolumeClaim';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn, unset, wideColumn } from '../../cells.ts';
import { accessModesText, storageClassOf } from '../access-modes.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Status', 'Phase of the claim.'),
    column('Volume', 'Name of the volume that is bound to the claim.'),
    column('Capacity', 'Size of the bound volume.'),
    column('Access Modes', 'How the bound volume can be mounted.'),
    column('StorageClass', 'Class that the claim asks for.'),
    column('VolumeAttributesClass', 'Class of changeable attributes that the claim asks for.'),
    ageColumn,
    wideColumn('VolumeMode', 'Filesystem or Block.'),
  ],
  row: (object, nowMs) => {
    const { spec, status } = object as unknown as IPersistentVolumeClaim;
    const { name = '', annotations, deletionTimestamp } = object.metadata;
    const bound = Boolean(spec?.volumeName);
    return {
      cells: [
        name,
        deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
        spec?.volumeName ?? '',
        bound ? String(status?.capacity?.['storage'] ?? '0') : '',
        bound ? accessModesText(status?.accessModes) : '',
        storageClassOf(annotations, spec?.storageClassName),
        spec?.volumeAttributesClassName ?? unset,
        age(object, nowMs),
        spec?.volumeMode ?? unset,
      ],
    };
  },
};

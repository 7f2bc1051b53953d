import type { IPersistentVolume } from 'kubernetes-models/v1/PersistentVolume';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn, unset, wideColumn } from '../../cells.ts';
import { accessModesText, storageClassOf } from '../access-modes.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Capacity', 'Size of the volume.'),
    column('Access Modes', 'How the volume can be mounted.'),
    column('Reclaim Policy', 'What happens to the volume when its claim is deleted.'),
    column('Status', 'Phase of the volume.'),
    column('Claim', 'Namespace and name of the claim that is bound to the volume.'),
    column('StorageClass', 'Class that the volume belongs to.'),
    column('VolumeAttributesClass', 'Class of changeable attributes of the volume.'),
    column('Reason', 'Why the volume is in its phase.'),
    ageColumn,
    wideColumn('VolumeMode', 'Filesystem or Block.'),
  ],
  row: (object, nowMs) => {
    const { spec, status } = object as unknown as IPersistentVolume;
    const { name = '', annotations, deletionTimestamp } = object.metadata;
    const claim = spec?.claimRef;
    return {
      cells: [
        name,
        String(spec?.capacity?.['storage'] ?? '0'),
        accessModesText(spec?.accessModes),
        spec?.persistentVolumeReclaimPolicy ?? '',
        deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
        claim ? `${claim.namespace ?? ''}/${claim.name ?? ''}` : '',
        storageClassOf(annotations, spec?.storageClassName),
        spec?.volumeAttributesClassName ?? unset,
        status?.reason ?? '',
        age(object, nowMs),
        spec?.volumeMode ?? unset,
      ],
    };
  },
};

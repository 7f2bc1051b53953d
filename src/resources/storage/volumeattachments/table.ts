import type { IVolumeAttachmentSpec, IVolumeAttachmentStatus } from 'kubernetes-models/storage.k8s.io/v1';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    { ...column('Attacher', 'The driver that attaches the volume.'), format: 'name' },
    column('PV', 'The volume.'),
    column('Node', 'The node it is attached to.'),
    column('Attached', 'Whether it is attached.', 'boolean'),
    ageColumn,
  ],
  row: (object, nowMs) => {
    const { attacher, source, nodeName } = readStruct<IVolumeAttachmentSpec>(object, 'spec');
    const { attached } = readStruct<IVolumeAttachmentStatus>(object, 'status');
    return {
      cells: [
        object.metadata.name ?? '',
        attacher ?? '',
        source?.persistentVolumeName ?? '',
        nodeName ?? '',
        attached ?? false,
        age(object, nowMs),
      ],
    };
  },
};

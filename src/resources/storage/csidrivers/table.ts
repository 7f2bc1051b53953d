import type { ICSIDriverSpec } from 'kubernetes-models/storage.k8s.io/v1';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn, none, unset } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('AttachRequired', 'Whether volumes are attached before they are mounted.', 'boolean'),
    column('PodInfoOnMount', 'Whether the driver is told about the pod.', 'boolean'),
    column('StorageCapacity', 'Whether the scheduler looks at the capacity.', 'boolean'),
    column('TokenRequests', 'Audiences of the tokens that the driver gets.'),
    column('RequiresRepublish', 'Whether mounted volumes are published again and again.', 'boolean'),
    column('Modes', 'How long volumes live: as claims or as pods.'),
    ageColumn,
  ],
  row: (object, nowMs) => {
    const spec = readStruct<ICSIDriverSpec>(object, 'spec');
    const { tokenRequests = [], volumeLifecycleModes = [] } = spec;
    return {
      cells: [
        object.metadata.name ?? '',
        spec.attachRequired ?? true,
        spec.podInfoOnMount ?? false,
        spec.storageCapacity ?? false,
        tokenRequests.length === 0 ? unset : tokenRequests.map(({ audience }) => audience ?? '').join(','),
        spec.requiresRepublish ?? false,
        volumeLifecycleModes.join(',') || none,
        age(object, nowMs),
      ],
    };
  },
};

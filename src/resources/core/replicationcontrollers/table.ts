import type { IReplicationController } from 'kubernetes-models/v1/ReplicationController';
import type { TableDefinition } from '../../../scheme/definition.ts';
import {
  age,
  ageColumn,
  column,
  containerImages,
  containerNames,
  labelsText,
  nameColumn,
  wideColumn,
} from '../../cells.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Desired', 'Number of pods asked for.', 'integer'),
    column('Current', 'Number of pods that exist.', 'integer'),
    column('Ready', 'Number of pods that are ready.', 'integer'),
    ageColumn,
    wideColumn('Containers', 'Names of the containers in the template.'),
    wideColumn('Images', 'Images of the containers in the template.'),
    wideColumn('Selector', 'Labels of the pods that are counted.'),
  ],
  row: (object, nowMs) => {
    const { spec, status } = object as unknown as IReplicationController;
    const containers = spec?.template?.spec?.containers;
    return {
      cells: [
        object.metadata.name ?? '',
        spec?.replicas ?? 0,
        status?.replicas ?? 0,
        status?.readyReplicas ?? 0,
        age(object, nowMs),
        containerNames(containers),
        containerImages(containers),
        labelsText(spec?.selector),
      ],
    };
  },
};

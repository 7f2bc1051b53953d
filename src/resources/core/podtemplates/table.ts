import type { IPodTemplate } from 'kubernetes-models/v1/PodTemplate';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { column, containerImages, containerNames, labelsText, nameColumn } from '../../cells.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Containers', 'Names of the containers in the template.'),
    column('Images', 'Images of the containers in the template.'),
    column('Pod Labels', 'Labels that pods made from the template get.'),
  ],
  row: (object) => {
    const { template } = object as unknown as IPodTemplate;
    const containers = template?.spec?.containers;
    return {
      cells: [
        object.metadata.name ?? '',
        containerNames(containers),
        containerImages(containers),
        labelsText(template?.metadata?.labels),
      ],
    };
  },
};

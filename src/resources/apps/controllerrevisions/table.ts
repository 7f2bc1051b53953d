import { parseApiVersion } from '../../../apimachinery/gvk.ts';
import type { OwnerReference } from '../../../apimachinery/object.ts';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn, none } from '../../cells.ts';

/** `statefulset.apps/web` */
function ownerText({ apiVersion, kind, name }: OwnerReference): string {
  const group = parseApiVersion(apiVersion)?.group ?? '';
  return `${(group === '' ? kind : `${kind}.${group}`).toLowerCase()}/${name}`;
}

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Controller', 'The object whose history this is part of.'),
    column('Revision', 'Its place in that history.'),
    ageColumn,
  ],
  row: (object, nowMs) => {
    const owner = object.metadata.ownerReferences?.find(({ controller }) => controller);
    return {
      cells: [
        object.metadata.name ?? '',
        owner ? ownerText(owner) : none,
        object['revision'] ?? 0,
        age(object, nowMs),
      ],
    };
  },
};

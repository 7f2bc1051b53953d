import type { IIPAddress } from 'kubernetes-models/networking.k8s.io/v1/IPAddress';
import { groupResourceText } from '../../../apimachinery/gvk.ts';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, column, nameColumn, none } from '../../cells.ts';

function parentText({ spec }: IIPAddress): string {
  const parent = spec?.parentRef;
  if (!parent) return none;
  const { group = '', resource, namespace, name } = parent;
  const parts = [groupResourceText({ group, resource }).toLowerCase()];
  if (namespace) parts.push(namespace);
  return [...parts, name].join('/');
}

export const table: TableDefinition = {
  columns: [nameColumn, column('ParentRef', 'Object that holds the address.')],
  // The reference server sends the age without naming a column for it; clients ignore the cell.
  row: (object, nowMs) => ({
    cells: [object.metadata.name ?? '', parentText(object as unknown as IIPAddress), age(object, nowMs)],
  }),
};

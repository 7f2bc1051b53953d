import type { IServiceCIDR } from 'kubernetes-models/networking.k8s.io/v1/ServiceCIDR';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';

export const table: TableDefinition = {
  columns: [nameColumn, column('CIDRs', 'Ranges from which service addresses are taken.'), ageColumn],
  row: (object, nowMs) => {
    const { spec } = object as unknown as IServiceCIDR;
    return { cells: [object.metadata.name ?? '', (spec?.cidrs ?? []).join(','), age(object, nowMs)] };
  },
};

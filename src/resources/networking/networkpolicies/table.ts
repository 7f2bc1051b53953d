import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { formatLabelSelector } from '../../../apimachinery/label-selector.ts';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';

export const table: TableDefinition = {
  columns: [nameColumn, column('Pod-Selector', 'Pods that the policy is for.'), ageColumn],
  row: (object, nowMs) => {
    const { spec } = object as unknown as INetworkPolicy;
    const selector = formatLabelSelector(spec?.podSelector ?? {});
    return { cells: [object.metadata.name ?? '', selector, age(object, nowMs)] };
  },
};

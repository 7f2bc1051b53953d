import type { KubeObject } from '../../../apimachinery/object.ts';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';
import { statusOf } from './types.ts';

function stateOf(claim: KubeObject): string {
  const { allocation, reservedFor = [] } = statusOf(claim);
  const deleted = claim.metadata.deletionTimestamp !== undefined;
  const states = deleted ? ['deleted'] : [];
  if (allocation) states.push('allocated', ...(reservedFor.length > 0 ? ['reserved'] : []));
  else if (!deleted) states.push('pending');
  return states.join(',');
}

export const table: TableDefinition = {
  columns: [nameColumn, column('State', 'Whether devices are allocated to the claim and in use.'), ageColumn],
  row: (claim, nowMs) => ({ cells: [claim.metadata.name ?? '', stateOf(claim), age(claim, nowMs)] }),
};

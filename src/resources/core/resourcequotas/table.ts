import type { IResourceQuota } from 'kubernetes-models/v1/ResourceQuota';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn } from '../../cells.ts';

export const table: TableDefinition = {
  columns: [
    nameColumn,
    column('Request', 'Used and allowed amounts of requests and counted objects.'),
    column('Limit', 'Used and allowed amounts of limits.'),
    ageColumn,
  ],
  row: (object, nowMs) => {
    const { status } = object as unknown as IResourceQuota;
    const hard = status?.hard ?? {};
    const used = status?.used ?? {};
    const texts = { requests: [] as string[], limits: [] as string[] };
    for (const name of Object.keys(hard).sort()) {
      const amount = Object.hasOwn(used, name) ? used[name] : '0';
      const list = name.startsWith('limits.') ? texts.limits : texts.requests;
      list.push(`${name}: ${amount}/${hard[name]}`);
    }
    return {
      cells: [
        object.metadata.name ?? '',
        texts.requests.join(', '),
        texts.limits.join(', '),
        age(object, nowMs),
      ],
    };
  },
};

import type { KubeObject } from '../../../apimachinery/object.ts';
import type { TableDefinition } from '../../../scheme/definition.ts';
import { age, ageColumn, column, nameColumn, none } from '../../cells.ts';
import { readStruct } from '../../struct-fields.ts';

interface FlowSchemaSpec {
  priorityLevelConfiguration?: { name?: string };
  matchingPrecedence?: number;
  distinguisherMethod?: { type?: string };
}

interface FlowSchemaStatus {
  conditions?: { type?: string; status?: string }[];
}

const precedenceOf = (schema: KubeObject): number =>
  readStruct<FlowSchemaSpec>(schema, 'spec').matchingPrecedence ?? 0;

export const table: TableDefinition = {
  // As they are tried.
  order: (one, other) =>
    precedenceOf(one) - precedenceOf(other) ||
    ((one.metadata.name ?? '') < (other.metadata.name ?? '') ? -1 : 1),
  columns: [
    nameColumn,
    column('PriorityLevel', 'Priority level that the requests of the schema belong to.'),
    column('MatchingPrecedence', 'Schemas with smaller numbers are tried first.'),
    column('DistinguisherMethod', 'How requests of the schema are told apart into flows.'),
    ageColumn,
    column('MissingPL', 'Whether the priority level does not exist.'),
  ],
  row: (schema, nowMs) => {
    const spec = readStruct<FlowSchemaSpec>(schema, 'spec');
    const { conditions = [] } = readStruct<FlowSchemaStatus>(schema, 'status');
    return {
      cells: [
        schema.metadata.name ?? '',
        spec.priorityLevelConfiguration?.name ?? '',
        spec.matchingPrecedence ?? 0,
        spec.distinguisherMethod?.type ?? none,
        age(schema, nowMs),
        conditions.find(({ type }) => type === 'Dangling')?.status ?? '?',
      ],
    };
  },
};

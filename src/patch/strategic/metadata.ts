import type { FieldSchema, SchemaSet, TypeSchema } from '../../scheme/schema.ts';
import { contradictoryPatch } from '../errors.ts';

/** How strategic merge treats one field. */
export interface FieldRule {
  readonly type: TypeSchema;
  /** `retainKeys` is a hint for whoever computes patches and does not matter when one is applied. */
  readonly strategy: 'merge' | 'replace' | '';
  /** The field that identifies the items of a list of maps; '' when there is none. */
  readonly mergeKey: string;
}

/**
 * The rule of one field of a map whose type is `holder`. 500 with upstream's text when the type has no such field, or
 * is a map with free keys: upstream keeps its rules on fields of Go structs and cannot look deeper there.
 */
export function fieldRule(schemas: SchemaSet, holder: TypeSchema, field: string): FieldRule {
  if (holder.kind === 'any') throw unknownField('RawExtension', field);
  if (holder.kind !== 'struct') {
    throw contradictoryPatch(
      `merging an object in json but data type is not struct, instead is: ${goKind(holder)}`,
    );
  }
  const schema = schemas.struct(holder.ref).fields.get(field);
  if (!schema) throw unknownField(holder.ref.slice(holder.ref.lastIndexOf('.') + 1), field);
  return { type: schema.type, strategy: strategyOf(schema), mergeKey: schema.patchMergeKey ?? '' };
}

/** The same for a field that holds a list; `type` is that of the items. */
export function listRule(schemas: SchemaSet, holder: TypeSchema, field: string): FieldRule {
  const rule = fieldRule(schemas, holder, field);
  if (rule.type.kind !== 'list') {
    throw contradictoryPatch(`expected slice or array type, but got: ${goKind(holder)}`);
  }
  return { ...rule, type: rule.type.items };
}

/** The name that Go's reflection has for how a value is held. */
export function goKind(type: TypeSchema): string {
  if (type.kind === 'list') return 'slice';
  return type.kind === 'map' || type.kind === 'string' ? type.kind : 'struct';
}

function strategyOf(schema: FieldSchema): FieldRule['strategy'] {
  const strategies = schema.patchStrategy?.split(',') ?? [];
  return strategies.includes('merge') ? 'merge' : strategies.includes('replace') ? 'replace' : '';
}

const unknownField = (struct: string, field: string) =>
  contradictoryPatch(
    `unable to find api field in struct ${struct} for the json field ${JSON.stringify(field)}`,
  );

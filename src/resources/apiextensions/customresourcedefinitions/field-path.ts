import { type JsonSchema, propertyOf, schemaIn } from './json-schema.ts';

/** Where a path such as `.spec.color` or `.spec['a.b']` leads within a schema. */
export interface FoundField {
  readonly names: readonly string[];
  readonly schema: JsonSchema;
}

const tokenPattern = /\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]/y;

/** Follows the path; a text says why it can't be followed. Source: apiextensions `cel.ValidFieldPath`. */
export function findField(text: string, root: JsonSchema, allowBrackets: boolean): FoundField | string {
  const names: string[] = [];
  let schema = root;
  for (let at = 0; at < text.length; at = tokenPattern.lastIndex) {
    tokenPattern.lastIndex = at;
    const token = tokenPattern.exec(text);
    if (!token) return tokenProblem(text.slice(at));
    if (token[2] !== undefined && !allowBrackets) return 'array notation is not allowed';
    const name = token[1] ?? token[2]!.replace(/\\(.)/g, '$1');
    const next = childOf(schema, name);
    if (!next) return 'does not refer to a valid field';
    schema = next;
    names.push(name);
  }
  return { names, schema };
}

const childOf = (schema: JsonSchema, name: string): JsonSchema | undefined =>
  schemaIn(schema, 'properties') ? propertyOf(schema, name) : schemaIn(schema, 'additionalProperties');

function tokenProblem(rest: string): string {
  if (rest.startsWith('[')) return 'array notation is not allowed';
  return rest === '.' ? 'unexpected end of JSON path' : `expected [ or . but got: ${rest}`;
}

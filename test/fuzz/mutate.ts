import { isRecord, setOwn } from '../../src/apimachinery/object.ts';
import type { Random } from '../../src/apimachinery/random.ts';
import type { SchemaSet, TypeSchema } from '../../src/scheme/schema.ts';
import { loadSchemas } from '../../src/scheme/schema-set.ts';
import { oddTexts, oddValue, once, pick, some } from './chance.ts';

type Fields = Record<string, unknown>;

const schemas: SchemaSet = loadSchemas();

const schemaNames = new Map<string, string>();
for (const name of schemas.names()) {
  const { gvk } = schemas.struct(name);
  if (gvk) schemaNames.set(`${gvk.group === '' ? '' : `${gvk.group}/`}${gvk.version} ${gvk.kind}`, name);
}

/** OpenAPI name of a kind; undefined when it has no schema of its own. */
export const schemaOf = (apiVersion: string, kind: string): string | undefined =>
  schemaNames.get(`${apiVersion} ${kind}`);

const maxDepth = 12;

/** A value of the type, more or less: what a careless but well-meaning client would send. */
export function likelyValue(random: Random, type: TypeSchema | undefined, depth = 0): unknown {
  if (!type || once(random, 30)) return oddValue(random);
  if (depth > maxDepth) return null;
  const inner = (of: TypeSchema) => likelyValue(random, of, depth + 1);
  switch (type.kind) {
    case 'struct': {
      const value: Fields = {};
      for (const [name, field] of schemas.struct(type.ref).fields)
        if (once(random, 2 + depth))
          setOwn(value, name, field.enum ? pick(random, field.enum) : inner(field.type));
      return value;
    }
    case 'list':
      return some(random, 4, () => inner(type.items));
    case 'map':
      return Object.fromEntries(some(random, 4, () => [pick(random, oddTexts), inner(type.values)]));
    case 'integer':
    case 'number':
      return pick(random, [0, 1, 2, 80, 443, 30_000, 65_535, -1, 2 ** 31 - 1]);
    case 'boolean':
      return once(random, 2);
    case 'time':
      return pick(random, [
        '2026-01-01T00:00:00Z',
        '2026-01-01T00:00:00.123456Z',
        '1999-12-31T23:59:59+11:00',
      ]);
    case 'quantity':
      return pick(random, ['1', '500m', '1Gi', '1e3', 3, '-1Ki', '0.1']);
    case 'intOrString':
      return pick(random, [80, 'http', '50%', 0]);
    case 'bytes':
      return pick(random, ['', 'aGk=', '////']);
    case 'any':
      return oddValue(random);
    case 'string':
      return pick(random, ['a', 'sample', 'web', 'x.y/z', 'Always', 'TCP', '10.0.0.9', ...oddTexts]);
  }
}

/** Changes one place of a value in one way. Works in place where it can; the answer is the new value. */
export function mutate(random: Random, value: unknown, type: TypeSchema | undefined): unknown {
  if (isRecord(value)) return mutateFields(random, value, type);
  if (Array.isArray(value)) return mutateList(random, value, type);
  return once(random, 2) ? likelyValue(random, type) : oddValue(random);
}

/** As `mutate`, for a whole object. */
export const mutateObject = (random: Random, object: Fields, schema: string | undefined): unknown =>
  mutate(random, object, schema === undefined ? undefined : { kind: 'struct', ref: schema });

function mutateFields(random: Random, fields: Fields, type: TypeSchema | undefined): unknown {
  const names = Object.keys(fields);
  const known = type?.kind === 'struct' ? schemas.struct(type.ref).fields : undefined;
  const typeOf = (name: string) => (type?.kind === 'map' ? type.values : known?.get(name)?.type);
  const name = names.length > 0 ? pick(random, names) : undefined;
  if (name !== undefined && !once(random, 4)) {
    setOwn(fields, name, mutate(random, fields[name], typeOf(name)));
    return fields;
  }
  const changes: readonly (() => unknown)[] = [
    () => {
      if (name !== undefined) delete fields[name];
      return fields;
    },
    () => {
      const added = known && known.size > 0 ? pick(random, [...known.keys()]) : pick(random, oddTexts);
      setOwn(fields, added, likelyValue(random, typeOf(added)));
      return fields;
    },
    () => {
      setOwn(fields, pick(random, oddTexts), oddValue(random));
      return fields;
    },
    () => {
      if (name !== undefined) setOwn(fields, `${name}${pick(random, oddTexts)}`, fields[name]);
      return fields;
    },
    () => oddValue(random),
  ];
  return pick(random, changes)();
}

function mutateList(random: Random, list: unknown[], type: TypeSchema | undefined): unknown {
  const items = type?.kind === 'list' ? type.items : undefined;
  const at = random.int(Math.max(1, list.length));
  if (list.length > 0 && !once(random, 4)) {
    list[at] = mutate(random, list[at], items);
    return list;
  }
  const changes: readonly (() => unknown)[] = [
    () => list.toSpliced(at, 1),
    () => [...list, ...list],
    () => [...list, likelyValue(random, items)],
    () => list.toReversed(),
    () => oddValue(random),
  ];
  return pick(random, changes)();
}

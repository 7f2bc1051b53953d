import { readFileSync } from 'node:fs';
import { type GroupVersionKind, parseApiVersion } from '../apimachinery/gvk.ts';
import { packageRoot } from '../apimachinery/package-root.ts';
import type { GeneratedDescriptions, GeneratedField, GeneratedSchemas, GeneratedType } from './generated.ts';
import type { FieldSchema, SchemaDescriptions, SchemaSet, StructSchema, TypeSchema } from './schema.ts';

const buildDirectory = new URL('build/', packageRoot);
const machinery = 'io.k8s.apimachinery.pkg';
const apiextensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

const scalars: Readonly<Record<string, TypeSchema>> = {
  string: { kind: 'string' },
  boolean: { kind: 'boolean' },
  int32: { kind: 'integer', format: 'int32' },
  int64: { kind: 'integer', format: 'int64' },
  double: { kind: 'number', format: 'double' },
  bytes: { kind: 'bytes' },
};

const anyOf = (ref: string): [string, TypeSchema] => [ref, { kind: 'any', ref }];

/** Named types that are not structs. */
const namedValues: ReadonlyMap<string, TypeSchema> = new Map([
  [`${machinery}.apis.meta.v1.Time`, { kind: 'time', micro: false }],
  [`${machinery}.apis.meta.v1.MicroTime`, { kind: 'time', micro: true }],
  [`${machinery}.api.resource.Quantity`, { kind: 'quantity' }],
  [`${machinery}.util.intstr.IntOrString`, { kind: 'intOrString' }],
  anyOf(`${machinery}.runtime.RawExtension`),
  anyOf(`${machinery}.apis.meta.v1.FieldsV1`),
  anyOf(`${machinery}.apis.meta.v1.Patch`),
  anyOf(`${apiextensions}.JSON`),
  anyOf(`${apiextensions}.JSONSchemaPropsOrArray`),
  anyOf(`${apiextensions}.JSONSchemaPropsOrBool`),
  anyOf(`${apiextensions}.JSONSchemaPropsOrStringArray`),
]);

let loaded: SchemaSet | undefined;

/**
 * The types of the built-in kinds. Nothing is read before the first type is asked for; the same set is returned every
 * time, so caches may be keyed by it.
 */
export function loadSchemas(): SchemaSet {
  return (loaded ??= lazySchemas(() => readBuild<GeneratedSchemas>('schemas.json').types));
}

function readBuild<T>(file: string): T {
  try {
    return JSON.parse(readFileSync(new URL(file, buildDirectory), 'utf8')) as T;
  } catch (error) {
    throw new Error(`cannot read build/${file}; run \`npm run build\``, { cause: error });
  }
}

function lazySchemas(read: () => GeneratedSchemas['types']): SchemaSet {
  let types: GeneratedSchemas['types'] | undefined;
  let descriptions: SchemaDescriptions | undefined;
  const structs = new Map<string, StructSchema>();
  const all = () => (types ??= read());
  return Object.freeze({
    struct(name: string) {
      let struct = structs.get(name);
      if (!struct) {
        if (!Object.hasOwn(all(), name)) throw new Error(`no schema is called ${name}`);
        structs.set(name, (struct = structOf(name, all()[name]!)));
      }
      return struct;
    },
    has: (name: string) => Object.hasOwn(all(), name),
    names: () => Object.keys(all()),
    descriptions: () => (descriptions ??= readDescriptions()),
  });
}

function readDescriptions(): SchemaDescriptions {
  const texts = readBuild<GeneratedDescriptions>('descriptions.json');
  return {
    type: (name) => texts[name]?.[''],
    field: (name, field) => texts[name]?.[field],
  };
}

function structOf(name: string, { fields, required, atomic, kind, unions }: GeneratedType): StructSchema {
  const gvk = kind && gvkOf(kind);
  return Object.freeze({
    name,
    fields: new Map(Object.keys(fields).map((field) => [field, fieldOf(fields[field]!)])),
    required: new Set(required),
    atomic: atomic === true,
    ...(gvk ? { gvk } : {}),
    ...(unions ? { unions } : {}),
  });
}

/** `apps/v1/Deployment` → its parts. */
function gvkOf(kind: string): GroupVersionKind {
  const at = kind.lastIndexOf('/');
  return { ...parseApiVersion(kind.slice(0, at))!, kind: kind.slice(at + 1) };
}

function fieldOf(field: GeneratedField): FieldSchema {
  const [text, facts] = typeof field === 'string' ? [field, undefined] : field;
  const flags = /[?!~]*$/.exec(text)![0];
  return Object.freeze({
    type: typeOf(text.slice(0, text.length - flags.length)),
    ...facts,
    ...(flags.includes('?') ? { pointer: true } : {}),
    ...(flags.includes('!') ? { alwaysPresent: true } : {}),
    ...(flags.includes('~') ? { toldWhenEmpty: true } : {}),
  });
}

function typeOf(text: string): TypeSchema {
  if (text.startsWith('[]')) return { kind: 'list', items: typeOf(text.slice(2)) };
  if (text.startsWith('{}')) return { kind: 'map', values: typeOf(text.slice(2)) };
  return (
    (Object.hasOwn(scalars, text) ? scalars[text] : namedValues.get(text)) ?? { kind: 'struct', ref: text }
  );
}

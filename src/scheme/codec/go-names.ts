import { readFileSync } from 'node:fs';
import { packageRoot } from '../../apimachinery/package-root.ts';

/** What Go calls things that a schema does not name, of one struct. */
interface GoNames {
  /** Embedded struct → the fields that come from it. */
  readonly embedded?: Readonly<Record<string, readonly string[]>>;
  /** Field → its type, where that has a name of its own: `[]v1.Capability`. */
  readonly types?: Readonly<Record<string, string>>;
}

let table: Readonly<Record<string, Readonly<Record<string, GoNames>>>> | undefined;

/** Read when the first value of a wrong type has to be told of. */
function namesOf(schemaName: string): GoNames {
  table ??= JSON.parse(
    readFileSync(new URL('src/scheme/facts/go-names.json', packageRoot), 'utf8'),
  ) as NonNullable<typeof table>;
  const at = schemaName.lastIndexOf('.');
  return table[schemaName.slice(0, at)]?.[schemaName.slice(at + 1)] ?? {};
}

/** The field as a path of Go names it: with the struct that holds it, when that is embedded in its owner. */
export function goFieldPath(schemaName: string, field: string): string {
  const { embedded = {} } = namesOf(schemaName);
  const holder = Object.keys(embedded).find((name) => embedded[name]!.includes(field));
  return holder === undefined ? field : `${holder}.${field}`;
}

/**
 * The named type of what lies `levels` below a field, in lists and maps; undefined when it has no name of its own.
 */
export function goFieldType(schemaName: string, field: string, levels: number): string | undefined {
  const { types = {} } = namesOf(schemaName);
  let type = Object.hasOwn(types, field) ? types[field]! : undefined;
  for (let level = 0; level < levels && type !== undefined; level++) {
    // What is inside a type with a name is not written in that name.
    type = /^(?:\[\]|map\[[^\]]*\])(.*)$/.exec(type)?.[1];
  }
  return type;
}

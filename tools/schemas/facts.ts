import { readFileSync } from 'node:fs';
import type { TypeFacts } from '../../src/scheme/generated.ts';

/** package → type → whatever the table says about the type. */
type Table<T> = Record<string, Record<string, T>>;

interface Presence {
  always?: string[];
  pointer?: string[];
  empty?: string[];
}

/** The project's own tables of what the npm packages do not carry. */
export interface Facts {
  /** Every type there is, by OpenAPI name. */
  readonly names: readonly string[];
  /** `fields` are not here: their facts come one by one. */
  ofType(name: string): TypeFacts;
  alwaysPresent(name: string): ReadonlySet<string>;
  pointers(name: string): ReadonlySet<string>;
  /** Lists of which a rule of the reference server tells an empty one from none. */
  toldWhenEmpty(name: string): ReadonlySet<string>;
  /** What a field flattened to a string or to anything really holds: a full name, with `[]` or `{}` before it. */
  specialType(name: string, field: string): string | undefined;
  ofField(name: string, field: string): Record<string, unknown>;
}

/** `io.k8s.api.core.v1.Pod` → `['io.k8s.api.core.v1', 'Pod']` */
export function splitName(name: string): [string, string] {
  const at = name.lastIndexOf('.');
  return [name.slice(0, at), name.slice(at + 1)];
}

export function readFacts(directory: URL): Facts {
  const read = <T>(file: string): T => JSON.parse(readFileSync(new URL(file, directory), 'utf8'));
  const presence = read<Table<Presence>>('presence.json');
  const merging = read<Table<Record<string, Record<string, unknown>>>>('merging.json');
  const enums = read<Table<Record<string, string[]>>>('enums.json');
  const defaults = read<Table<Record<string, unknown>>>('defaults.json');
  const special = read<Table<Record<string, string>>>('special-types.json');
  const kinds = read<Record<string, { groupVersion: string; kinds: string[] }>>('kinds.json');
  const structure = read<{ atomic: string[]; unions: Record<string, unknown[]> }>('structure.json');
  const atomic = new Set(structure.atomic);

  const lookup = <T>(table: Table<T>, name: string): T | undefined => {
    const [pkg, type] = splitName(name);
    return table[pkg]?.[type];
  };

  const names = Object.entries(presence).flatMap(([pkg, types]) =>
    Object.keys(types).map((type) => `${pkg}.${type}`),
  );

  return {
    names,
    ofType(name) {
      const [pkg, type] = splitName(name);
      const kind = kinds[pkg]?.kinds.includes(type) ? `${kinds[pkg].groupVersion}/${type}` : undefined;
      return {
        ...(kind ? { kind } : {}),
        ...(atomic.has(name) ? { atomic: true } : {}),
        ...(structure.unions[name] ? { unions: structure.unions[name] } : {}),
      };
    },
    alwaysPresent: (name) => new Set(lookup(presence, name)?.always),
    pointers: (name) => new Set(lookup(presence, name)?.pointer),
    toldWhenEmpty: (name) => new Set(lookup(presence, name)?.empty),
    specialType(name, field) {
      const text = lookup(special, name)?.[field];
      return text === undefined ? undefined : withFullName(text, names);
    },
    ofField(name, field) {
      const values = lookup(enums, name);
      const given = lookup(defaults, name);
      return {
        ...lookup(merging, name)?.[field],
        ...(values?.[field] ? { enum: values[field] } : {}),
        ...(values?.[`${field}[]`] ? { itemEnum: values[`${field}[]`] } : {}),
        ...(given && field in given ? { default: given[field] } : {}),
      };
    },
  };
}

/** `[]JSON` → `[]io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON` */
function withFullName(text: string, names: readonly string[]): string {
  const [, brackets, type] = /^((?:\[\]|\{\})*)(.*)$/.exec(text)!;
  const candidates = names.filter((name) => splitName(name)[1] === type);
  if (candidates.length !== 1) throw new Error(`${candidates.length} types are called ${type}`);
  return `${brackets}${candidates[0]}`;
}

import { type Document, isMap, isNode, LineCounter, parseAllDocuments } from 'yaml';
import type { z } from 'zod';
import type { FieldError } from '../apimachinery/field-error.ts';
import { ConfigError, configError } from './config-error.ts';

/** A kind of configuration file, such as `AuthenticationConfiguration`. */
export interface ConfigKind<T> {
  /** Accepted values of `apiVersion`. */
  readonly apiVersions: readonly string[];
  readonly kind: string;
  /** Of everything but `apiVersion` and `kind`. Objects in it should be strict, so that misspelt fields are found. */
  readonly schema: z.ZodType<T>;
}

/** A file in YAML or JSON, and where its fields stand. */
interface Parsed {
  readonly path: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** Where a value stands: names of fields and indexes of lists. */
export type Place = readonly PropertyKey[];

/** How many values aliases may stand for together. */
const maxAliases = 100;
/** Findings in one message. */
const maxFindings = 5;

/** Reads one configuration object. Throws a ConfigError that names file, line and field. */
export const parseConfig = <T>(path: string, text: string, kind: ConfigKind<T>): T =>
  parseConfigAt(path, text, [], [kind]);

/** As `parseConfig`, for an object inside of a file, which may be of any of the kinds. */
export function parseConfigAt<T>(
  path: string,
  text: string,
  place: Place,
  kinds: readonly [ConfigKind<T>, ...ConfigKind<T>[]],
): T {
  const parsed = parseYaml(path, text);
  const value = valueAt(parsed, place);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    const message = `must hold one ${kinds[0].kind} object`;
    throw place.length === 0 ? configError(path, message) : finding(parsed, place, message);
  }
  const { apiVersion, kind: name, ...rest } = value as Record<string, unknown>;
  const named = kinds.filter(({ kind }) => kind === name);
  if (named.length === 0) {
    const names = [...new Set(kinds.map(({ kind }) => kind))];
    throw finding(parsed, [...place, 'kind'], `must be ${names.join(' or ')}`);
  }
  const kind = named.find(({ apiVersions }) => apiVersions.includes(apiVersion as string));
  if (!kind) {
    const versions = named.flatMap(({ apiVersions }) => apiVersions);
    throw finding(parsed, [...place, 'apiVersion'], `must be ${versions.join(' or ')}`);
  }
  return check(parsed, rest, kind.schema, place);
}

/** Reads a configuration file, or the part of one, that has no `apiVersion`. Throws as `parseConfig` does. */
export function parsePlainConfig<T>(path: string, text: string, schema: z.ZodType<T>, place: Place = []): T {
  const parsed = parseYaml(path, text);
  return check(parsed, valueAt(parsed, place), schema, place);
}

function valueAt(parsed: Parsed, place: Place): unknown {
  let value = toJs(parsed);
  for (const part of place) {
    const holder: unknown = value;
    value =
      typeof holder === 'object' && holder !== null && Object.hasOwn(holder, part)
        ? (holder as Record<PropertyKey, unknown>)[part]
        : undefined;
  }
  return value;
}

/** The error of a rule that is no matter of types: `place` is where the value stands, such as `['jwt', 0, 'issuer', 'url']`. */
export function configFinding(path: string, text: string, place: Place, what: string): ConfigError {
  return finding(parseYaml(path, text), place, what);
}

/** One error of what validation found, as API objects are validated; fields without dots and brackets in their names. */
export function configFieldErrors(path: string, text: string, errors: readonly FieldError[]): ConfigError {
  const parsed = parseYaml(path, text);
  return joined(
    path,
    errors.map(({ field, message }) => finding(parsed, placeOf(field), message)),
  );
}

/** `jwt[0].issuer.url` → `['jwt', 0, 'issuer', 'url']`. */
const placeOf = (field: string): Place =>
  [...field.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([name, index]) =>
    index === undefined ? name : Number(index),
  );

function parseYaml(path: string, text: string): Parsed {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (!document) throw configError(path, 'is empty');
  if (second) throw configError(path, 'holds more than one document');
  const [error] = document.errors;
  if (error) throw configError(path, error.message, { line: lines.linePos(error.pos[0]).line });
  return { path, document, lines };
}

function toJs({ path, document }: Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: maxAliases });
  } catch (error) {
    throw configError(path, (error as Error).message);
  }
}

function check<T>(parsed: Parsed, value: unknown, schema: z.ZodType<T>, place: Place): T {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw joined(
    parsed.path,
    result.error.issues.flatMap((issue) => describe(parsed, issue, [...place, ...issue.path])),
  );
}

/** Several errors in one, which names the file once. */
function joined(path: string, findings: readonly ConfigError[]): ConfigError {
  const [first = '', ...more] = findings.slice(0, maxFindings).map(({ message }) => message);
  return new ConfigError([first, ...more.map((text) => text.slice(path.length + 1))].join('; '));
}

function describe(parsed: Parsed, issue: z.core.$ZodIssue, place: Place): ConfigError[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => finding(parsed, [...place, key], 'unknown field'));
    case 'invalid_type':
      if (issue.expected === 'never') return [finding(parsed, issue.path, issue.message)];
      return [
        finding(parsed, place, issue.input === undefined ? 'Required value' : `must be ${issue.expected}`),
      ];
    default:
      return [finding(parsed, place, issue.message)];
  }
}

const finding = (parsed: Parsed, place: Place, what: string): ConfigError => {
  const line = lineOf(parsed, place);
  return configError(parsed.path, what, {
    field: fieldText(place),
    ...(line === undefined ? {} : { line }),
  });
};

/** `jwt[0].issuer.url`. */
const fieldText = (place: Place): string =>
  place
    .map((part, at) =>
      typeof part === 'number' ? `[${part}]` : at === 0 ? String(part) : `.${String(part)}`,
    )
    .join('');

/** The line of the key of a field; of the nearest one around it when the field is not there. */
function lineOf({ document, lines }: Parsed, place: Place): number | undefined {
  for (let length = place.length; length > 0; length--) {
    const offset = offsetOf(document, place.slice(0, length));
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return undefined;
}

function offsetOf(document: Document, place: Place): number | undefined {
  const parent = place.length === 1 ? document.contents : document.getIn(place.slice(0, -1), true);
  const last = place.at(-1);
  if (isMap(parent)) {
    const key = parent.items.find((pair) => isNode(pair.key) && String(pair.key) === last)?.key;
    return isNode(key) ? key.range?.[0] : undefined;
  }
  const node = document.getIn(place, true);
  return isNode(node) ? node.range?.[0] : undefined;
}

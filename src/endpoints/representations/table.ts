import type { Clock } from '../../apimachinery/clock.ts';
import { apiVersionOf } from '../../apimachinery/gvk.ts';
import type { KubeObject } from '../../apimachinery/object.ts';
import { badRequest } from '../../apimachinery/status.ts';
import type { Served } from '../../registry/catalog.ts';
import { fromStored } from '../../registry/convert.ts';
import type { TableDefinition } from '../../scheme/definition.ts';
import { bookmarkMeta, line, listMeta } from './json.ts';
import { partialMetadata } from './partial-metadata.ts';
import type { Representation } from './types.ts';

type Entries = Parameters<Representation['list']>[0]['entries'];

type IncludeObject = 'Metadata' | 'Object' | 'None';

export function parseIncludeObject(value: string | null): IncludeObject {
  if (value === null || value === '') return 'Metadata';
  if (value === 'Metadata' || value === 'Object' || value === 'None') return value;
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(value)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}

/** `meta.k8s.io` Tables: what `kubectl get` prints. */
export function tableRepresentation(
  served: Served,
  version: string,
  includeObject: IncludeObject,
  clock: Clock,
): Representation {
  const { table } = served.definition;
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value));
  const row = (object: KubeObject) => tableRow(served, table, object, version, includeObject, clock.now());
  function* inOrder(entries: Entries): Iterable<KubeObject> {
    if (table.order) return yield* entries.map((entry) => entry.decode()).sort(table.order);
    for (const entry of entries) yield entry.decode();
  }
  const whole = (object: KubeObject, withColumns: boolean) => ({
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: { resourceVersion: object.metadata.resourceVersion },
    columnDefinitions: withColumns ? columns(table) : null,
    rows: [row(object)],
  });
  return {
    contentType: 'application/json',
    watchContentType: 'application/json',
    object: (entry) => line(encode(whole(entry.decode(), true))),
    *list(page) {
      const head = {
        kind: 'Table',
        apiVersion: `meta.k8s.io/${version}`,
        metadata: listMeta(page),
        columnDefinitions: columns(table),
      };
      if (page.entries.length === 0) {
        const rows = table.nullWhenEmpty ? null : [];
        return yield Buffer.from(`${JSON.stringify({ ...head, rows })}\n`);
      }
      yield Buffer.from(`${JSON.stringify(head).slice(0, -1)},"rows":[`);
      let separator = '';
      for (const object of inOrder(page.entries)) {
        yield Buffer.from(separator + JSON.stringify(row(object)));
        separator = ',';
      }
      yield Buffer.from(']}\n');
    },
    watchObject: (entry, first) => encode(whole(entry.decode(), first)),
    bookmark: (revision, initialEventsEnd, first) =>
      encode(whole(bookmarkObject(served, bookmarkMeta(revision, initialEventsEnd)), first)),
    // Ages are told to the second.
    shareKey: (first) =>
      `table/${version}/${includeObject}/${numberOf(served.definition)}/${served.version.version}/${first}/${Math.floor(clock.now() / 1000)}`,
  };
}

/** What the row of a bookmark shows: nothing but metadata, which say where the initial events end. */
const bookmarkObject = (
  { definition: { group, kind }, version }: Served,
  metadata: KubeObject['metadata'],
): KubeObject => ({ kind, apiVersion: apiVersionOf({ group, version: version.version }), metadata });

const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/** Tells kinds apart, also a custom resource before and after its columns were changed. */
function numberOf(definition: Served['definition']): number {
  const known = numbers.get(definition);
  if (known !== undefined) return known;
  numbers.set(definition, ++lastNumber);
  return lastNumber;
}

export const columns = (table: TableDefinition) =>
  table.columns.map((column) => ({ ...column, format: column.format ?? '' }));

function tableRow(
  served: Served,
  table: TableDefinition,
  object: KubeObject,
  version: string,
  includeObject: IncludeObject,
  nowMs: number,
) {
  const { cells, conditions } = table.row(object, nowMs);
  const shown =
    includeObject === 'None'
      ? null
      : includeObject === 'Object'
        ? fromStored(served, object)
        : partialMetadata(object, version, served.definition.annotationsInFullOnly);
  return { cells, ...(conditions ? { conditions } : {}), object: shown };
}

import type { KubeObject } from '../../apimachinery/object.ts';
import type { Served } from '../../registry/catalog.ts';
import type { Entry } from '../../storage/entry.ts';
import { bookmarkBytes, line, listMeta } from './json.ts';
import type { Representation } from './types.ts';

const comma = Buffer.from(',');

/** `meta.k8s.io` objects that carry nothing but metadata, of which the annotations named in `hidden` are left out. */
export function partialMetadata({ metadata }: KubeObject, version: string, hidden: readonly string[] = []) {
  const shown = hidden.length === 0 ? metadata : withoutAnnotations(metadata, hidden);
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: shown };
}

function withoutAnnotations(metadata: KubeObject['metadata'], hidden: readonly string[]) {
  const { annotations, ...rest } = metadata;
  const left = Object.entries(annotations ?? {}).filter(([name]) => !hidden.includes(name));
  return left.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(left) };
}

export function partialMetadataRepresentation(
  { definition: { group, annotationsInFullOnly } }: Served,
  version: string,
): Representation {
  const encode = (entry: Entry) =>
    Buffer.from(JSON.stringify(partialMetadata(entry.decode(), version, annotationsInFullOnly)));
  return {
    contentType: 'application/json',
    watchContentType: 'application/json',
    object: (entry) => line(encode(entry)),
    *list(page) {
      const head = {
        kind: 'PartialObjectMetadataList',
        apiVersion: `meta.k8s.io/${version}`,
        metadata: listMeta(page),
      };
      if (page.entries.length === 0)
        return yield Buffer.from(`${JSON.stringify({ ...head, items: null })}\n`);
      yield Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`);
      let separator: Buffer | undefined;
      for (const entry of page.entries) {
        if (separator) yield separator;
        yield encode(entry);
        separator = comma;
      }
      yield Buffer.from(']}\n');
    },
    watchObject: encode,
    bookmark: (revision, initialEventsEnd) =>
      bookmarkBytes('PartialObjectMetadata', `meta.k8s.io/${version}`, revision, initialEventsEnd),
    shareKey: () => `partial/${version}/${group}`,
  };
}

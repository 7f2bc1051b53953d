import type { KubeObject } from '../../apimachinery/object.ts';
import { bookmarkBytes, listMeta } from './json.ts';
import type { Representation } from './types.ts';

/** `meta.k8s.io` objects that carry nothing but metadata. */
export function partialMetadata(object: KubeObject, version: string) {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: object.metadata };
}

export function partialMetadataRepresentation(version: string): Representation {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value));
  return {
    contentType: 'application/json',
    watchContentType: 'application/json',
    object: (entry) => encode(partialMetadata(entry.decode(), version)),
    *list(page) {
      const head = {
        kind: 'PartialObjectMetadataList',
        apiVersion: `meta.k8s.io/${version}`,
        metadata: listMeta(page),
      };
      if (page.entries.length === 0)
        return yield Buffer.from(`${JSON.stringify({ ...head, items: null })}\n`);
      yield Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`);
      let separator = '';
      for (const entry of page.entries) {
        yield Buffer.from(separator + JSON.stringify(partialMetadata(entry.decode(), version)));
        separator = ',';
      }
      yield Buffer.from(']}\n');
    },
    watchObject: (entry) => encode(partialMetadata(entry.decode(), version)),
    bookmark: (revision, initialEventsEnd) =>
      bookmarkBytes('PartialObjectMetadata', `meta.k8s.io/${version}`, revision, initialEventsEnd),
    shareKey: `partial/${version}`,
  };
}

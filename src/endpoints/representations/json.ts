import { apiVersionOf } from '../../apimachinery/gvk.ts';
import type { Served } from '../../registry/catalog.ts';
import { bytesIn } from '../../registry/convert.ts';
import type { ListPage } from '../../storage/list.ts';
import type { Representation } from './types.ts';

const comma = Buffer.from(',');
const open = Buffer.from('{');
const commaOpen = Buffer.from(',{');
const listEnd = Buffer.from(']}\n');
const lineEnd = Buffer.from('\n');

/**
 * The whole body of an answer that is made for it ends in a line end, so that a shell's prompt begins a line. An object goes out as it is
 * stored, without one: it would have to be copied.
 */
export const line = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, lineEnd]);

/** Objects as they are stored, or converted once: bytes that exist are sent as they are. */
export function jsonRepresentation(served: Served): Representation {
  const { definition, version } = served;
  const apiVersion = apiVersionOf({ group: definition.group, version: version.version });
  const typeMeta = definition.listItemsNameKind ? [] : typeMetaStarts(definition.kind, apiVersion);
  return {
    contentType: 'application/json',
    watchContentType: 'application/json',
    object: (entry) => bytesIn(served, entry),
    *list(page) {
      yield listStart(definition.listKind, apiVersion, page);
      let first = true;
      for (const entry of page.entries) {
        const bytes = bytesIn(served, entry);
        const named = typeMeta.find((start) => bytes.subarray(0, start.length).equals(start));
        if (named) {
          yield first ? open : commaOpen;
          yield bytes.subarray(named.length);
        } else {
          if (!first) yield comma;
          yield bytes;
        }
        first = false;
      }
      yield listEnd;
    },
    watchObject: (entry) => bytesIn(served, entry),
    bookmark: (revision, initialEventsEnd) =>
      bookmarkBytes(definition.kind, apiVersion, revision, initialEventsEnd),
    shareKey: () => `${definition.group}/${version.version}`,
  };
}

function listStart(kind: string, apiVersion: string, page: ListPage): Buffer {
  return Buffer.from(
    `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${JSON.stringify(listMeta(page))},"items":[`,
  );
}

/** How stored objects may begin: items of a list leave this out, as the list says what they are. */
function typeMetaStarts(kind: string, apiVersion: string): Buffer[] {
  const kindField = `"kind":${JSON.stringify(kind)},`;
  const versionField = `"apiVersion":${JSON.stringify(apiVersion)},`;
  return [Buffer.from(`{${versionField}${kindField}`), Buffer.from(`{${kindField}${versionField}`)];
}

/** `metav1.ListMeta` of a page; that of a list which is computed is of no revision. */
export function listMeta({ revision, continueToken, remaining }: ListPage): Record<string, unknown> {
  return {
    ...(revision === 0 ? {} : { resourceVersion: String(revision) }),
    ...(continueToken === undefined ? {} : { continue: continueToken }),
    ...(remaining === undefined ? {} : { remainingItemCount: remaining }),
  };
}

export function bookmarkBytes(
  kind: string,
  apiVersion: string,
  revision: number,
  initialEventsEnd: boolean,
): Buffer {
  return Buffer.from(
    JSON.stringify({ kind, apiVersion, metadata: bookmarkMeta(revision, initialEventsEnd) }),
  );
}

/** Metadata of the object in a bookmark, which has no name. */
export const bookmarkMeta = (revision: number, initialEventsEnd: boolean) => ({
  resourceVersion: String(revision),
  ...(initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
});

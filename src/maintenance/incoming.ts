import { isRecord, type KubeObject } from '../apimachinery/object.ts';
import { checkKey, checkValue } from '../kv/checks.ts';
import type { KeyValue, Revision } from '../kv/types.ts';
import { encodeStored } from '../scheme/codec/stored.ts';
import type { Open } from './check-values.ts';
import type { Content } from './content.ts';
import { exportVersion, readDocuments } from './export-format.ts';
import { createDigest, isLasting } from './transfer.ts';

/** What is to be put into another store, in the order of the keys. */
export interface Incoming {
  readonly revision: Revision;
  /** About; for the progress. */
  readonly count: number;
  /** Throws an Error to be shown to the operator when it is not whole. */
  items(): AsyncIterable<KeyValue>;
}

/** What another store has. */
export const incomingFrom = (content: Content): Incoming => ({
  revision: content.revision,
  count: content.count,
  async *items() {
    for await (const item of content.items()) if (isLasting(item.key)) yield item;
  },
});

/** What an export has. `seal` encrypts readable objects on their way in. */
export async function incomingText(chunks: AsyncIterable<string>, seal: Open | undefined): Promise<Incoming> {
  const documents = readDocuments(chunks);
  const first = await documents.next();
  const header = first.done ? {} : first.value;
  if (header['kind'] !== 'StoreExport') throw new Error('this is no export of a store');
  if (header['apiVersion'] !== exportVersion)
    throw new Error(
      `the export is of version ${JSON.stringify(header['apiVersion'])}; this release reads ${exportVersion}`,
    );
  const revision = revisionOf(header, 'revision', 'document 1');
  return {
    revision,
    count: revisionOf(header, 'objects', 'document 1'),
    items: () => itemsOf(documents, revision, seal),
  };
}

type Document = Readonly<Record<string, unknown>>;

async function* itemsOf(documents: AsyncIterable<Document>, revision: Revision, seal: Open | undefined) {
  const digest = createDigest();
  let [number, objects, lastKey] = [1, 0, ''];
  let end: Document | undefined;
  for await (const document of documents) {
    const where = `document ${++number}`;
    if (end) throw new Error(`${where} comes after the end of the export`);
    if (document['kind'] === 'StoreExportEnd') {
      end = document;
      continue;
    }
    const item = itemOf(document, where, revision);
    if (item.key <= lastKey) throw new Error(`${where}: ${item.key} does not come after ${lastKey}`);
    lastKey = item.key;
    objects++;
    digest.add(item);
    yield seal && item.isReadable ? { ...item, value: seal(item.key, item.value) } : item;
  }
  if (!end) throw new Error('the export is not whole: its end is missing');
  if (end['objects'] !== objects || end['digest'] !== digest.text())
    throw new Error('the export was changed: it does not have the digest that its last document says');
}

function itemOf(
  document: Document,
  where: string,
  revision: Revision,
): KeyValue & { readonly isReadable: boolean } {
  const { kind, key, object, value } = document;
  if (kind !== 'StoredObject') throw new Error(`${where} is of an unknown kind, ${JSON.stringify(kind)}`);
  if (typeof key !== 'string' || !key.startsWith('/registry/'))
    throw new Error(`${where}: key is not below /registry/`);
  const modRevision = revisionOf(document, 'modRevision', where);
  const createRevision = revisionOf(document, 'createRevision', where);
  if (createRevision > modRevision || modRevision > revision || createRevision < 1)
    throw new Error(`${where}: its revisions are out of order`);
  const isReadable = isRecord(object) && isRecord(object['metadata']);
  if (isReadable === (typeof value === 'string'))
    throw new Error(`${where}: either object or value is needed`);
  const bytes = isReadable
    ? encodeStored(object as unknown as KubeObject)
    : Buffer.from(value as string, 'base64');
  try {
    checkKey(key);
    checkValue(bytes);
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
  }
  return { key, value: bytes, modRevision, createRevision, isReadable };
}

function revisionOf(document: Document, field: string, where: string): number {
  const value = document[field];
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw new Error(`${where}: ${field} is not a number`);
  return value as number;
}

import { isRecord, type KubeObject } from '../apimachinery/object.ts';
import type { KeyValue } from '../kv/types.ts';
import { encodeStored } from '../scheme/codec/stored.ts';
import type { Open } from './check-values.ts';
import type { Content } from './content.ts';
import { documentWriter, type ExportForm, exportVersion, type StoredObject } from './export-format.ts';
import { isSealed } from './sealed.ts';
import { createDigest, isLasting } from './transfer.ts';

export interface ExportOptions {
  readonly form: ExportForm;
  /** Opens what is encrypted. */
  readonly open: Open | undefined;
  /** What is encrypted, and cannot be opened, is exported as it is; else it is an error. */
  readonly keepsSealed: boolean;
  onProgress(done: number): void;
}

/** The text of a store, piece by piece. Throws an Error to be shown to the operator; what has come by then is no export. */
export async function* exportText(content: Content, options: ExportOptions): AsyncGenerator<string> {
  const { revision } = content;
  const write = await documentWriter(options.form);
  const digest = createDigest();
  let objects = 0;
  yield write({ apiVersion: exportVersion, kind: 'StoreExport', revision, objects: content.count });
  for await (const item of content.items()) {
    if (!isLasting(item.key)) continue;
    const { document, value } = exported(item, options);
    digest.add({ ...item, value });
    yield write(document);
    options.onProgress(++objects);
  }
  yield write({ kind: 'StoreExportEnd', objects, digest: digest.text() });
}

/** The document of one value, and the bytes that it stands for. */
function exported(
  { key, value, createRevision, modRevision }: KeyValue,
  { open, keepsSealed }: ExportOptions,
): { readonly document: StoredObject; readonly value: Uint8Array } {
  const head = { kind: 'StoredObject', key, createRevision, modRevision } as const;
  const sealed = isSealed(value);
  if (sealed && !open && !keepsSealed)
    throw new Error(
      `${key} is encrypted; give --encryption-provider-config to export it readable, or --sealed to export it as it is`,
    );
  const plain = sealed && open ? open(key, value) : value;
  const object = objectOf(plain);
  if (object) return { document: { ...head, object }, value: encodeStored(object) };
  return { document: { ...head, value: Buffer.from(plain).toString('base64') }, value: plain };
}

/** Undefined for what is no object in JSON. */
function objectOf(value: Uint8Array): KubeObject | undefined {
  try {
    const object: unknown = JSON.parse(Buffer.from(value).toString());
    return isRecord(object) && isRecord(object['metadata']) ? (object as unknown as KubeObject) : undefined;
  } catch {
    return undefined;
  }
}

import type { KubeObject } from '../apimachinery/object.ts';
import type { KeyValue, Revision } from '../kv/types.ts';
import {
  encodeShown,
  encodeStored,
  withOtherResourceVersion,
  withResourceVersion,
} from '../scheme/codec/stored.ts';

/** One stored object at one revision: the bytes that clients get, in the stored version, resourceVersion included. */
export class Entry {
  readonly key: string;
  readonly bytes: Buffer;
  readonly modRevision: Revision;
  readonly createRevision: Revision;
  #view: KubeObject | undefined;

  constructor(key: string, bytes: Buffer, modRevision: Revision, createRevision: Revision) {
    this.key = key;
    this.bytes = bytes;
    this.modRevision = modRevision;
    this.createRevision = createRevision;
  }

  /** A fresh tree that the caller may change. */
  decode(): KubeObject {
    return JSON.parse(this.bytes.toString()) as KubeObject;
  }

  /**
   * A shared tree that must not be changed, kept as long as the entry. For objects that are read over and over
   * (namespaces, roles); for others use `decode`, so that memory stays near the stored bytes.
   */
  view(): KubeObject {
    this.#view ??= this.decode();
    return this.#view;
  }
}

/** The entry of a stored value. Throws an Error that names the key when the value is no object. */
export function entryOf({ key, value, modRevision, createRevision }: StoredValue): Entry {
  try {
    return new Entry(key, withResourceVersion(value, modRevision), modRevision, createRevision);
  } catch (error) {
    const known = foreignForms.find(({ prefix }) =>
      Buffer.from(value.subarray(0, prefix.length)).equals(prefix),
    );
    const why = known?.why ?? (error as Error).message;
    throw new Error(`the value of ${key} cannot be read: ${why}`, { cause: error });
  }
}

type StoredValue = Pick<KeyValue, 'key' | 'value' | 'modRevision' | 'createRevision'>;

/** How values begin that cannot be read as they are. */
const foreignForms = [
  {
    prefix: Buffer.from('k8s:enc:'),
    why: 'it is encrypted, and --encryption-provider-config names no key for it',
  },
  {
    prefix: Buffer.from('k8s\0'),
    why: 'a kube-apiserver stored it as protobuf; have it write everything anew with --storage-media-type=application/json',
  },
] as const;

/**
 * An object that is answered but not stored: of a dry run, or the last state of one that a write removed. It carries the
 * resourceVersion of the object it was made from.
 */
export function unstored(key: string, object: KubeObject, current: Entry | undefined): Entry {
  if (!current) return new Entry(key, encodeShown(object), 0, 0);
  const { modRevision, createRevision } = current;
  const bytes = withResourceVersion(encodeStored(object), modRevision);
  return new Entry(key, bytes, modRevision, createRevision);
}

/** One change of one object. */
export interface ChangeEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  readonly revision: Revision;
  /** After the change; for a delete the last state, with the delete's revision as its resourceVersion. */
  readonly entry: Entry;
  /** Before the change; undefined when the object did not exist. */
  readonly previous: Entry | undefined;
}

/** The entry as it was, but carrying a later revision: the last state of what is gone, as of when it went. */
export const atRevision = ({ key, bytes, createRevision }: Entry, revision: Revision): Entry =>
  new Entry(key, withOtherResourceVersion(bytes, revision), revision, createRevision);

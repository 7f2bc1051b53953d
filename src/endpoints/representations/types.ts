import type { Revision } from '../../kv/types.ts';
import type { Entry } from '../../storage/entry.ts';
import type { ListPage } from '../../storage/list.ts';

/** One way to show objects on the wire. */
export interface Representation {
  readonly contentType: string;
  /** Type of a watch stream; undefined when this form has none. */
  readonly watchContentType: string | undefined;
  object(entry: Entry): Uint8Array;
  /** The pieces of a list in order. Lazy, so that the caller can give the event loop its turn in between. */
  list(page: ListPage): Iterable<Uint8Array>;
  /** The object of a watch event. `first` is true for the first event of a stream. */
  watchObject(entry: Entry, first: boolean): Uint8Array;
  /** The object of a bookmark. `first` as for `watchObject`. */
  bookmark(revision: Revision, initialEventsEnd: boolean, first: boolean): Uint8Array;
  /**
   * Watchers with the same key share the encoded events of one change. `first` as for `watchObject`: what does not differ
   * then has one key.
   */
  shareKey(first: boolean): string;
}

import { createRecentEncodings } from '../../apimachinery/recent-encodings.ts';
import type { ApiError } from '../../apimachinery/status.ts';
import type { ChangeEvent } from '../../storage/entry.ts';
import type { WatchItem } from '../../storage/watch.ts';
import type { Representation } from '../representations/types.ts';

type EventType = WatchItem['type'];

const starts: Readonly<Record<EventType, Buffer>> = {
  ADDED: Buffer.from('{"type":"ADDED","object":'),
  MODIFIED: Buffer.from('{"type":"MODIFIED","object":'),
  DELETED: Buffer.from('{"type":"DELETED","object":'),
  BOOKMARK: Buffer.from('{"type":"BOOKMARK","object":'),
};
const end = Buffer.from('}\n');

const frame = (type: EventType, object: Uint8Array): Buffer => Buffer.concat([starts[type], object, end]);

/** Encoded events kept for the watchers that are still to send them; who comes later than that encodes anew. */
const maxSharedBytes = 4 * 1024 * 1024;

/** Encoded events, so that a thousand watchers of one change send the same bytes. */
const shared = createRecentEncodings<ChangeEvent>(maxSharedBytes);

/** One line of a watch stream. `first` tells that nothing has been sent before (Tables name their columns once). */
export function frameOf(item: WatchItem, representation: Representation, first: boolean): Buffer {
  if (item.type === 'BOOKMARK') {
    return frame('BOOKMARK', representation.bookmark(item.revision, item.initialEventsEnd, first));
  }
  const { type, event } = item;
  if (!event) return frame(type, representation.watchObject(item.entry, first));
  const key = type + representation.shareKey(first);
  const known = shared.get(event, key);
  if (known) return known;
  const bytes = frame(type, representation.watchObject(item.entry, first));
  shared.set(event, key, bytes);
  return bytes;
}

export const errorFrame = ({ status }: ApiError): Buffer =>
  Buffer.from(`{"type":"ERROR","object":${JSON.stringify(status)}}\n`);

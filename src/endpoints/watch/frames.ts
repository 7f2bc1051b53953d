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

/** Encoded events, the oldest first, so that a thousand watchers of one change send the same bytes. */
const shared = new Map<ChangeEvent, Map<string, Buffer>>();
let sharedBytes = 0;

function forgetOldest(): void {
  for (const [event, frames] of shared) {
    if (sharedBytes <= maxSharedBytes) return;
    for (const { length } of frames.values()) sharedBytes -= length;
    shared.delete(event);
  }
}

/** One line of a watch stream. `first` tells that nothing has been sent before (Tables name their columns once). */
export function frameOf(item: WatchItem, representation: Representation, first: boolean): Buffer {
  if (item.type === 'BOOKMARK') {
    return frame('BOOKMARK', representation.bookmark(item.revision, item.initialEventsEnd));
  }
  const { type, event } = item;
  if (!event) return frame(type, representation.watchObject(item.entry, first));
  const key = type + representation.shareKey(first);
  const known = shared.get(event)?.get(key);
  if (known) return known;
  const bytes = frame(type, representation.watchObject(item.entry, first));
  const frames = shared.get(event);
  if (frames) frames.set(key, bytes);
  else shared.set(event, new Map([[key, bytes]]));
  sharedBytes += bytes.length;
  forgetOldest();
  return bytes;
}

export const errorFrame = ({ status }: ApiError): Buffer =>
  Buffer.from(`{"type":"ERROR","object":${JSON.stringify(status)}}\n`);

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

/** Encoded events, so that a thousand watchers of one change send the same bytes. */
const shared = new WeakMap<ChangeEvent, Map<string, Buffer>>();

/** One line of a watch stream. `first` tells that nothing has been sent before (Tables name their columns once). */
export function frameOf(item: WatchItem, representation: Representation, first: boolean): Buffer {
  if (item.type === 'BOOKMARK') {
    return frame('BOOKMARK', representation.bookmark(item.revision, item.initialEventsEnd));
  }
  const { type, entry, event } = item;
  if (!event || representation.shareKey === undefined)
    return frame(type, representation.watchObject(entry, first));
  let frames = shared.get(event);
  if (!frames) shared.set(event, (frames = new Map()));
  const key = type + representation.shareKey;
  let bytes = frames.get(key);
  if (!bytes) frames.set(key, (bytes = frame(type, representation.watchObject(entry, first))));
  return bytes;
}

export const errorFrame = ({ status }: ApiError): Buffer =>
  Buffer.from(`{"type":"ERROR","object":${JSON.stringify(status)}}\n`);

import type { KeyValue, KvEvent, Revision } from '../types.ts';
import type { Log, Row } from './log.ts';

/** The item a row put; undefined for the row of a delete. */
export const itemOf = ({ key, value, revision, createRevision }: Row): KeyValue | undefined =>
  value && { key, value, modRevision: revision, createRevision };

/** The item as row `revision` put it, which must still be there. */
export function itemAt(log: Log, revision: Revision): KeyValue {
  const row = log.row(revision);
  const item = row && itemOf(row);
  if (!item) throw new Error(`the store is damaged: no value at revision ${revision}`);
  return item;
}

export const deleteEvent = (previous: KeyValue, revision: Revision): KvEvent => ({
  type: 'delete',
  key: previous.key,
  revision,
  value: previous.value,
  createRevision: previous.createRevision,
  previous,
});

/** The event of a row. Of a put, what was there before is read only when it is wanted. */
export function eventOf(log: Log, row: Row, previousWanted: boolean): KvEvent {
  const { key, revision, createRevision, previousRevision, value } = row;
  if (!value) return deleteEvent(itemAt(log, previousRevision), revision);
  const previous = previousWanted && createRevision < revision ? itemAt(log, previousRevision) : undefined;
  return { type: 'put', key, revision, value, createRevision, previous };
}

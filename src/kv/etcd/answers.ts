import type { KeyValue, Revision } from '../types.ts';
import { decode, type Fields } from './wire.ts';

/*
 * What etcd answers: the messages of `etcdserverpb` and `mvccpb` that this store reads, by their field numbers.
 */

export interface RangeAnswer {
  /** The store's revision when the answer was made. */
  readonly revision: Revision;
  readonly items: readonly KeyValue[];
  readonly more: boolean;
  readonly count: number;
}

export interface TransactionAnswer {
  readonly revision: Revision;
  readonly succeeded: boolean;
  /** What is there, when the comparison was lost. */
  readonly current: KeyValue | undefined;
}

export interface EtcdEvent {
  readonly isDelete: boolean;
  /** Of a delete: key and mod revision only. */
  readonly item: KeyValue;
  readonly previous: KeyValue | undefined;
}

export interface WatchAnswer {
  readonly revision: Revision;
  readonly created: boolean;
  readonly canceled: boolean;
  /** etcd's floor, when the watch was cancelled because it began below; else 0. */
  readonly compactRevision: Revision;
  /** More of the same answer follows. */
  readonly fragment: boolean;
  readonly events: readonly EtcdEvent[];
}

const noBytes = new Uint8Array();
const revisionOf = (answer: Fields): Revision => answer.message(1).number(3);

const itemOf = (item: Fields): KeyValue => ({
  key: item.text(1),
  value: item.bytes(5) ?? noBytes,
  modRevision: item.number(3),
  createRevision: item.number(2),
});

const rangeOf = (answer: Fields): RangeAnswer => ({
  revision: revisionOf(answer),
  items: answer.messages(2).map(itemOf),
  more: answer.number(3) === 1,
  count: answer.number(4),
});

export const readRange = (bytes: Uint8Array): RangeAnswer => rangeOf(decode(bytes));

export function readTransaction(bytes: Uint8Array): TransactionAnswer {
  const answer = decode(bytes);
  const succeeded = answer.number(2) === 1;
  const [operation] = answer.messages(3);
  const current = succeeded || !operation ? undefined : rangeOf(operation.message(1)).items[0];
  return { revision: revisionOf(answer), succeeded, current };
}

const eventOf = (event: Fields): EtcdEvent => ({
  isDelete: event.number(1) === 1,
  item: itemOf(event.message(2)),
  previous: event.has(3) ? itemOf(event.message(3)) : undefined,
});

export function readWatch(bytes: Uint8Array): WatchAnswer {
  const answer = decode(bytes);
  return {
    revision: revisionOf(answer),
    created: answer.number(3) === 1,
    canceled: answer.number(4) === 1,
    compactRevision: answer.number(5),
    fragment: answer.number(7) === 1,
    events: answer.messages(11).map(eventOf),
  };
}

/** `3.5.16` */
export const readVersion = (bytes: Uint8Array): string => decode(bytes).text(2);
export const readNothing = (): undefined => undefined;

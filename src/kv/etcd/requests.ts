import type { LeaseId, Revision } from '../types.ts';
import type { Message } from './wire.ts';

/*
 * What is asked of etcd: the messages of `etcdserverpb` (API version 3) that this store needs, by their field numbers.
 */

export interface RangeRequest {
  readonly key: string;
  /** First key that is not wanted any more; absent for the one key. */
  readonly end?: string;
  /** 0: no limit. */
  readonly limit?: number;
  /** 0: the newest. */
  readonly revision?: Revision;
  readonly countOnly?: boolean;
}

export const rangeRequest = ({
  key,
  end = '',
  limit = 0,
  revision = 0,
  countOnly = false,
}: RangeRequest): Message => [
  [1, key],
  [2, end],
  [3, limit],
  [4, revision],
  [9, countOnly],
];

/** Mod revision, equal: both numbers of the enumerations (`EQUAL` is 0). */
const compareMod = 2;

const modRevisionIs = (key: string, revision: Revision): Message => [
  [2, compareMod],
  [3, key],
  // A bare 0 would be left out, and an absent target compares with 0 just the same.
  [6, revision],
];

const put = (key: string, value: Uint8Array, lease: LeaseId): Message => [
  [1, key],
  [2, value],
  [3, lease],
];

/** `then` when the mod revision of `key` is `expected`; else what is there now. */
const conditional = (key: string, expected: Revision, then: Message): Message => [
  [1, modRevisionIs(key, expected)],
  [2, then],
  [3, [[1, rangeRequest({ key })]]],
];

export const putIfRequest = (key: string, value: Uint8Array, expected: Revision, lease: LeaseId): Message =>
  conditional(key, expected, [[2, put(key, value, lease)]]);

export const deleteIfRequest = (key: string, expected: Revision): Message =>
  conditional(key, expected, [[3, [[1, key]]]]);

/** Whatever is there. */
export const putRequest = (key: string, value: Uint8Array, lease: LeaseId): Message => [
  [2, [[2, put(key, value, lease)]]],
];
export const deleteRequest = (key: string): Message => [[2, [[3, [[1, key]]]]]];

/** Every event with what was there before: the value of a delete is only found there. */
export const watchRequest = (key: string, end: string, startRevision: Revision): Message => [
  [
    1,
    [
      [1, key],
      [2, end],
      [3, startRevision],
      [4, true],
      [6, true],
      [8, true],
    ],
  ],
];

/** Asks a watch stream how far it has come. A message without fields is written with its length, 0. */
export const progressRequest: Message = [[3, []]];

export const compactRequest = (revision: Revision): Message => [[1, revision]];
export const grantRequest = (lease: LeaseId, ttlSeconds: number): Message => [
  [1, ttlSeconds],
  [2, lease],
];
export const revokeRequest = (lease: LeaseId): Message => [[1, lease]];
export const statusRequest: Message = [];
export const hashRequest = (revision: Revision): Message => [[1, revision]];

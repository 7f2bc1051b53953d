import assert from 'node:assert/strict';
import type { Revision } from '../../src/kv/types.ts';

/** Acknowledged writes that the writer tells of at once: a pipe to a test that is busy elsewhere takes few more. */
export const maxToldWrites = 100;

export const storeName = 'store.db';
export const acksName = 'acks';

/** One line of the file of acknowledged writes. */
export interface Ack {
  readonly type: 'put' | 'delete' | 'floor';
  readonly key: string;
  readonly revision: Revision;
}

export const ackLine = ({ type, key, revision }: Ack): string => `${type} ${revision} ${key}\n`;

/** Only whole lines count: the last one may have been cut by the kill. */
export const parseAcks = (text: string): Ack[] =>
  text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [type, revision, key = ''] = line.split(' ');
      return { type: type as Ack['type'], key, revision: Number(revision) };
    });

const fillOf = (key: string, expected: Revision): string => `${key}@${expected};`;

/** A value that tells what it must look like, so that a half-written one is seen. */
export function crashValue(key: string, expected: Revision, length: number): Uint8Array {
  const head = `${length}:`;
  return Buffer.concat([Buffer.from(head), Buffer.alloc(length, fillOf(key, expected))]);
}

/** The value must be whole and belong to a write of `key` over the revision `expected`. */
export function assertWhole(key: string, expected: Revision, value: Uint8Array): void {
  const length = Number(
    Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1').split(':')[0],
  );
  assert.ok(
    Buffer.compare(value, crashValue(key, expected, length)) === 0,
    `${key} over ${expected} is not whole`,
  );
}

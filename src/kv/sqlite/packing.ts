import type { KeyValue } from '../types.ts';
import {
  type BatchMessage,
  numbersPerItem,
  numbersPerOp,
  type OpKind,
  type PackedItems,
} from './messages.ts';

/** One operation of a batch. What `argument` and `id` mean depends on the kind: see BatchMessage. */
export interface Operation {
  readonly kind: OpKind;
  readonly key: string;
  readonly argument: number;
  readonly value: Uint8Array;
  readonly id: number;
}

const byteLengthOf = (values: readonly Uint8Array[]): number => {
  let length = 0;
  for (const { byteLength } of values) length += byteLength;
  return length;
};

/** Memory that is about to be filled. Not from Node's pool, because it will be transferred. */
const bufferOf = (length: number): Buffer<ArrayBuffer> => Buffer.allocUnsafeSlow(length);

export function packBatch(operations: readonly Operation[]): BatchMessage {
  const keys: string[] = [];
  const numbers = new Float64Array(operations.length * numbersPerOp);
  const values = bufferOf(byteLengthOf(operations.map(({ value }) => value)));
  let at = 0;
  let offset = 0;
  for (const { kind, key, argument, value, id } of operations) {
    keys.push(key);
    numbers[at++] = kind;
    numbers[at++] = argument;
    numbers[at++] = value.byteLength;
    numbers[at++] = id;
    values.set(value, offset);
    offset += value.byteLength;
  }
  return { kind: 'batch', keys, numbers, values: values.buffer };
}

export function unpackBatch({ keys, numbers, values }: BatchMessage): Operation[] {
  let offset = 0;
  return keys.map((key, index) => {
    const at = index * numbersPerOp;
    const length = numbers[at + 2]!;
    const value = new Uint8Array(values, offset, length);
    offset += length;
    return { kind: numbers[at]! as OpKind, key, argument: numbers[at + 1]!, value, id: numbers[at + 3]! };
  });
}

/** An item and its place in the list, which may differ from the order in which the items are read. */
export interface PlacedItem {
  readonly position: number;
  readonly item: KeyValue;
}

export function packItems(placed: readonly PlacedItem[]): PackedItems {
  const keys: string[] = [];
  const numbers = new Float64Array(placed.length * numbersPerItem);
  const values = bufferOf(byteLengthOf(placed.map(({ item }) => item.value)));
  let at = 0;
  let offset = 0;
  for (const { item, position } of placed) {
    keys.push(item.key);
    numbers[at++] = item.modRevision;
    numbers[at++] = item.createRevision;
    numbers[at++] = item.value.byteLength;
    numbers[at++] = position;
    values.set(item.value, offset);
    offset += item.value.byteLength;
  }
  return { keys, numbers, values: values.buffer };
}

/**
 * Puts the items into their places. The values are views of one buffer, which lives as long as any of them: a page is
 * small for that reason.
 */
export function unpackItems({ keys, numbers, values }: PackedItems, items: (KeyValue | undefined)[]): void {
  let offset = 0;
  for (const [index, key] of keys.entries()) {
    const at = index * numbersPerItem;
    const length = numbers[at + 2]!;
    const value = new Uint8Array(values, offset, length);
    offset += length;
    items[numbers[at + 3]!] = { key, value, modRevision: numbers[at]!, createRevision: numbers[at + 1]! };
  }
}

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

const byteLengthOf = (parts: readonly { readonly value: Uint8Array }[]): number => {
  let length = 0;
  for (const { value } of parts) length += value.byteLength;
  return length;
};

/** Memory that is about to be filled. Not from Node's pool, because it will be transferred. */
const bufferOf = (length: number): Buffer<ArrayBuffer> => Buffer.allocUnsafeSlow(length);

export function packBatch(operations: readonly Operation[]): BatchMessage {
  const keys: string[] = [];
  const numbers = new Float64Array(operations.length * numbersPerOp);
  const values = bufferOf(byteLengthOf(operations));
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

export function packItems(items: readonly KeyValue[]): PackedItems {
  const keys: string[] = [];
  const numbers = new Float64Array(items.length * numbersPerItem);
  const values = bufferOf(byteLengthOf(items));
  let at = 0;
  let offset = 0;
  for (const { key, value, modRevision, createRevision } of items) {
    keys.push(key);
    numbers[at++] = modRevision;
    numbers[at++] = createRevision;
    numbers[at++] = value.byteLength;
    values.set(value, offset);
    offset += value.byteLength;
  }
  return { keys, numbers, values: values.buffer };
}

/** The values are views of one buffer, which lives as long as any of them: a page is small for that reason. */
export function unpackItems({ keys, numbers, values }: PackedItems): KeyValue[] {
  let offset = 0;
  return keys.map((key, index) => {
    const at = index * numbersPerItem;
    const length = numbers[at + 2]!;
    const value = new Uint8Array(values, offset, length);
    offset += length;
    return { key, value, modRevision: numbers[at]!, createRevision: numbers[at + 1]! };
  });
}

import type { Reader, Writer } from 'protobufjs/minimal.js';
import { lazyPackage } from '../../apimachinery/lazy-package.ts';

/*
 * Reading and writing protobuf by field number. What the numbers mean: requests.ts and answers.ts.
 */

const protobuf = lazyPackage<typeof import('protobufjs/minimal.js')>('protobufjs/minimal.js');

/** What a field may be written from. Nothing is written for undefined, false, 0 and the empty string, as proto3 has it. */
export type FieldValue = number | string | boolean | Uint8Array | Message | undefined;

/** Field number and value, in order. */
export type Message = readonly (readonly [number, FieldValue])[];

const wireType = { varint: 0, bytes: 2 } as const;

const tag = (number: number, type: number): number => (number << 3) | type;

const isEmpty = (value: FieldValue): boolean =>
  value === undefined || value === false || value === 0 || value === '';

function writeMessage(writer: Writer, message: Message): Writer {
  for (const [number, value] of message) if (!isEmpty(value)) writeField(writer, number, value!);
  return writer;
}

function writeField(writer: Writer, number: number, value: Exclude<FieldValue, undefined>): void {
  if (typeof value === 'number') writer.uint32(tag(number, wireType.varint)).int64(value);
  else if (typeof value === 'boolean') writer.uint32(tag(number, wireType.varint)).bool(value);
  else if (typeof value === 'string') writer.uint32(tag(number, wireType.bytes)).string(value);
  else if (value instanceof Uint8Array) writer.uint32(tag(number, wireType.bytes)).bytes(value);
  else writeMessage(writer.uint32(tag(number, wireType.bytes)).fork(), value).ldelim();
}

export const encode = (message: Message): Buffer =>
  Buffer.from(writeMessage(protobuf().Writer.create(), message).finish());

/** The values of the fields that a message has, by number: numbers, and bytes for everything else. The last one counts. */
export interface Fields {
  number(field: number): number;
  bytes(field: number): Uint8Array | undefined;
  text(field: number): string;
  texts(field: number): readonly string[];
  /** The message in a field; an empty one when it is not there. */
  message(field: number): Fields;
  has(field: number): boolean;
  messages(field: number): readonly Fields[];
}

const noBytes = new Uint8Array();

function readFields(reader: Reader): Map<number, (number | Uint8Array)[]> {
  const found = new Map<number, (number | Uint8Array)[]>();
  while (reader.pos < reader.len) {
    const head = reader.uint32();
    const number = head >>> 3;
    const type = head & 7;
    if (type !== wireType.varint && type !== wireType.bytes) {
      reader.skipType(type);
      continue;
    }
    const value = type === wireType.bytes ? reader.bytes() : Number(reader.int64().toString());
    const values = found.get(number);
    if (values) values.push(value);
    else found.set(number, [value]);
  }
  return found;
}

/** Throws an Error for bytes that are no protobuf message. */
export function decode(bytes: Uint8Array): Fields {
  const found = bytes.length === 0 ? undefined : readFields(protobuf().Reader.create(bytes));
  const last = (field: number) => found?.get(field)?.at(-1);
  const bytesOf = (field: number): Uint8Array | undefined => {
    const value = last(field);
    return typeof value === 'number' ? undefined : value;
  };
  return {
    number(field) {
      const value = last(field);
      return typeof value === 'number' ? value : 0;
    },
    bytes: bytesOf,
    text: (field) => Buffer.from(bytesOf(field) ?? noBytes).toString(),
    texts: (field) =>
      (found?.get(field) ?? []).map((value) =>
        Buffer.from(typeof value === 'number' ? noBytes : value).toString(),
      ),
    message: (field) => decode(bytesOf(field) ?? noBytes),
    has: (field) => found?.has(field) ?? false,
    messages: (field) =>
      (found?.get(field) ?? []).map((value) => decode(typeof value === 'number' ? noBytes : value)),
  };
}

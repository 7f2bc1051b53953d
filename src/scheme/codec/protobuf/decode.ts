import type { Reader } from 'protobufjs/minimal.js';
import { lazyPackage } from '../../../apimachinery/lazy-package.ts';
import { isRecord, type Json, setOwn } from '../../../apimachinery/object.ts';
import { DecodeError } from '../decode-error.ts';
import { unsafeIntegerMessage } from '../scalars.ts';
import { specialTypes } from './special-types.ts';
import { messageNameOf, type ProtobufField, protobufMessage } from './table.ts';

const protobuf = lazyPackage<typeof import('protobufjs/minimal.js')>('protobufjs/minimal.js');

/** `k8s\0`: what every protobuf object of the API starts with (apimachinery `runtime/serializer/protobuf`). */
const magic = Buffer.from([0x6b, 0x38, 0x73, 0x00]);
/** Messages inside messages; real objects stay below 30. */
const maxDepth = 200;
const wireTypes = { varint: 0, fixed64: 1, bytes: 2, endGroup: 4 } as const;
const envelopeName = 'k8s.io.apimachinery.pkg.runtime.Unknown';

/** What a body says it is, and the bytes of its message. */
export interface ProtobufEnvelope {
  /** '' when not said. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

/** Opens a body of `application/vnd.kubernetes.protobuf`. Throws a DecodeError. */
export function openProtobuf(bytes: Uint8Array): ProtobufEnvelope {
  if (bytes.length === 0) throw new DecodeError('empty data');
  if (!Buffer.from(bytes.subarray(0, magic.length)).equals(magic)) {
    throw new DecodeError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  if (bytes.length === magic.length) throw new DecodeError('empty body');
  const fields = guarded(() => readMessage(readerOf(bytes.subarray(magic.length)), envelopeName, 0));
  const { apiVersion = '', kind = '', raw = '' } = fields as Record<string, string>;
  return { apiVersion, kind, raw: Buffer.from(raw, 'base64') };
}

export type JsonFields = { [field: string]: Json | undefined };

/**
 * Reads the message of `schemaName` as JSON would have it, without apiVersion and kind. Fields nobody knows are skipped, as
 * in Go. Throws a DecodeError.
 */
export const decodeProtobuf = (raw: Uint8Array, schemaName: string): JsonFields =>
  guarded(() => readMessage(readerOf(raw), messageNameOf(schemaName), 0));

const readerOf = (bytes: Uint8Array): Reader => protobuf().Reader.create(bytes);

/** The library's failures in the words of the reference server's generated code. */
function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) throw error;
    if (error instanceof RangeError) throw new DecodeError('unexpected EOF', { cause: error });
    const why = error instanceof Error ? error.message : 'cannot be read';
    throw new DecodeError(`proto: ${goTexts.get(why) ?? why}`, { cause: error });
  }
}

const goTexts: ReadonlyMap<string, string> = new Map([
  ['invalid varint encoding', 'integer overflow'],
  ['invalid tag encoding', 'integer overflow'],
  ['invalid length encoding', 'negative length found during unmarshaling'],
]);

const shortName = (message: string): string => message.slice(message.lastIndexOf('.') + 1);

function readMessage(reader: Reader, name: string, depth: number): JsonFields {
  const fields = protobufMessage(name);
  if (!fields) throw new DecodeError(`no protobuf message ${name}`);
  if (depth > maxDepth) throw new DecodeError(`exceeded max depth of ${maxDepth}`);
  const object: JsonFields = {};
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    const [number, wireType] = [tag >>> 3, tag & 7];
    if (wireType === wireTypes.endGroup) {
      throw new DecodeError(`proto: ${shortName(name)}: wiretype end group for non-group`);
    }
    if (number === 0) {
      throw new DecodeError(`proto: ${shortName(name)}: illegal tag ${number} (wire type ${wireType})`);
    }
    const field = fields.get(number);
    if (field) readField(reader, object, field, wireType, depth);
    else reader.skipType(wireType, 0, number);
  }
  return object;
}

function readField(
  reader: Reader,
  object: JsonFields,
  field: ProtobufField,
  wireType: number,
  depth: number,
): void {
  const packed = field.label === 'repeated' && wireType === wireTypes.bytes && isNumeric(field.type);
  if (!packed && wireType !== wireTypeOf(field)) throw wrongWireType(wireType, field.name);
  if (field.label === 'map') {
    let map = object[field.name];
    if (!isRecord(map)) setOwn(object, field.name, (map = {}));
    const [key, value] = readEntry(sub(reader), field, depth);
    setOwn(map as Record<string, unknown>, key, value);
  } else if (field.label === 'repeated') {
    let list = object[field.name];
    if (!Array.isArray(list)) setOwn(object, field.name, (list = []));
    if (packed) {
      const numbers = sub(reader);
      while (numbers.pos < numbers.len) list.push(readValue(numbers, field.type, depth));
    } else list.push(readValue(reader, field.type, depth));
  } else if (field.inline) {
    for (const [name, value] of Object.entries(readMessage(sub(reader), field.type, depth + 1)))
      setOwn(object, name, value);
  } else setOwn(object, field.name, readValue(reader, field.type, depth));
}

const isNumeric = (type: string): boolean =>
  type === 'int32' || type === 'int64' || type === 'bool' || type === 'double';

/** How a value of this type travels: numbers as varints, but for doubles, and all else as counted bytes. */
function wireTypeOf({ label, type }: Pick<ProtobufField, 'label' | 'type'>): number {
  if (label === 'map' || !isNumeric(type)) return wireTypes.bytes;
  return type === 'double' ? wireTypes.fixed64 : wireTypes.varint;
}

const wrongWireType = (wireType: number, field: string): DecodeError =>
  new DecodeError(
    `proto: wrong wireType = ${wireType} for field ${field.charAt(0).toUpperCase()}${field.slice(1)}`,
  );

/** A reader over the length-delimited bytes that come next. */
const sub = (reader: Reader): Reader => readerOf(reader.bytes());

const nothing = new Uint8Array();

/** A key that is absent is '', and a value that is absent the zero of its type. */
function readEntry(reader: Reader, field: ProtobufField, depth: number): [string, Json] {
  let key = '';
  let value: Json | undefined;
  const wireTypeOfValue = wireTypeOf({ label: 'optional', type: field.type });
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    const [number, wireType] = [tag >>> 3, tag & 7];
    if (number === 1 || number === 2) {
      if (wireType !== (number === 1 ? wireTypes.bytes : wireTypeOfValue)) {
        throw wrongWireType(wireType, field.name);
      }
      if (number === 1) key = readString(reader);
      else value = readValue(reader, field.type, depth);
    } else reader.skipType(wireType, 0, number);
  }
  return [key, value ?? zeroOf(field.type, depth)];
}

function zeroOf(type: string, depth: number): Json {
  if (type === 'string' || type === 'bytes') return '';
  if (type === 'bool') return false;
  return isNumeric(type) ? 0 : messageOf(readerOf(nothing), type, depth);
}

function readValue(reader: Reader, type: string, depth: number): Json {
  switch (type) {
    case 'string':
      return readString(reader);
    case 'bytes':
      return Buffer.from(reader.bytes()).toString('base64');
    case 'bool':
      return reader.bool();
    case 'int32':
      return reader.int32();
    case 'int64':
      return safeInteger(reader.int64());
    case 'double':
      return finite(reader.double());
  }
  return messageOf(sub(reader), type, depth);
}

function messageOf(reader: Reader, type: string, depth: number): Json {
  const fields = readMessage(reader, type, depth + 1);
  const special = specialTypes[type];
  return special ? special(fields) : (fields as Json);
}

/** protobufjs would put replacement characters where the bytes are no UTF-8. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
function readString(reader: Reader): string {
  const bytes = reader.bytes();
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new DecodeError('proto: string field contains invalid UTF-8', { cause });
  }
}

function safeInteger(value: unknown): number {
  const number = Number(String(value));
  if (!Number.isSafeInteger(number)) throw new DecodeError(unsafeIntegerMessage(String(value)));
  return number;
}

/** JSON has no other numbers. */
function finite(value: number): number {
  if (!Number.isFinite(value)) throw new DecodeError(`number ${value} is out of range`);
  return value;
}

import type { Reader } from 'protobufjs/minimal.js';
import { lazyPackage } from '../../../apimachinery/lazy-package.ts';
import { isRecord, type Json, setOwn } from '../../../apimachinery/object.ts';
import { DecodeError } from '../decode-error.ts';
import { specialTypes } from './special-types.ts';
import { messageNameOf, type ProtobufField, protobufMessage } from './table.ts';

const protobuf = lazyPackage<typeof import('protobufjs/minimal.js')>('protobufjs/minimal.js');

/** `k8s\0`: what every protobuf object of the API starts with (apimachinery `runtime/serializer/protobuf`). */
const magic = Buffer.from([0x6b, 0x38, 0x73, 0x00]);
/** Messages inside messages; real objects stay below 30. */
const maxDepth = 200;
const wireTypes = { varint: 0, fixed64: 1, bytes: 2 } as const;
const envelopeName = 'k8s.io.apimachinery.pkg.runtime.Unknown';

export interface DecodedProtobuf {
  /** The object as JSON would have it, apiVersion and kind included. Fields nobody knows are skipped, as in Go. */
  readonly value: { [field: string]: Json | undefined };
}

/**
 * Reads a body of `application/vnd.kubernetes.protobuf` whose message is the one of `schemaName`, unless its envelope
 * names another kind: then only that is returned, for the caller to refuse. Throws a DecodeError.
 */
export function decodeProtobuf(bytes: Uint8Array, schemaName: string, expectedKind: string): DecodedProtobuf {
  if (!Buffer.from(bytes.subarray(0, magic.length)).equals(magic)) {
    throw new DecodeError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  return guarded(() => {
    const envelope = readMessage(protobuf().Reader.create(bytes.subarray(magic.length)), envelopeName, 0);
    const { apiVersion = '', kind = '', raw = '' } = envelope as Record<string, string>;
    if (kind !== '' && kind !== expectedKind) return { value: { apiVersion, kind } };
    const message = Buffer.from(raw, 'base64');
    const object = readMessage(protobuf().Reader.create(message), messageNameOf(schemaName), 0);
    return { value: { apiVersion, kind, ...object } };
  });
}

function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DecodeError) throw error;
    throw new DecodeError(`proto: ${error instanceof Error ? error.message : 'cannot be read'}`, {
      cause: error,
    });
  }
}

type JsonFields = { [field: string]: Json | undefined };

function readMessage(reader: Reader, name: string, depth: number): JsonFields {
  const fields = protobufMessage(name);
  if (!fields) throw new DecodeError(`no protobuf message ${name}`);
  if (depth > maxDepth) throw new DecodeError(`exceeded max depth of ${maxDepth}`);
  const object: JsonFields = {};
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const field = fields.get(tag >>> 3);
    if (field) readField(reader, object, field, tag & 7, depth);
    else reader.skipType(tag & 7);
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
  if (field.label === 'map') {
    let map = object[field.name];
    if (!isRecord(map)) setOwn(object, field.name, (map = {}));
    const [key, value] = readEntry(sub(reader), field.type, depth);
    setOwn(map as Record<string, unknown>, key, value);
  } else if (field.label === 'repeated') {
    let list = object[field.name];
    if (!Array.isArray(list)) setOwn(object, field.name, (list = []));
    if (wireType === wireTypes.bytes && isNumeric(field.type)) {
      const packed = sub(reader);
      while (packed.pos < packed.len) list.push(readValue(packed, field.type, depth));
    } else list.push(readValue(reader, field.type, depth));
  } else if (field.inline) {
    for (const [name, value] of Object.entries(readMessage(sub(reader), field.type, depth + 1)))
      setOwn(object, name, value);
  } else setOwn(object, field.name, readValue(reader, field.type, depth));
}

const isNumeric = (type: string): boolean =>
  type === 'int32' || type === 'int64' || type === 'bool' || type === 'double';

/** A reader over the length-delimited bytes that come next. */
const sub = (reader: Reader): Reader => protobuf().Reader.create(reader.bytes());

function readEntry(reader: Reader, valueType: string, depth: number): [string, Json] {
  let key = '';
  let value: Json = valueType === 'string' || valueType === 'bytes' ? '' : null;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === 1) key = reader.string();
    else if (tag >>> 3 === 2) value = readValue(reader, valueType, depth);
    else reader.skipType(tag & 7);
  }
  return [key, value];
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
      return reader.double();
  }
  const fields = readMessage(sub(reader), type, depth + 1);
  const special = specialTypes[type];
  return special ? special(fields) : (fields as Json);
}

/** protobufjs would put replacement characters where the bytes are no UTF-8. */
const utf8 = new TextDecoder('utf-8', { fatal: true });
function readString(reader: Reader): string {
  try {
    return utf8.decode(reader.bytes());
  } catch (cause) {
    throw new DecodeError('string field contains invalid UTF-8', { cause });
  }
}

function safeInteger(value: unknown): number {
  const number = Number(String(value));
  if (!Number.isSafeInteger(number)) throw new DecodeError(`integer ${String(value)} is beyond 2^53`);
  return number;
}

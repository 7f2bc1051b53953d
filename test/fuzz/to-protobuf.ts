import protobuf from 'protobufjs/minimal.js';
import { isRecord } from '../../src/apimachinery/object.ts';
import { messageNameOf, protobufMessage } from '../../src/scheme/codec/protobuf/table.ts';

type Writer = protobuf.Writer;

const magic = Buffer.from('k8s\0', 'latin1');
const text = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

/** A body of `application/vnd.kubernetes.protobuf` with what of the object fits into its message. */
export function toProtobuf(object: Record<string, unknown>, schemaName: string): Buffer {
  const typeMeta = protobuf.Writer.create()
    .uint32(10)
    .string(text(object['apiVersion']))
    .uint32(18)
    .string(text(object['kind']));
  const raw = messageBytes(object, messageNameOf(schemaName));
  const envelope = protobuf.Writer.create()
    .uint32(10)
    .bytes(typeMeta.finish())
    .uint32(18)
    .bytes(raw)
    .finish();
  return Buffer.concat([magic, envelope]);
}

function messageBytes(value: unknown, name: string): Uint8Array {
  const writer = protobuf.Writer.create();
  const special = specials.find(([end]) => name.endsWith(end));
  if (special) {
    special[1](writer, value);
    return writer.finish();
  }
  for (const [id, field] of protobufMessage(name) ?? []) {
    const own = field.inline
      ? value
      : isRecord(value) && Object.hasOwn(value, field.name)
        ? value[field.name]
        : undefined;
    if (own === undefined || own === null) continue;
    if (field.label === 'map') {
      for (const [key, item] of Object.entries(isRecord(own) ? own : {})) {
        const entry = protobuf.Writer.create().uint32(10).string(key);
        writeValue(entry, 2, item, field.type);
        writer.uint32((id << 3) | 2).bytes(entry.finish());
      }
    } else if (field.label === 'repeated') {
      for (const item of Array.isArray(own) ? own : [own]) writeValue(writer, id, item, field.type);
    } else writeValue(writer, id, own, field.type);
  }
  return writer.finish();
}

function writeValue(writer: Writer, id: number, value: unknown, type: string): void {
  const tag = (wireType: number) => writer.uint32((id << 3) | wireType);
  if (type === 'string') tag(2).string(text(value));
  else if (type === 'bytes') tag(2).bytes(Buffer.from(text(value), 'base64'));
  else if (type === 'bool') tag(0).bool(value === true);
  else if (type === 'double') tag(1).double(number(value));
  else if (type === 'int32' || type === 'int64') tag(0).int64(Math.trunc(number(value)));
  else tag(2).bytes(messageBytes(value, type));
}

const list = (writer: Writer, value: unknown): void => {
  for (const item of Array.isArray(value) ? value : [value]) writer.uint32(10).string(text(item));
};

const json = (writer: Writer, value: unknown) =>
  writer.uint32(10).bytes(Buffer.from(JSON.stringify(value) ?? ''));

const time = (writer: Writer, value: unknown): void => {
  const epochMs = Date.parse(text(value));
  if (Number.isNaN(epochMs)) return;
  const decimals = /\.(\d+)/.exec(text(value))?.[1] ?? '';
  writer
    .uint32(8)
    .int64(Math.floor(epochMs / 1000))
    .uint32(16)
    .int32(Number(decimals.padEnd(9, '0').slice(0, 9)));
};

const schema = 'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps';

/** Messages whose JSON is not an object of their fields, by the end of their name. */
const specials: readonly [end: string, write: (writer: Writer, value: unknown) => void][] = [
  ['.resource.Quantity', (writer, value) => writer.uint32(10).string(text(value))],
  [
    '.intstr.IntOrString',
    (writer, value) =>
      typeof value === 'string'
        ? writer.uint32(8).int32(1).uint32(26).string(value)
        : writer.uint32(8).int32(0).uint32(16).int32(number(value)),
  ],
  ['.Time', time],
  ['.MicroTime', time],
  ['.FieldsV1', json],
  ['.RawExtension', json],
  ['.v1.JSON', json],
  ['.Verbs', list],
  ['.ExtraValue', list],
  ['.JSONSchemaPropsOrArray', (writer, value) => writer.uint32(10).bytes(messageBytes(value, schema))],
  [
    '.JSONSchemaPropsOrBool',
    (writer, value) =>
      typeof value === 'boolean'
        ? writer.uint32(8).bool(value)
        : writer.uint32(18).bytes(messageBytes(value, schema)),
  ],
  [
    '.JSONSchemaPropsOrStringArray',
    (writer, value) => {
      for (const item of Array.isArray(value) ? value : [value]) writer.uint32(18).string(text(item));
    },
  ],
];

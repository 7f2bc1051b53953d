import type { Writer } from 'protobufjs/minimal.js';
import { lazyPackage } from '../../apimachinery/lazy-package.ts';
import type { Part } from './dialect.ts';
import { swaggerMessages, swaggerWrappers } from './swagger-messages.ts';

const protobuf = lazyPackage<typeof import('protobufjs/minimal.js')>('protobufjs/minimal.js');

/**
 * A Swagger document in gnostic's protobuf, the only form in which client-go's discovery (so kubectl, for `List` files and
 * kinds it does not know) reads `/openapi/v2`. Throws a plain Error for a part that has no place in it.
 */
export function swaggerProtobuf(document: Part): Buffer {
  const writer = protobuf().Writer.create();
  writeContent(writer, 'Document', document);
  return Buffer.from(writer.finish());
}

const wireTypes = { varint: 0, fixed64: 1, bytes: 2 } as const;
const tag = (writer: Writer, number: number, wireType: number) => writer.uint32((number << 3) | wireType);

function writeField(writer: Writer, number: number, type: string, value: unknown): void {
  if (type.endsWith('[]')) {
    for (const item of value as readonly unknown[]) writeField(writer, number, type.slice(0, -2), item);
    return;
  }
  switch (type) {
    case 'string':
      tag(writer, number, wireTypes.bytes).string(value as string);
      return;
    case 'bool':
      tag(writer, number, wireTypes.varint).bool(value as boolean);
      return;
    case 'int64':
      tag(writer, number, wireTypes.varint).int64(value as number);
      return;
    case 'double':
      tag(writer, number, wireTypes.fixed64).double(value as number);
      return;
    default:
      tag(writer, number, wireTypes.bytes).fork();
      writeContent(writer, type, value);
      writer.ldelim();
  }
}

/** `Any` holds YAML text, which JSON is. */
const anyYaml = 2;

function writeContent(writer: Writer, type: string, value: unknown): void {
  const wrapper = swaggerWrappers[type];
  if (type === 'any') writeField(writer, anyYaml, 'string', JSON.stringify(value));
  else if (wrapper) writeField(writer, ...wrapper(value), value);
  else writeMessage(writer, type, value as Part);
}

function writeMessage(writer: Writer, type: string, value: Part): void {
  const message = swaggerMessages[type];
  if (!message) throw new Error(`no protobuf message ${type}`);
  const { fields = {}, entries, extensions } = message;
  for (const [name, content] of Object.entries(value)) {
    if (content === undefined) continue;
    const known = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (known) writeField(writer, ...known, content);
    else if (extensions !== undefined && name.startsWith('x-'))
      writeEntry(writer, [extensions, 'any'], name, content);
    else if (entries) writeEntry(writer, entries, name, content);
    else throw new Error(`${type} has no place for ${name}`);
  }
}

/** One key of a map, as gnostic's `Named…` messages have it. */
function writeEntry(
  writer: Writer,
  [number, type]: readonly [number, string],
  name: string,
  value: unknown,
): void {
  tag(writer, number, wireTypes.bytes).fork();
  writeField(writer, 1, 'string', name);
  writeField(writer, 2, type, value);
  writer.ldelim();
}

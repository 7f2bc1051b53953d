import { readFileSync } from 'node:fs';
import { packageRoot } from '../../../apimachinery/package-root.ts';

export type FieldLabel = 'optional' | 'repeated' | 'map' | 'required';

export interface ProtobufField {
  /** JSON name; for `inline` the fields of the message stand in the parent instead. */
  readonly name: string;
  readonly number: number;
  /** A scalar of the wire format, or the full name of a message. */
  readonly type: string;
  readonly label: FieldLabel;
  readonly inline: boolean;
}

export type ProtobufMessage = ReadonlyMap<number, ProtobufField>;

type RawTable = Record<string, Record<string, Record<string, [number, string, string?]>>>;

let raw: RawTable | undefined;
const messages = new Map<string, ProtobufMessage | undefined>();

/** `io.k8s.api.core.v1.Pod` of OpenAPI is `k8s.io.api.core.v1.Pod` of protobuf. */
export const messageNameOf = (schemaName: string): string =>
  `k8s.io.${schemaName.slice('io.k8s.'.length).replaceAll('-', '_')}`;

/** The fields of a message by number; undefined when there is no such message. The table is read when first needed. */
export function protobufMessage(name: string): ProtobufMessage | undefined {
  if (!messages.has(name)) messages.set(name, load(name));
  return messages.get(name);
}

function load(name: string): ProtobufMessage | undefined {
  raw ??= JSON.parse(
    readFileSync(new URL('src/scheme/facts/protobuf.json', packageRoot), 'utf8'),
  ) as RawTable;
  const dot = name.lastIndexOf('.');
  const [packageName, messageName] = [name.slice(0, dot), name.slice(dot + 1)];
  const message = Object.hasOwn(raw, packageName) ? raw[packageName]![messageName] : undefined;
  if (!message) return undefined;
  const fields = new Map<number, ProtobufField>();
  for (const [jsonName, [number, type, modifier = 'optional']] of Object.entries(message)) {
    const inline = modifier === 'inline';
    const label = (inline ? 'optional' : modifier) as FieldLabel;
    fields.set(number, { name: jsonName, number, type: fullName(type, packageName), label, inline });
  }
  return fields;
}

const scalars = new Set(['string', 'bytes', 'bool', 'int32', 'int64', 'double']);

const fullName = (type: string, packageName: string): string =>
  scalars.has(type) ? type : type.includes('.') ? `k8s.io.${type}` : `${packageName}.${type}`;

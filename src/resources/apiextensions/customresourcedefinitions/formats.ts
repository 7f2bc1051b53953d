import type { KubeObject } from '../../../apimachinery/object.ts';
import { type JsonSchema, someSchema, textIn, typeOf } from './json-schema.ts';
import { specOf } from './types.ts';

/** Formats of texts that are checked, without their dashes. */
const textFormats = new Set(
  'bsonobjectid uri email hostname ipv4 ipv6 cidr mac uuid uuid3 uuid4 uuid5 isbn isbn10 isbn13 creditcard ssn hexcolor rgbcolor byte password date duration datetime k8sshortname k8slongname'.split(
    ' ',
  ),
);

const numberFormats: Readonly<Record<string, readonly string[]>> = {
  integer: ['int32', 'int64'],
  number: ['float', 'double'],
};

function isKnown(schema: JsonSchema): boolean {
  const format = textIn(schema, 'format');
  const type = typeOf(schema);
  if (format === '') return true;
  if (type === '' || type === 'string') return textFormats.has(format.replaceAll('-', ''));
  return Object.hasOwn(numberFormats, type) && numberFormats[type]!.includes(format);
}

function unknownFormats(crd: KubeObject): string[] {
  const formats: string[] = [];
  for (const { schema } of specOf(crd).versions ?? []) {
    if (!schema?.openAPIV3Schema) continue;
    someSchema(schema.openAPIV3Schema, (part) => {
      if (!isKnown(part)) formats.push(textIn(part, 'format'));
      return false;
    });
  }
  return formats;
}

/** Warns of formats that nobody checks; on update only of new ones. */
export function formatWarnings(crd: KubeObject, old: KubeObject | undefined): string[] {
  const before = old ? unknownFormats(old) : [];
  return [...new Set(unknownFormats(crd))]
    .filter((format) => !before.includes(format))
    .map((format) => `unrecognized format ${JSON.stringify(format)}`);
}

import { stringify } from 'yaml';
import { isRecord, setOwn } from '../../src/apimachinery/object.ts';
import type { Random } from '../../src/apimachinery/random.ts';
import { oddTexts, oddValue, once, pick, some } from './chance.ts';
import { likelyValue, mutateObject, schemaOf } from './mutate.ts';
import type { Sample } from './requests.ts';
import { toProtobuf } from './to-protobuf.ts';

type Fields = Record<string, unknown>;

export interface SomeBody {
  readonly body: Uint8Array | string | undefined;
  readonly type: string | undefined;
}

const nothing: SomeBody = { body: undefined, type: undefined };

export function someBody(random: Random, sample: Sample, method: string, path: string): SomeBody {
  if (method === 'PATCH') return withFlaw(random, patchOf(random, sample));
  if (method === 'DELETE')
    return once(random, 2) ? nothing : withFlaw(random, asText(random, deleteOptions(random)));
  if (method !== 'POST' && method !== 'PUT')
    return once(random, 20) ? asText(random, oddValue(random)) : nothing;
  return withFlaw(random, encoded(random, subjectOf(random, sample, path)));
}

interface Subject {
  readonly object: unknown;
  readonly schema: string | undefined;
}

/** What a path takes: mostly an object of the resource, and for some subresources one of their own kind. */
function subjectOf(random: Random, { facts, object }: Sample, path: string): Subject {
  const own = facts.subresources.find(({ name }) => path.endsWith(`/${name}`));
  const [kind = facts.kind, apiVersion = facts.apiVersion] = (own?.kind ?? '')
    .split(/\/(?=[^/]*$)/)
    .reverse();
  if (own && kind !== facts.kind && kind !== '') {
    const schema = schemaOf(apiVersion, kind);
    const value = schema ? (likelyValue(random, { kind: 'struct', ref: schema }) as Fields) : {};
    if (isRecord(value)) Object.assign(value, { apiVersion, kind });
    return { object: value, schema };
  }
  const schema = schemaOf(facts.apiVersion, facts.kind);
  let value: unknown = object();
  if (once(random, 8) && schema) {
    const { apiVersion, kind, metadata } = object();
    const likely = likelyValue(random, { kind: 'struct', ref: schema });
    value = { ...(isRecord(likely) ? likely : {}), apiVersion, kind, metadata };
  }
  for (let n = once(random, 3) ? 0 : random.int(3); n > 0 && isRecord(value); n--)
    value = mutateObject(random, value, schema);
  return { object: value, schema };
}

/** JSON with what `JSON.stringify` would not write: integers of any number of digits, and keys that come twice. */
function jsonOf(random: Random, value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  if (once(random, 30)) return text.replace(/("\w+":)(\d+|"\w*"|true|null)/, '$1$2,$1$2');
  if (!once(random, 20)) return text;
  const digits = pick(random, [
    '9007199254740993',
    '1e400',
    '-0',
    '123456789012345678901234567890',
    '1.0',
    '0.1e1',
  ]);
  return text.replace(/(?<=[:[,])\d+(?=[,}\]])/, digits);
}

function encoded(random: Random, { object, schema }: Subject): SomeBody {
  if (!isRecord(object) || schema === undefined || !once(random, 6)) return asText(random, object);
  return { body: toProtobuf(object, schema), type: 'application/vnd.kubernetes.protobuf' };
}

/** YAML of deep values costs more than it finds. */
const maxYamlLength = 3_000;

function asText(random: Random, value: unknown): SomeBody {
  const text = jsonOf(random, value);
  if (!once(random, 8) || text.length > maxYamlLength) return { body: text, type: 'application/json' };
  return { body: once(random, 2) ? text : stringify(value), type: 'application/yaml' };
}

const types = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'text/plain',
  'application/json; charset=latin1',
  '',
  ';',
  '*/*',
];

/** Sometimes spoils bytes or says that they are of another type. */
function withFlaw(random: Random, { body, type }: SomeBody): SomeBody {
  if (body === undefined) return nothing;
  if (once(random, 40)) return { body, type: pick(random, [...types, undefined]) };
  if (!once(random, 25)) return { body, type };
  const bytes = Buffer.from(body as string);
  for (let n = random.int(4); n > 0 && bytes.length > 0; n--)
    bytes[random.int(bytes.length)] = random.int(256);
  return { body: once(random, 3) ? bytes.subarray(0, random.int(bytes.length + 1)) : bytes, type };
}

function deleteOptions(random: Random): unknown {
  const options: Fields = { apiVersion: 'v1', kind: 'DeleteOptions' };
  const schema = schemaOf('v1', 'DeleteOptions') ?? 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';
  const likely = likelyValue(random, { kind: 'struct', ref: schema });
  return isRecord(likely) ? { ...likely, ...options } : likely;
}

function patchOf(random: Random, sample: Sample): SomeBody {
  const form = random.int(3);
  if (form === 0) return { body: jsonOf(random, jsonPatch(random, sample.object())), type: types[3] };
  const patch = partOf(random, sample.object(), schemaOf(sample.facts.apiVersion, sample.facts.kind));
  if (form === 1) return { body: jsonOf(random, patch), type: types[4] };
  direct(random, patch);
  return { body: jsonOf(random, patch), type: types[5] };
}

/** Some of the fields of a mutated object: a merge patch. */
function partOf(random: Random, object: Fields, schema: string | undefined): unknown {
  let part: unknown = object;
  for (let n = random.int(3); n > 0 && isRecord(part); n--) part = mutateObject(random, part, schema);
  if (!isRecord(part)) return part;
  for (const name of Object.keys(part)) if (once(random, 3)) delete part[name];
  return part;
}

const directives: readonly ((random: Random, names: readonly string[]) => readonly [string, unknown])[] = [
  (random) => ['$patch', pick(random, ['replace', 'delete', 'merge', 'nonsense', oddValue(random)])],
  (random, names) => [
    '$retainKeys',
    once(random, 3) ? oddValue(random) : names.filter(() => once(random, 2)),
  ],
  (random, names) => [
    `$setElementOrder/${names.length > 0 ? pick(random, names) : 'x'}`,
    pick(random, [[{ name: 'main' }], [{}], ['a', 'a'], oddValue(random)]),
  ],
  (random, names) => [
    `$deleteFromPrimitiveList/${names.length > 0 ? pick(random, names) : 'finalizers'}`,
    pick(random, [['a'], [null], oddValue(random)]),
  ],
];

/** Puts directives of strategic merge into objects of a patch. */
function direct(random: Random, value: unknown): void {
  if (Array.isArray(value)) for (const item of value.slice(0, 20)) direct(random, item);
  if (!isRecord(value)) return;
  const names = Object.keys(value);
  for (const name of names.slice(0, 20)) direct(random, value[name]);
  if (once(random, 5)) {
    const [name, directive] = pick(random, directives)(random, names);
    setOwn(value, name, directive);
  }
}

const operations = ['add', 'remove', 'replace', 'move', 'copy', 'test', 'nonsense'];

const jsonPatch = (random: Random, object: Fields): unknown =>
  once(random, 20)
    ? oddValue(random)
    : some(random, 6, () => ({
        op: pick(random, operations),
        path: pointerOf(random, object),
        ...(once(random, 2) ? { from: pointerOf(random, object) } : {}),
        ...(once(random, 3) ? {} : { value: oddValue(random) }),
      }));

/** A pointer to some place of the object, or beside it. */
function pointerOf(random: Random, object: unknown): string {
  let pointer = '';
  let value = object;
  while (typeof value === 'object' && value !== null && !once(random, 4)) {
    const keys = Object.keys(value);
    if (keys.length === 0) break;
    const key = pick(random, keys);
    pointer += `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    value = (value as Fields)[key];
  }
  return once(random, 5)
    ? `${pointer}/${pick(random, ['-', '0', '99999999999', '~', '~2', '', ...oddTexts])}`
    : pointer;
}

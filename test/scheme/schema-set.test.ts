import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { mentionedRef } from '../../src/scheme/openapi/type-schema.ts';
import type { FieldSchema } from '../../src/scheme/schema.ts';
import { loadSchemas } from '../../src/scheme/schema-set.ts';

const schemas = loadSchemas();
type Table<T> = Record<string, Record<string, T>>;
const facts = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../../src/scheme/facts/${file}.json`, import.meta.url), 'utf8'));

function* entries<T>(table: Table<T>): Generator<[name: string, value: T]> {
  for (const [pkg, types] of Object.entries(table)) {
    for (const [type, value] of Object.entries(types)) yield [`${pkg}.${type}`, value];
  }
}

function field(name: string, path: string): FieldSchema {
  const found = schemas.struct(name).fields.get(path);
  assert.ok(found, `${name} has no field ${path}`);
  return found;
}

test('every type loads, and every type that a field mentions exists', () => {
  let fields = 0;
  const names = [...schemas.names()];
  assert.equal(names.length, 771);
  for (const name of names) {
    const struct = schemas.struct(name);
    for (const [path, { type }] of struct.fields) {
      fields++;
      const ref = mentionedRef(type);
      if (ref !== undefined) assert.ok(schemas.has(ref), `${name}.${path} mentions ${ref}`);
    }
    for (const path of struct.required) assert.ok(struct.fields.has(path), `${name}.${path}`);
  }
  assert.equal(fields, 3137);
});

test('a type that does not exist is an error, also under the name of a prototype property', () => {
  assert.throws(() => schemas.struct('io.k8s.api.core.v1.Nope'), /no schema is called/);
  assert.throws(() => schemas.struct('constructor'), /no schema is called/);
  assert.equal(schemas.has('toString'), false);
});

test('facts about merging, enums and defaults are in the schemas', () => {
  for (const [name, fields] of entries(facts<Table<Record<string, object>>>('merging'))) {
    for (const [path, expected] of Object.entries(fields))
      assert.partialDeepStrictEqual(field(name, path), expected);
  }
  for (const [name, fields] of entries(facts<Table<Record<string, string[]>>>('enums'))) {
    for (const [path, values] of Object.entries(fields)) {
      const items = path.endsWith('[]');
      const found = field(name, items ? path.slice(0, -2) : path);
      assert.deepEqual(items ? found.itemEnum : found.enum, values);
    }
  }
  for (const [name, fields] of entries(facts<Table<Record<string, unknown>>>('defaults'))) {
    for (const [path, value] of Object.entries(fields)) assert.deepEqual(field(name, path).default, value);
  }
});

test('facts about presence and kinds are in the schemas', () => {
  for (const [name, { always = [], pointer = [] }] of entries(
    facts<Table<{ always?: string[]; pointer?: string[] }>>('presence'),
  )) {
    for (const [path, schema] of schemas.struct(name).fields) {
      assert.equal(schema.alwaysPresent === true, always.includes(path), `${name}.${path}`);
      assert.equal(schema.pointer === true, pointer.includes(path), `${name}.${path}`);
    }
  }
  for (const [pkg, { groupVersion, kinds }] of Object.entries(
    facts<Record<string, { groupVersion: string; kinds: string[] }>>('kinds'),
  )) {
    for (const kind of kinds) {
      const { gvk } = schemas.struct(`${pkg}.${kind}`);
      assert.equal(gvk?.group ? `${gvk.group}/${gvk.version}` : gvk?.version, groupVersion);
      assert.equal(gvk?.kind, kind);
    }
  }
  const structure = facts<{ atomic: string[] }>('structure');
  for (const name of schemas.names()) {
    assert.equal(schemas.struct(name).atomic, structure.atomic.includes(name), name);
  }
});

test('types that the client package flattens are themselves again', () => {
  assert.deepEqual(field('io.k8s.api.core.v1.EmptyDirVolumeSource', 'sizeLimit').type, { kind: 'quantity' });
  assert.deepEqual(field('io.k8s.api.core.v1.ResourceRequirements', 'limits').type, {
    kind: 'map',
    values: { kind: 'quantity' },
  });
  assert.deepEqual(field('io.k8s.api.core.v1.ServicePort', 'targetPort').type, { kind: 'intOrString' });
  assert.deepEqual(field('io.k8s.api.core.v1.Event', 'eventTime').type, { kind: 'time', micro: true });
  assert.deepEqual(field('io.k8s.api.core.v1.Secret', 'data').type, {
    kind: 'map',
    values: { kind: 'bytes' },
  });
  assert.equal(field('io.k8s.api.apps.v1.ControllerRevision', 'data').type.kind, 'any');
});

test('types and fields are described, without the escapes of the packages they come from', () => {
  const descriptions = schemas.descriptions();
  assert.match(descriptions.type('io.k8s.api.core.v1.Pod') ?? '', /^Pod is a collection of containers/);
  assert.match(descriptions.field('io.k8s.api.core.v1.Container', 'livenessProbe') ?? '', /probe/);
  assert.match(
    descriptions.field('io.k8s.api.core.v1.Container', 'imagePullPolicy') ?? '',
    /\n\nPossible enum values:\n - `"Always"` means/,
  );
  for (const name of schemas.names()) {
    for (const path of schemas.struct(name).fields.keys()) {
      assert.doesNotMatch(descriptions.field(name, path) ?? '', /\\['*/]|\*_\//, `${name}.${path}`);
    }
  }
});

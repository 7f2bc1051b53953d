import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldPath } from '../../src/apimachinery/field-error.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../src/apimachinery/meta-validation.ts';
import { nameIsDNSSubdomain } from '../../src/apimachinery/names.ts';
import type { ObjectMeta } from '../../src/apimachinery/object.ts';

const path = FieldPath.of('metadata');
const good: ObjectMeta = { name: 'web', namespace: 'default' };
const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' };

const onCreate = (meta: ObjectMeta, requiresNamespace = true) =>
  validateObjectMeta(meta, { requiresNamespace, validateName: nameIsDNSSubdomain, path, builtIn: true }).map(
    ({ field, message }) => `${field}: ${message}`,
  );

test('metadata of new objects', () => {
  const cases: [ObjectMeta, RegExp[]][] = [
    [good, []],
    [{ namespace: 'default' }, [/^metadata.name: Required value: name or generateName is required$/]],
    [{ ...good, name: 'A' }, [/^metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain/]],
    [{ ...good, generateName: 'a-' }, []],
    [{ ...good, generateName: 'AB-' }, [/^metadata.generateName: Invalid value: "AB-"/]],
    [{ name: 'a' }, [/^metadata.namespace: Required value$/]],
    [{ ...good, labels: { 'a b': 'x y' } }, [/^metadata.labels: Invalid value: "a b": name part/, /"x y"/]],
    [{ ...good, labels: JSON.parse('{"__proto__":"x"}') }, [/^metadata.labels: Invalid value: "__proto__"/]],
    [{ ...good, annotations: { Example: 'ok' } }, []],
    [
      { ...good, annotations: { a: 'x'.repeat(262144) } },
      [/^metadata.annotations: Too long: may not be more than 262144 bytes$/],
    ],
    [{ ...good, ownerReferences: [owner] }, []],
    [
      { ...good, ownerReferences: [{ ...owner, uid: '' }] },
      [/^metadata.ownerReferences.uid: Invalid value: "": must not be empty$/],
    ],
    [
      { ...good, ownerReferences: [{ ...owner, kind: 'Event' }] },
      [/Kind=Event is disallowed from being an owner$/],
    ],
    [
      {
        ...good,
        ownerReferences: [
          { ...owner, controller: true },
          { ...owner, name: 'q', controller: true },
        ],
      },
      [
        /Only one reference can have Controller set to true. Found "true" in references for Pod\/p and Pod\/q$/,
      ],
    ],
    [{ ...good, finalizers: ['example.com/a', 'orphan'] }, []],
    [
      { ...good, finalizers: ['plain'] },
      [/^metadata.finalizers\[0\]: .*neither a standard finalizer name nor is it fully qualified$/],
    ],
    [
      { ...good, finalizers: ['orphan', 'foregroundDeletion'] },
      [/finalizer orphan and foregroundDeletion cannot be both set$/],
    ],
    [
      { ...good, managedFields: [{ operation: 'Edit', fieldsType: 'X', manager: 'a\u0007' }] },
      [/must be `Apply` or `Update`$/, /must be `FieldsV1`$/, /invalid character U\+0007 \(at position 1\)$/],
    ],
  ];
  for (const [meta, expected] of cases) {
    const found = onCreate(meta);
    assert.equal(found.length, expected.length, found.join('\n'));
    for (const [i, pattern] of expected.entries()) assert.match(found[i]!, pattern);
  }
  assert.deepEqual(onCreate(good, false), ['metadata.namespace: Forbidden: not allowed on this type']);
});

test('metadata of updates', () => {
  const old: ObjectMeta = { ...good, uid: 'u', resourceVersion: '1', generation: 2, finalizers: ['a.io/x'] };
  const deleting = { ...old, deletionTimestamp: '2026-01-01T00:00:00Z' };
  const cases: [ObjectMeta, ObjectMeta, string[]][] = [
    [old, old, []],
    [{ ...old, uid: 'v' }, old, ['metadata.uid: Invalid value: "v": field is immutable']],
    [
      { ...old, resourceVersion: '' },
      old,
      ['metadata.resourceVersion: Invalid value: "": must be specified for an update'],
    ],
    [{ ...old, generation: 1 }, old, ['metadata.generation: Invalid value: 1: must not be decremented']],
    [{ ...deleting, finalizers: [] }, deleting, []],
    [
      { ...deleting, finalizers: ['a.io/x', 'b.io/y'] },
      deleting,
      [
        'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"b.io/y"}',
      ],
    ],
  ];
  for (const [meta, before, expected] of cases) {
    const found = validateObjectMetaUpdate(meta, before, path).map(
      ({ field, message }) => `${field}: ${message}`,
    );
    assert.deepEqual(found, expected);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { encodeStored, withResourceVersion } from '../../src/scheme/codec/stored.ts';

const served = (stored: string, revision = 42) =>
  withResourceVersion(Buffer.from(stored), revision).toString();

test('stored bytes start with apiVersion, kind and metadata, and hold no resourceVersion', () => {
  const pod = {
    spec: { nodeName: 'n' },
    metadata: { resourceVersion: '7', name: 'web-0' },
    kind: 'Pod',
    apiVersion: 'v1',
  } as KubeObject;
  assert.equal(
    encodeStored(pod).toString(),
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-0"},"spec":{"nodeName":"n"}}',
  );
  assert.equal(pod.metadata.resourceVersion, '7');
});

test('own keys called __proto__ are stored', () => {
  const object = JSON.parse('{"apiVersion":"v1","kind":"X","metadata":{},"__proto__":{"a":1}}');
  assert.match(encodeStored(object).toString(), /"__proto__":\{"a":1\}/);
});

const splices: [string, string, string][] = [
  [
    'our own bytes',
    '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{}}',
    '{"apiVersion":"v1","kind":"Pod","metadata":{"resourceVersion":"42","name":"a"},"spec":{}}',
  ],
  [
    'empty metadata',
    '{"apiVersion":"v1","kind":"Pod","metadata":{}}',
    '{"apiVersion":"v1","kind":"Pod","metadata":{"resourceVersion":"42"}}',
  ],
  [
    'bytes of a kube-apiserver: kind first, a line break last',
    '{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a"}}\n',
    '{"kind":"Pod","apiVersion":"v1","metadata":{"resourceVersion":"42","name":"a"}}\n',
  ],
  [
    'a nested metadata before the real one',
    '{"apiVersion":"v1","data":[{"metadata":{"x":"\\"metadata\\":{"}}],"kind":"metadata","metadata":{"name":"a"}}',
    '{"apiVersion":"v1","data":[{"metadata":{"x":"\\"metadata\\":{"}}],"kind":"metadata","metadata":{"resourceVersion":"42","name":"a"}}',
  ],
  [
    'text beyond ASCII',
    '{"kind":"ConfigMap","metadata":{"name":"ä"},"data":{"k":"日本 🚀"}}',
    '{"kind":"ConfigMap","metadata":{"resourceVersion":"42","name":"ä"},"data":{"k":"日本 🚀"}}',
  ],
];

for (const [name, stored, expected] of splices) {
  test(`resourceVersion goes into the metadata: ${name}`, () => assert.equal(served(stored), expected));
}

test('a slice of a larger buffer is spliced on its own', () => {
  const whole = Buffer.from('xx{"metadata":{}}yy');
  assert.equal(
    withResourceVersion(whole.subarray(2, -2), 1).toString(),
    '{"metadata":{"resourceVersion":"1"}}',
  );
});

test('a value without metadata is refused', () => {
  assert.throws(() => served('{"kind":"Pod"}'), /no metadata/);
  assert.throws(() => served('{"a":{"metadata":{}}}'), /no metadata/);
});

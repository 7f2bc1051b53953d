import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../../src/apimachinery/status.ts';
import {
  type KeyedResource,
  type KeyLayout,
  listPrefix,
  objectKey,
  parseKey,
  resourcePrefix,
} from '../../src/storage/keys.ts';

const resource = (
  group: string,
  version: string,
  name: string,
  scope: KeyedResource['scope'],
  upstreamKey = name,
): KeyedResource => ({
  resource: name,
  scope,
  stored: { group, version, kind: 'Any', schema: 'any' },
  upstreamKey,
});

const pods = resource('', 'v1', 'pods', 'Namespaced');
const nodes = resource('', 'v1', 'nodes', 'Cluster', 'minions');
const services = resource('', 'v1', 'services', 'Namespaced', 'services/specs');
const deployments = resource('apps', 'v1', 'deployments', 'Namespaced');
const widgets = resource('example.com', 'v1alpha1', 'widgets', 'Namespaced', 'example.com/widgets');
const clusterRoles = resource('rbac.authorization.k8s.io', 'v1', 'clusterroles', 'Cluster');

const layouts: KeyLayout[] = ['binnacle', 'upstream'];

const keys: [KeyedResource, string, string, string, string][] = [
  [pods, 'default', 'web-0', '/registry/api/v1/pods/default/web-0', '/registry/pods/default/web-0'],
  [nodes, '', 'node-1', '/registry/api/v1/nodes/node-1', '/registry/minions/node-1'],
  [services, 'a', 'db', '/registry/api/v1/services/a/db', '/registry/services/specs/a/db'],
  [
    deployments,
    'default',
    'test-app',
    '/registry/api/apps/v1/deployments/default/test-app',
    '/registry/deployments/default/test-app',
  ],
  [widgets, 'x', 'w', '/registry/api/example.com/v1alpha1/widgets/x/w', '/registry/example.com/widgets/x/w'],
];

test('keys and their parsing, in both layouts', () => {
  for (const [definition, namespace, name, binnacle, upstream] of keys) {
    assert.equal(objectKey('binnacle', definition, namespace, name), binnacle);
    assert.equal(objectKey('upstream', definition, namespace, name), upstream);
    for (const layout of layouts) {
      const key = objectKey(layout, definition, namespace, name);
      assert.deepEqual(parseKey(layout, definition, key), { namespace, name });
      assert.ok(key.startsWith(listPrefix(layout, definition, namespace)));
      assert.ok(key.startsWith(resourcePrefix(layout, definition)));
    }
  }
});

test('prefixes end in a slash', () => {
  assert.equal(listPrefix('binnacle', pods, ''), '/registry/api/v1/pods/');
  assert.equal(listPrefix('binnacle', pods, 'kube-system'), '/registry/api/v1/pods/kube-system/');
  assert.equal(listPrefix('upstream', services, ''), '/registry/services/specs/');
  assert.equal(listPrefix('upstream', nodes, 'ignored'), '/registry/minions/');
});

test('names of any text round-trip and stay printable ASCII', () => {
  for (const name of ['system:node', 'mit Leerzeichen', 'größe', '__proto__', '😀', 'tab\tnewline\n']) {
    const key = objectKey('binnacle', clusterRoles, '', name);
    assert.match(key, /^[!-~]+$/);
    assert.deepEqual(parseKey('binnacle', clusterRoles, key), { namespace: '', name });
  }
});

const refused: [KeyedResource, string, string, string | RegExp][] = [
  [pods, '', 'web', 'Namespace parameter required.'],
  [pods, 'default', '', 'Name parameter required.'],
  [nodes, '', '', 'Name parameter required.'],
  [pods, 'default', '.', `Name parameter invalid: ".": may not be '.'`],
  [pods, 'default', '..', `Name parameter invalid: "..": may not be '..'`],
  [pods, 'default', 'a/b', `Name parameter invalid: "a/b": may not contain '/'`],
  [pods, 'default', '/%', `Name parameter invalid: "/%": may not contain '/';may not contain '%'`],
  [pods, '..', 'a', `Namespace parameter invalid: "..": may not be '..'`],
  [pods, 'a/b', 'c', `Namespace parameter invalid: "a/b": may not contain '/'`],
  [pods, 'default', 'a'.repeat(2000), /may not make a key of more than 1024 bytes$/],
];

test('what cannot be a path segment is refused with 400', () => {
  for (const [definition, namespace, name, message] of refused) {
    for (const layout of layouts) {
      assert.throws(
        () => objectKey(layout, definition, namespace, name),
        (error: unknown) => {
          assert.ok(error instanceof ApiError);
          assert.equal(error.code, 400);
          if (typeof message === 'string') assert.equal(error.message, message);
          else assert.match(error.message, message);
          return true;
        },
      );
    }
  }
  assert.throws(() => listPrefix('binnacle', pods, 'a%2f'), { message: /may not contain '%'/ });
});

test('a key of another resource is not parsed', () => {
  for (const key of [
    '/registry/api/v1/pods/a',
    '/registry/api/v1/podsx/a/b',
    '/registry/api/v1/pods/a/b/c',
    '/registry/api/v1/pods//b',
  ]) {
    assert.throws(() => parseKey('binnacle', pods, key), /is no object below/);
  }
});

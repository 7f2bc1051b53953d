import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activeNamespace, admissionOver, apply, inNamespace, pod, refused } from './helper.ts';

const leaving = apply('v1', 'Namespace', 'leaving', { status: { phase: 'Terminating' } });
const config = (namespace: string) => inNamespace(namespace, apply('v1', 'ConfigMap', 'settings'));

test('objects are created only in namespaces that are there', async () => {
  const admit = await admissionOver([leaving]);
  assert.deepEqual(await admit(config('a')), config('a'));
  const error = await refused(404, 'namespaces "nowhere" not found', admit(config('nowhere')));
  assert.deepEqual(error.status.details, { name: 'nowhere', kind: 'namespaces' });
});

test('nothing new comes into a namespace that goes away', async () => {
  const admit = await admissionOver([leaving]);
  const error = await refused(
    403,
    'configmaps "settings" is forbidden: unable to create new content in namespace leaving because it is being terminated',
    admit(config('leaving')),
  );
  assert.deepEqual(error.status.details?.causes, [
    {
      reason: 'NamespaceTerminating',
      message: 'namespace leaving is being terminated',
      field: 'metadata.namespace',
    },
  ]);
  await admit(config('leaving'), { oldObject: config('leaving') });
  await admit(config('leaving'), { operation: 'DELETE' });
});

test('some namespaces may not be deleted', async () => {
  const admit = await admissionOver([]);
  for (const name of ['default', 'kube-system', 'kube-public']) {
    await refused(
      403,
      `namespaces "${name}" is forbidden: this namespace may not be deleted`,
      admit(activeNamespace(name), { operation: 'DELETE' }),
    );
  }
  await admit(activeNamespace('kube-node-lease'), { operation: 'DELETE' });
  await admit(inNamespace('a', pod({}, { name: 'default' })), { operation: 'DELETE' });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCluster } from '../../src/testing/cluster.ts';
import { apiOver, configMap, expectCode, expectFailure } from '../helpers/api.ts';
import { admissionOver, apply, inNamespace, refused } from './helper.ts';

const plugins = (...enablePlugins: string[]) => ({ admission: { enablePlugins } });

test('NamespaceAutoProvision makes the namespace of a first object, and of no other write', async () => {
  await using cluster = await createCluster(plugins('NamespaceAutoProvision'));
  const api = apiOver(cluster.fetch);
  const path = '/api/v1/namespaces/fresh/configmaps';
  expectFailure(await api.delete(`${path}/none`), 404, 'NotFound');
  expectFailure(await api.post(`${path}?dryRun=All`, configMap('a')), 404, 'NotFound');
  expectFailure(await api.get('/api/v1/namespaces/fresh'), 404, 'NotFound');
  const answers = await Promise.all(['a', 'b', 'c'].map((name) => api.post(path, configMap(name))));
  for (const answer of answers) expectCode(answer, 201);
  assert.equal(expectCode(await api.get('/api/v1/namespaces/fresh'), 200).status.phase, 'Active');
});

test('a namespace that cannot be made refuses its objects', async () => {
  await using cluster = await createCluster(plugins('NamespaceAutoProvision'));
  const answer = await apiOver(cluster.fetch).post('/api/v1/namespaces/Bad_Name/configmaps', configMap('a'));
  const { message = '' } = expectFailure(answer, 403, 'Forbidden');
  assert.match(message, /^configmaps "a" is forbidden: Namespace "Bad_Name" is invalid: metadata\.name: /);
});

test('NamespaceExists asks for a namespace', async () => {
  const admit = await admissionOver([], ['NamespaceExists']);
  await admit(inNamespace('a', apply('v1', 'ConfigMap', 'x')), { operation: 'DELETE' });
  await refused(
    404,
    'namespaces "none" not found',
    admit(inNamespace('none', apply('v1', 'ConfigMap', 'x')), { operation: 'DELETE' }),
  );
});

test('AlwaysDeny lets nothing be written, by nobody', async () => {
  const admit = await admissionOver([], ['AlwaysDeny', 'AlwaysAdmit']);
  const why = 'is forbidden: admission control is denying all modifications';
  await refused(403, `configmaps "x" ${why}`, admit(inNamespace('a', apply('v1', 'ConfigMap', 'x'))));
  await refused(
    403,
    `configmaps "x" ${why}`,
    admit(inNamespace('a', apply('v1', 'ConfigMap', 'x')), { operation: 'DELETE' }),
  );
});

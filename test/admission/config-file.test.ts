import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createCluster } from '../../src/testing/cluster.ts';
import { apiOver, expectCode, expectFailure, pod } from '../helpers/api.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';

const head = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n';

/** A server whose admission is told what the text says; the path of the file is `PATH` in messages. */
async function configured(context: TestContext, plugins: string, enablePlugins: readonly string[] = []) {
  const { path: directory, remove } = await temporaryDirectory();
  context.after(remove);
  const configFile = join(directory, 'admission.yaml');
  await writeFile(configFile, head + plugins);
  const start = () => createCluster({ admission: { configFile, enablePlugins } });
  const message = async () =>
    start().then(
      () => assert.fail('it starts'),
      (error: Error) => error.message.replaceAll(configFile, 'PATH'),
    );
  return { directory, start, message };
}

test('PodSecurity: defaults and exemptions', async (context) => {
  const { start } = await configured(
    context,
    `- name: PodSecurity
  configuration:
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
    defaults:
      enforce: baseline
      enforce-version: v1.30
    exemptions:
      namespaces: [kube-system]
`,
  );
  await using cluster = await start();
  const api = apiOver(cluster.fetch);
  const post = (namespace: string) =>
    api.post(`/api/v1/namespaces/${namespace}/pods`, pod('a', { hostPID: true }));
  assert.equal(
    expectFailure(await post('default'), 403, 'Forbidden').message,
    'pods "a" is forbidden: violates PodSecurity "baseline:v1.30": host namespaces (hostPID=true)',
  );
  expectCode(await post('kube-system'), 201);
});

test('a configuration may stand in a file of its own', async (context) => {
  const { directory, start } = await configured(
    context,
    '- name: PodNodeSelector\n  path: conf/selectors.yaml\n',
    ['PodNodeSelector'],
  );
  await mkdir(join(directory, 'conf'));
  const selectors = 'podNodeSelectorPluginConfig:\n  clusterDefaultNodeSelector: env=test\n';
  await writeFile(join(directory, 'conf/selectors.yaml'), selectors);
  await using cluster = await start();
  const answer = await apiOver(cluster.fetch).post('/api/v1/namespaces/default/pods', pod('a'));
  assert.deepEqual(expectCode(answer, 201).spec.nodeSelector, { env: 'test' });
});

test('EventRateLimit, ResourceQuota and PodTolerationRestriction', async (context) => {
  const { start } = await configured(
    context,
    `- name: EventRateLimit
  configuration:
    apiVersion: eventratelimit.admission.k8s.io/v1alpha1
    kind: Configuration
    limits:
    - {type: Namespace, qps: 1, burst: 1}
- name: ResourceQuota
  configuration:
    apiVersion: apiserver.config.k8s.io/v1
    kind: ResourceQuotaConfiguration
    limitedResources:
    - {resource: secrets, matchContains: [count/]}
- name: PodTolerationRestriction
  configuration:
    apiVersion: podtolerationrestriction.admission.k8s.io/v1alpha1
    kind: Configuration
    default:
    - {key: spot, operator: Exists}
`,
    ['EventRateLimit', 'PodTolerationRestriction'],
  );
  await using cluster = await start();
  const api = apiOver(cluster.fetch);
  const home = '/api/v1/namespaces/default';
  const event = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name },
    involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' },
  });
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } };
  expectCode(await api.post(`${home}/events`, event('a')), 201);
  assert.equal(
    expectFailure(await api.post(`${home}/events`, event('b')), 429, 'TooManyRequests').message,
    'Too many requests: limit reached on type Namespace for key default',
  );
  assert.equal(
    expectFailure(await api.post(`${home}/secrets`, secret), 403, 'Forbidden').message,
    'secrets "a" is forbidden: insufficient quota to consume: count/secrets',
  );
  const { spec } = expectCode(await api.post(`${home}/pods`, pod('a')), 201);
  assert.equal(
    spec.tolerations.some(({ key }: { key: string }) => key === 'spot'),
    true,
  );
});

const refusals: readonly [string, string, string][] = [
  ['a plugin that nobody knows', '- name: Nope\n', 'PATH:4: plugins[0].name: plugin "Nope" is unknown'],
  [
    'a plugin that takes nothing',
    '- name: LimitRanger\n  path: x.yaml\n',
    'PATH:4: plugins[0].name: plugin LimitRanger takes no configuration',
  ],
  [
    'a field that nobody knows',
    '- name: PodSecurity\n  config: {}\n',
    'PATH:5: plugins[0].config: unknown field',
  ],
  [
    'a level that is none',
    `- name: PodSecurity
  configuration:
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
    defaults:
      audit: strict
      warn-version: '1.2'
    exemptions:
      namespaces: [a, B, a]
`,
    'PATH:9: plugins[0].configuration.defaults.audit: must be one of privileged, baseline, restricted; 10: plugins[0].configuration.defaults.warn-version: must be "latest" or "v1.x"',
  ],
  [
    'another kind',
    '- name: EventRateLimit\n  configuration:\n    apiVersion: eventratelimit.admission.k8s.io/v1alpha1\n    kind: Config\n',
    'PATH:7: plugins[0].configuration.kind: must be Configuration',
  ],
  [
    'a toleration that is none',
    `- name: PodTolerationRestriction
  configuration:
    apiVersion: podtolerationrestriction.admission.k8s.io/v1alpha1
    kind: Configuration
    whitelist:
    - {value: x}
`,
    'PATH:8: plugins[0].configuration.whitelist: [0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
  ],
];
for (const [what, plugins, expected] of refusals) {
  test(`a file is refused for ${what}`, async (context) => {
    assert.ok((await (await configured(context, plugins)).message()).startsWith(expected));
  });
}

test('a file that is named must be there', async (context) => {
  const { directory, message } = await configured(context, '- name: PodSecurity\n  path: none.yaml\n');
  assert.equal(await message(), `${join(directory, 'none.yaml')}: there is no such file`);
});

test('of two entries for one plugin the first counts', async (context) => {
  const entry = (selector: string) =>
    `- name: PodNodeSelector\n  configuration: {podNodeSelectorPluginConfig: {clusterDefaultNodeSelector: ${selector}}}\n`;
  const { start } = await configured(context, entry('a=b') + entry('c=d'), ['PodNodeSelector']);
  await using cluster = await start();
  const answer = await apiOver(cluster.fetch).post('/api/v1/namespaces/default/pods', pod('a'));
  assert.deepEqual(expectCode(answer, 201).spec.nodeSelector, { a: 'b' });
});

test('a file of former times speaks to one plugin', async (context) => {
  const { path: directory, remove } = await temporaryDirectory();
  context.after(remove);
  const configFile = join(directory, 'selectors.yaml');
  await writeFile(configFile, 'podNodeSelectorPluginConfig:\n  clusterDefaultNodeSelector: env=old\n');
  await using cluster = await createCluster({
    admission: { configFile, enablePlugins: ['PodNodeSelector'] },
  });
  const answer = await apiOver(cluster.fetch).post('/api/v1/namespaces/default/pods', pod('a'));
  assert.deepEqual(expectCode(answer, 201).spec.nodeSelector, { env: 'old' });
});

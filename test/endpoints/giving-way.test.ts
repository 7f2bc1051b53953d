import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCluster } from '../../src/testing/cluster.ts';

const base = 'https://binnacle';
const largeYaml = [
  'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: large\ndata:\n',
  ...Array.from({ length: 5_000 }, (_, i) => `  key-${i}: "value ${i} of a config map"\n`),
].join('');

const slow: [string, string, RequestInit][] = [
  ['the first OpenAPI document', '/openapi/v2', {}],
  [
    'a large YAML body',
    '/api/v1/namespaces/default/configmaps?dryRun=All',
    { method: 'POST', body: largeYaml, headers: { 'content-type': 'application/yaml' } },
  ],
];

for (const [what, path, request] of slow) {
  test(`${what} does not hold up a request that comes later`, async () => {
    await using cluster = await createCluster();
    const finished: string[] = [];
    const note = async (name: string, answer: Promise<Response>) => {
      const { ok } = await answer;
      assert.ok(ok);
      finished.push(name);
    };
    await Promise.all([
      note('slow', cluster.fetch(base + path, request)),
      note('quick', cluster.fetch(`${base}/version`)),
    ]);
    assert.deepEqual(finished, ['quick', 'slow']);
  });
}

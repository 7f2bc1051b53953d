import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createActivity } from '../../src/client/activity.ts';
import { createClient } from '../../src/client/client.ts';
import { discover, preferred } from '../../src/client/discovery.ts';
import { fetchTransport } from '../../src/client/fetch-transport.ts';
import { collectionPath } from '../../src/client/resource.ts';
import { type Stage, stage } from './kit.ts';

/** What follows every collection of a cluster from its beginning. */
interface Recording {
  /** `<revision> <collection> <event>`, in the order of revisions. */
  end(): Promise<readonly string[]>;
}

/** What has to be in it, or the scenario was another one. */
const milestones: readonly RegExp[] = [
  /^\d+ \/api\/v1\/namespaces {"type":"DELETED".*"name":"other"/,
  /^\d+ \/api\/v1\/pods {"type":"DELETED".*"nodeName":"node-1"/,
  /"reason":"SuccessfulRescale"/,
  /"reason":"TaintManagerEviction"/,
  /^\d+ \/apis\/batch\/v1\/jobs .*"name":"again-\d+".*"type":"Complete"/,
  /^\d+ \/apis\/apps\/v1\/deployments .*"updatedReplicas":4/,
];

async function record({ cluster }: Stage): Promise<Recording> {
  const client = createClient(fetchTransport(cluster.fetch), { activity: createActivity() });
  const { resources } = await discover(client);
  const paths = preferred(resources)
    .filter(({ verbs }) => verbs.includes('watch'))
    .map(({ resource }) => collectionPath(resource));
  const told = paths.map(async (path) => {
    const response = await cluster.fetch(`https://binnacle${path}?watch=true&timeoutSeconds=86400`);
    assert.equal(response.status, 200, path);
    return async () => {
      // The end of the cluster cuts the stream.
      const text = await textOf(response);
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => [path, line] as const);
    };
  });
  const reading = (await Promise.all(told)).map((read) => read());
  return {
    async end() {
      await cluster.close();
      const lines = (await Promise.all(reading)).flat();
      return lines
        .map(([path, line]) => ({
          path,
          line,
          revision: Number(JSON.parse(line).object.metadata.resourceVersion),
        }))
        .sort((a, b) => a.revision - b.revision || (a.path < b.path ? -1 : 1))
        .map(({ path, line, revision }) => `${revision} ${path} ${line}`);
    },
  };
}

async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of body ?? []) text += decoder.decode(chunk, { stream: true });
  } catch {
    // Cut: what came is what was told.
  }
  return text;
}

const template = (app: string, image = 'i:1') => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image, resources: { requests: { cpu: '100m' } } }] },
});
const work = {
  spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'i', command: ['sleep', '20'] }] },
};
const appsPath = '/apis/apps/v1/namespaces';
const batchPath = '/apis/batch/v1/namespaces';

/** A little of everything, in a namespace. */
async function fill({ create }: Stage, namespace: string): Promise<void> {
  const selects = (app: string) => ({ selector: { matchLabels: { app } }, template: template(app) });
  await create(`${appsPath}/${namespace}/deployments`, {
    metadata: { name: 'web' },
    spec: { replicas: 3, ...selects('web') },
  });
  await create(`${appsPath}/${namespace}/statefulsets`, {
    metadata: { name: 'db' },
    spec: { replicas: 2, serviceName: 'db', ...selects('db') },
  });
  await create(`${appsPath}/${namespace}/daemonsets`, { metadata: { name: 'log' }, spec: selects('log') });
  await create(`/api/v1/namespaces/${namespace}/services`, {
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  });
  await create(`${batchPath}/${namespace}/jobs`, {
    metadata: { name: 'once' },
    spec: { completions: 3, parallelism: 2, template: work },
  });
  await create(`${batchPath}/${namespace}/cronjobs`, {
    metadata: { name: 'again' },
    spec: { schedule: '*/2 * * * *', jobTemplate: { spec: { template: work } } },
  });
  await create(`/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`, {
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 4,
      maxReplicas: 5,
    },
  });
  await create(`/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`, {
    metadata: { name: 'web' },
    spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
  });
}

/** Workloads, a roll-out, a node from which everything has to go, and a namespace that is deleted. */
async function history(): Promise<readonly string[]> {
  await using at = await stage(['*'], { nodes: 2 });
  const recording = await record(at);
  await at.create('/api/v1/namespaces', { metadata: { name: 'other' } });
  for (const namespace of ['default', 'other']) await fill(at, namespace);
  await at.cluster.advance(90_000);
  await at.merge(`${appsPath}/default/deployments/web`, { spec: { template: template('web', 'i:2') } });
  await at.cluster.advance(60_000);
  const taints = [{ key: 'broken', effect: 'NoExecute' }];
  await at.merge('/api/v1/nodes/node-1', { spec: { taints } });
  await at.cluster.advance(60_000);
  await at.delete('/api/v1/namespaces/other');
  await at.cluster.advance(300_000);
  await at.cluster.runUntilIdle({ withinMs: 60_000 });
  return recording.end();
}

it('the same scenario with the same seed has the same history, to the byte', async () => {
  const [first, second] = [await history(), await history()];
  for (const milestone of milestones)
    assert.ok(
      first.some((line) => milestone.test(line)),
      `${milestone}`,
    );
  const other = first.findIndex((line, nth) => line !== second[nth]);
  assert.equal(first[other], second[other]);
  assert.equal(second.length, first.length);
});

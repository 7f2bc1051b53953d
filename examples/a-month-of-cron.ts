/*
 * A cluster that is alive, on a clock of its own: a deployment comes up, and then a month of a nightly job goes by at once. Nobody
 * waits for anything; nodes are simulated, and the containers of the job end because they are told to (`sleep 30`).
 */
import { BatchV1Api, type V1PodTemplateSpec } from '@kubernetes/client-node';
import { createCluster, seededRandom, virtualClock } from 'binnacle';

const day = 24 * 60 * 60 * 1000;
const clock = virtualClock(Date.UTC(2026, 0, 1));

await using cluster = await createCluster({
  clock,
  random: seededRandom(7),
  controllers: ['*'],
  nodes: 2,
});
const batch = (await cluster.kubeConfig()).makeApiClient(BatchV1Api);

const template: V1PodTemplateSpec = {
  spec: {
    restartPolicy: 'Never',
    containers: [{ name: 'report', image: 'busybox', command: ['sleep', '30'] }],
  },
};
await batch.createNamespacedCronJob({
  namespace: 'default',
  body: {
    metadata: { name: 'nightly' },
    spec: { schedule: '30 3 * * *', jobTemplate: { spec: { template } } },
  },
});

await cluster.advance(31 * day);

const { status } = await batch.readNamespacedCronJob({ name: 'nightly', namespace: 'default' });
const { items } = await batch.listNamespacedJob({ namespace: 'default' });
console.log(`the last report is of ${status?.lastScheduleTime?.toISOString()}`);
for (const { metadata, status: done } of items)
  console.log(`${metadata?.name}: ${done?.succeeded} succeeded`);

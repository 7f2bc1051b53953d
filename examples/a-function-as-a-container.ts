/*
 * A container that is a function: it reads its settings as every program in a pod would, writes a log, and ends. The pod around it is
 * scheduled, started and restarted as always; no container runtime is involved.
 */
import { BatchV1Api, CoreV1Api } from '@kubernetes/client-node';
import { createCluster, virtualClock } from 'binnacle';

await using cluster = await createCluster({
  clock: virtualClock(),
  controllers: ['*'],
  nodes: 1,
  images: {
    async 'example/greeter:1'({ args, env, stdout, sleep }) {
      for (const name of args) {
        stdout.write(`${env['GREETING']}, ${name}!\n`);
        await sleep(60_000);
      }
    },
  },
});
const config = await cluster.kubeConfig();
const core = config.makeApiClient(CoreV1Api);
const batch = config.makeApiClient(BatchV1Api);
const namespace = 'default';

await core.createNamespacedConfigMap({
  namespace,
  body: { metadata: { name: 'words' }, data: { greeting: 'Hello' } },
});
const env = [{ name: 'GREETING', valueFrom: { configMapKeyRef: { name: 'words', key: 'greeting' } } }];
const greeter = { name: 'greeter', image: 'example/greeter:1', args: ['sky', 'sea'], env };
await batch.createNamespacedJob({
  namespace,
  body: {
    metadata: { name: 'greet' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [greeter] } } },
  },
});
await cluster.runUntilIdle();

const { status } = await batch.readNamespacedJob({ name: 'greet', namespace });
console.log(`${status?.succeeded} succeeded`);
const [pod] = (await core.listNamespacedPod({ namespace })).items;
const log = await core.readNamespacedPodLog({ name: pod?.metadata?.name ?? '', namespace });
console.log(log.trimEnd());

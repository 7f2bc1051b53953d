import assert from 'node:assert/strict';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  AuthenticationV1Api,
  CoordinationV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  KubeConfig,
  NetworkingV1Api,
  RbacAuthorizationV1Api,
  type V1Endpoints,
  type V1Service,
  Watch,
} from '@kubernetes/client-node';
import {
  runBinnacle,
  type StartedBinnacle,
  startBinnacle,
  temporaryDirectory,
} from '../cli/start-binnacle.ts';
import { startEtcd } from './start-etcd.ts';
import { directoriesOfReplicas, startReplicas } from './start-replicas.ts';

const namespace = 'default';

const service = (name: string, type: string): V1Service => ({
  metadata: { name },
  spec: { type, selector: { app: name }, ports: [{ port: 80 }] },
});

const portsOf = ({ spec }: V1Service): number[] =>
  (spec!.ports ?? []).flatMap(({ nodePort }) => nodePort ?? []);

test('three servers that start at once on an empty etcd make one cluster', async (t) => {
  const { servers } = await startReplicas(t, 3);
  // What controllers come across once a server is ready is their business.
  const said = servers.flatMap((server) => server.err().split('\n'));
  const troubles = said.filter((line) => /\b(error|warn)\b/.test(line) && !line.includes('a controller'));
  assert.deepEqual(troubles, []);
  const seen = await Promise.all(
    servers.map(async ({ api, config }) => {
      const rbac = config.makeApiClient(RbacAuthorizationV1Api);
      const lists = await Promise.all([
        api.listNamespace(),
        api.listServiceForAllNamespaces(),
        rbac.listClusterRole(),
        rbac.listClusterRoleBinding(),
        rbac.listRoleForAllNamespaces(),
        config.makeApiClient(NetworkingV1Api).listIPAddress(),
      ]);
      return lists.map(({ items }) => items.map(({ metadata }) => [metadata!.name, metadata!.uid]));
    }),
  );
  assert.ok(seen[0]![2]!.length > 50);
  assert.deepEqual(seen[1], seen[0]);
  assert.deepEqual(seen[2], seen[0]);
  assert.deepEqual(await Promise.all(servers.map((server) => server.stop())), [0, 0, 0]);
});

test('services that three servers make at once share no address and no node port', async (t) => {
  const { servers } = await startReplicas(t, 3, '--service-node-port-range=30000-30299');
  const names = Array.from({ length: 240 }, (_, i) => `web-${i}`);
  const made = await Promise.all(
    names.map((name, i) =>
      servers[i % 3]!.api.createNamespacedService({ namespace, body: service(name, 'NodePort') }),
    ),
  );
  const addresses = made.map(({ spec }) => spec!.clusterIP!);
  assert.equal(new Set(addresses).size, names.length);
  assert.equal(new Set(made.flatMap(portsOf)).size, names.length);

  // All that is taken by one is taken for the others, and free again when it is given back anywhere.
  const port = portsOf(made[0]!)[0]!;
  const asking: V1Service = {
    metadata: { name: 'asking' },
    spec: { type: 'NodePort', ports: [{ port: 80, nodePort: port }] },
  };
  const ask = (i: number) => servers[i]!.api.createNamespacedService({ namespace, body: asking });
  await assert.rejects(ask(1), /provided port is already allocated/);
  await servers[2]!.api.deleteNamespacedService({ namespace, name: names[0]! });
  const [won, ...lost] = (await Promise.allSettled([ask(0), ask(1), ask(2)])).sort((a, b) =>
    a.status === b.status ? 0 : a.status === 'fulfilled' ? -1 : 1,
  );
  assert.equal(won!.status, 'fulfilled');
  assert.ok(lost.every(({ status }) => status === 'rejected'));
  const changed: V1Service = {
    ...asking,
    spec: { ...asking.spec, type: 'ClusterIP', ports: [{ port: 80 }] },
  };
  await servers[0]!.api.replaceNamespacedService({ namespace, name: 'asking', body: changed });
  await servers[1]!.api.createNamespacedService({
    namespace,
    body: { ...asking, metadata: { name: 'asking-2' } },
  });
});

const addressesOf = ({ subsets = [] }: V1Endpoints): string[] =>
  subsets.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip)).sort();

/** Resolves once the endpoints of the `kubernetes` Service are these. */
async function endpointsBecome(t: TestContext, { config }: StartedBinnacle, wanted: string[]): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/endpoints`;
  await new Promise<void>((resolve, reject) => {
    const watch = new Watch(config).watch(
      path,
      { fieldSelector: 'metadata.name=kubernetes' },
      (_, endpoints: V1Endpoints) => {
        if (addressesOf(endpoints).join() === wanted.join()) resolve();
      },
      reject,
    );
    t.after(async () => (await watch).abort());
  });
}

const slicesOf = async ({ config }: StartedBinnacle) => {
  const { items } = await config
    .makeApiClient(DiscoveryV1Api)
    .listNamespacedEndpointSlice({ namespace, labelSelector: 'kubernetes.io/service-name=kubernetes' });
  return items
    .flatMap(({ endpoints, ports = [] }) =>
      (endpoints ?? []).flatMap(({ addresses }) => addresses.map((ip) => `https://${ip}:${ports[0]!.port}`)),
    )
    .sort();
};

const leasesOf = async ({ config }: StartedBinnacle) => {
  const { items } = await config.makeApiClient(CoordinationV1Api).listNamespacedLease({
    namespace: 'kube-system',
    labelSelector: 'apiserver.kubernetes.io/identity=kube-apiserver',
  });
  return items;
};

test('the kubernetes Service leads to the servers that are there', async (t) => {
  const { servers } = await startReplicas(t, 3);
  const [one, two, three] = servers as [StartedBinnacle, StartedBinnacle, StartedBinnacle];
  const ips = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
  const ports = servers.map(({ url }) => new URL(url).port);
  await endpointsBecome(t, two, ips);
  const wanted = ips.map((ip, i) => `https://${ip}:${ports[i]}`).join();
  for (let slices = ['']; slices.join() !== wanted; slices = await slicesOf(one));
  const leases = await leasesOf(two);
  assert.equal(leases.length, 3);
  for (const { metadata, spec } of leases) {
    assert.match(metadata!.name!, /^apiserver-[a-z2-7]{26}$/);
    assert.ok(spec!.holderIdentity!.startsWith(`${metadata!.name}_`));
    assert.equal(spec!.leaseDurationSeconds, 3600);
  }

  // A server that is told to stop has left before it ends.
  assert.equal(await three.stop(), 0);
  await endpointsBecome(t, two, ips.slice(0, 2));
  assert.equal((await leasesOf(two)).length, 2);
  // One that crashes is missed after fifteen seconds, when etcd ends its lease.
  one.process.kill('SIGKILL');
  await endpointsBecome(t, two, ['192.0.2.2']);
  // Slices are written after that, and one goes when another has taken over what it said.
  const left = `https://192.0.2.2:${ports[1]}`;
  for (let slices = ['']; slices.join() !== left; slices = await slicesOf(two));
});

test('endpoints are left alone, or are as many as there are said to be, when asked for', async (t) => {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  const [first = '', ...directories] = await directoriesOfReplicas(t, 4);
  const server = await startBinnacle(
    t,
    first,
    `--etcd-servers=${etcd.endpoint}`,
    '--endpoint-reconciler-type=none',
  );
  const read = () => server.api.readNamespacedEndpoints({ namespace, name: 'kubernetes' });
  await assert.rejects(read(), /not found/);
  const flags = ['--endpoint-reconciler-type=master-count', '--apiserver-count=2'];
  const start = (address: string) =>
    startBinnacle(
      t,
      directories.pop()!,
      `--etcd-servers=${etcd.endpoint}`,
      `--advertise-address=${address}`,
      ...flags,
    );
  await start('192.0.2.8');
  await start('192.0.2.9');
  assert.deepEqual(addressesOf(await read()), ['192.0.2.8', '192.0.2.9']);
  await start('192.0.2.7');
  assert.deepEqual(addressesOf(await read()), ['192.0.2.7', '192.0.2.9']);
});

test('credentials of one server are good on every other that was given the same keys', async (t) => {
  const { servers } = await startReplicas(t, 2);
  const [one, two] = servers as [StartedBinnacle, StartedBinnacle];
  const { status } = await one.api.createNamespacedServiceAccountToken({
    namespace,
    name: (await one.api.createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'bot' } } }))
      .metadata!.name!,
    body: { spec: { audiences: [] } } as never,
  });
  const review = await two.config.makeApiClient(AuthenticationV1Api).createTokenReview({
    body: { spec: { token: status!.token! } },
  });
  assert.equal(review.status!.user!.username, 'system:serviceaccount:default:bot');
  // The administrator of one, by certificate, at the address of the other, whose certificate is good too.
  const config = new KubeConfig();
  const { name, server } = two.config.getCurrentCluster()!;
  const { caData } = one.config.getCurrentCluster()!;
  config.loadFromClusterAndUser({ name, server, caData, skipTLSVerify: false }, one.config.getCurrentUser()!);
  assert.ok((await config.makeApiClient(CoreV1Api).listNamespace()).items.length > 0);
});

test('a server with keys of its own is not let in beside another', async (t) => {
  const { etcd, servers } = await startReplicas(t, 1);
  const start = async (pki: string, ...flags: string[]) => {
    const directory = await temporaryDirectory(t);
    const stranger = runBinnacle(
      t,
      '--secure-port=0',
      `--data-dir=${directory}`,
      `--cert-dir=${pki}`,
      `--etcd-servers=${etcd.endpoint}`,
      '--advertise-address=192.0.2.9',
      ...flags,
    );
    assert.notEqual(await stranger.exited, 0);
    return stranger.err();
  };
  assert.match(
    await start(join(await temporaryDirectory(t), 'pki')),
    /another server on this etcd, on host \S+, signs service account tokens with a key of its own, and one would not accept those of the other: give all servers the same sa\.key in --cert-dir/,
  );
  // The same key for tokens, but another authority.
  const [directory = ''] = await directoriesOfReplicas(t, 1);
  const pki = join(directory, 'pki');
  const known = join(servers[0]!.dataDir, 'pki', 'sa.key');
  await copyFile(known, join(pki, 'sa.key'));
  await rm(join(pki, 'sa.pub'));
  assert.match(
    await start(pki),
    /signs client certificates with a key of its own.*give all servers the same ca\.crt/,
  );
  // The same keys, but tokens under another name.
  const own = join(servers[0]!.dataDir, 'pki');
  const [, another = ''] = await directoriesOfReplicas(t, 2);
  for (const name of ['ca.crt', 'ca.key', 'sa.key', 'sa.pub']) {
    await copyFile(join(own, name), join(another, 'pki', name));
  }
  assert.match(
    await start(join(another, 'pki'), '--service-account-issuer=https://other.test'),
    /issues service account tokens under another name.*give all servers the same --service-account-issuer/,
  );
  // None has left anything behind.
  assert.equal((await leasesOf(servers[0]!)).length, 1);
  await endpointsBecome(t, servers[0]!, ['192.0.2.1']);
});

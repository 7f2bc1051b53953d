import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runBinnacle, startBinnacle, temporaryDirectory } from '../cli/start-binnacle.ts';
import { openKv, startCluster, startEtcd } from './start-etcd.ts';

const namespace = 'default';

/** Runs `binnacle store …` as a user would. */
async function store(t: TestContext, ...argv: string[]) {
  const binnacle = runBinnacle(t, 'store', ...argv);
  const code = await binnacle.exited;
  return { code, out: binnacle.out(), err: binnacle.err() };
}

test('status, compact, verify and snapshot of an etcd that a server uses', async (t) => {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  const directory = await temporaryDirectory(t);
  const flag = `--etcd-servers=${etcd.endpoint}`;
  const server = await startBinnacle(t, join(directory, 'data'), flag);
  await server.api.createNamespacedConfigMap({
    namespace,
    body: { metadata: { name: 'a' }, data: { v: '1' } },
  });

  const before = JSON.parse((await store(t, 'status', '-o', 'json', flag)).out);
  assert.ok(before.objects > 100 && before.members[0].isLeader && before.members[0].databaseBytes > 0);
  const compacted = await store(t, 'compact', '--defragment', flag);
  assert.deepEqual([compacted.code, compacted.err], [0, '']);
  assert.match(
    compacted.out,
    new RegExp(`^history begins at revision \\d+\n${etcd.endpoint}: defragmented\n$`),
  );
  const after = JSON.parse((await store(t, 'status', '-o', 'json', flag)).out);
  assert.ok(after.compactRevision >= before.revision);
  assert.match((await store(t, 'status', flag)).out, /leader/);

  const whole = await store(t, 'verify', flag);
  assert.deepEqual([whole.code, whole.err], [0, '']);
  assert.match(whole.out, /objects at revision \d+, nothing wrong\n$/);
  // The server goes on.
  assert.equal((await server.api.readNamespacedConfigMap({ namespace, name: 'a' })).data!['v'], '1');
  assert.equal(await server.stop(), 0);

  const file = join(directory, 'snapshot.db');
  const taken = await store(t, 'snapshot', file, flag);
  assert.deepEqual([taken.code, taken.err], [0, '']);
  const bytes = await readFile(file);
  // What etcdutl checks before it restores.
  assert.equal(bytes.length % 512, 32);
  assert.deepEqual(createHash('sha256').update(bytes.subarray(0, -32)).digest(), bytes.subarray(-32));

  const kv = await openKv(etcd, { root: '/registry' });
  const key = '/registry/api/v1/configmaps/default/a';
  const { kv: item } = await kv.get(key);
  await kv.putIf(key, Buffer.from('k8s\0protobuf'), item!.modRevision);
  await kv.putIf('/registry/api/v1/configmaps/default/b', item!.value, 0);
  await kv.close();
  const damaged = await store(t, 'verify', flag);
  assert.equal(damaged.code, 1);
  assert.match(
    damaged.out,
    /configmaps\/default\/a: it is stored as protobuf, which this release does not read\n/,
  );
  assert.match(
    damaged.out,
    /configmaps\/default\/b: its value says that it is "default"\/"a"\n(.*\n)*.*2 FINDINGS\n$/,
  );
});

test('of a cluster every member is told about, also one that does not answer', async (t) => {
  const members = await startCluster();
  t.after(() => Promise.all(members.map((member) => member.remove())));
  const flag = `--etcd-servers=${members.map(({ endpoint }) => endpoint).join(',')}`;
  const good = await store(t, 'verify', flag);
  assert.deepEqual([good.code, good.err], [0, '']);
  await members[2]!.kill();
  const status = await store(t, 'status', flag);
  assert.equal(status.code, 0);
  assert.equal(status.out.match(/etcd 3\.\d+\.\d+/g)?.length, 2);
  assert.match(status.out, new RegExp(`${members[2]!.endpoint} +DOES NOT ANSWER`));
  const verified = await store(t, 'verify', flag);
  assert.equal(verified.code, 1);
  assert.match(verified.out, new RegExp(`^etcd at ${members[2]!.endpoint}: `));
});

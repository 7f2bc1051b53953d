import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runBinnacle, startBinnacle, temporaryDirectory } from '../cli/start-binnacle.ts';
import { openKv, startEtcd } from './start-etcd.ts';

const namespace = 'default';

/** Runs `binnacle store …` as a user would. */
async function store(t: TestContext, ...argv: string[]) {
  const binnacle = runBinnacle(t, 'store', ...argv);
  const code = await binnacle.exited;
  return { code, out: binnacle.out(), err: binnacle.err() };
}

async function succeeds(t: TestContext, ...argv: string[]): Promise<string> {
  const { code, out, err } = await store(t, ...argv);
  assert.deepEqual([code, err], [0, ''], argv.join(' '));
  return out;
}

const digestIn = (text: string): string => /(sha256:[0-9a-f]{64})/.exec(text)![1]!;

async function etcdFor(t: TestContext) {
  const etcd = await startEtcd();
  t.after(() => etcd.remove());
  return { etcd, flag: `--etcd-servers=${etcd.endpoint}`, from: `--from-etcd-servers=${etcd.endpoint}` };
}

/** A directory whose store has gaps between its versions: most of what was written is gone. */
async function filledDirectory(t: TestContext, directory: string): Promise<string> {
  const server = await startBinnacle(t, directory);
  const { api } = server;
  for (let n = 0; n < 20; n++) {
    const name = `n-${n}`;
    let made = await api.createNamespacedConfigMap({ namespace, body: { metadata: { name } } });
    for (let v = 0; v < 5; v++)
      made = await api.replaceNamespacedConfigMap({
        namespace,
        name,
        body: { ...made, data: { v: String(v) } },
      });
    if (n % 3 === 0) await api.deleteNamespacedConfigMap({ namespace, name });
  }
  await api.createNamespacedEvent({
    namespace,
    body: { metadata: { name: 'event' }, involvedObject: { namespace }, reason: 'Tried' },
  });
  assert.equal(await server.stop(), 0);
  return directory;
}

test('SQLite to etcd and back: one command each, the same versions, the same digest', async (t) => {
  const { etcd, flag, from } = await etcdFor(t);
  const parent = await temporaryDirectory(t);
  const data = await filledDirectory(t, join(parent, 'data'));
  const there = await succeeds(t, 'import', `--from-data-dir=${data}`, flag);
  const digest = digestIn(await succeeds(t, 'verify', `--data-dir=${data}`));
  assert.equal(digestIn(there), digest);
  const verified = await succeeds(t, 'verify', flag);
  assert.equal(digestIn(verified), digest);
  assert.match(verified, /nothing wrong/);

  const kv = await openKv(etcd, { root: '/registry' });
  assert.equal(
    (await kv.get('/registry/binnacle.dev/import')).kv,
    undefined,
    'nothing is left of the way there',
  );
  assert.ok((await kv.currentRevision()) - kv.compactRevision() <= 1, 'nor of its history');
  await kv.close();

  const back = join(parent, 'back');
  assert.equal(digestIn(await succeeds(t, 'import', from, `--data-dir=${back}`)), digest);
  const [first, second] = [await startBinnacle(t, join(parent, 'front'), flag), await startBinnacle(t, back)];
  const lists = await Promise.all(
    [first, second].map(async ({ api }) => (await api.listNamespacedConfigMap({ namespace })).items),
  );
  const own = (items: (typeof lists)[number]) =>
    items.filter(({ metadata }) => metadata!.name!.startsWith('n-'));
  assert.equal(own(lists[0]!).length, 13);
  assert.deepEqual(own(lists[0]!), own(lists[1]!));
  // Versions that clients remember are still good for an update.
  const [body] = own(lists[0]!);
  const name = body!.metadata!.name!;
  for (const { api } of [first, second])
    await api.replaceNamespacedConfigMap({ namespace, name, body: { ...body!, data: { v: 'new' } } });
});

test('events are put under a lease of etcd', async (t) => {
  const { etcd, flag } = await etcdFor(t);
  const data = await filledDirectory(t, join(await temporaryDirectory(t), 'data'));
  await succeeds(t, 'import', `--from-data-dir=${data}`, flag, '--event-ttl=2s');
  const kv = await openKv(etcd, { root: '/registry' });
  while ((await kv.count('/registry/api/v1/events/')).count > 0) await kv.currentRevision();
  assert.ok((await kv.count('/registry/api/v1/configmaps/')).count > 10);
  await kv.close();
});

test('an etcd that is in use is left alone; one that was used elsewhere takes objects with new versions', async (t) => {
  const { etcd, flag, from } = await etcdFor(t);
  const parent = await temporaryDirectory(t);
  const data = await filledDirectory(t, join(parent, 'data'));
  const kv = await openKv(etcd, { root: '/registry' });
  await kv.putIf('/registry/x', Buffer.from('1'), 0);
  const taken = await store(t, 'import', `--from-data-dir=${data}`, flag);
  assert.equal(taken.code, 1);
  assert.match(
    taken.err,
    /etcd has 1 keys below \/registry\/ already; choose another --etcd-prefix, or stop the servers and delete what is there/,
  );

  const other = '--etcd-prefix=/other';
  const late = await store(t, 'import', `--from-data-dir=${data}`, flag, other);
  assert.equal(late.code, 1);
  assert.match(
    late.err,
    /etcd is at revision \d+ already, .*; use an etcd that is new, or let objects have new versions with --renumber/,
  );
  const elsewhere = await openKv(etcd, { root: '/registry', prefix: '/other' });
  assert.equal((await elsewhere.count('/registry/')).count, 0);

  assert.match(
    await succeeds(t, 'import', `--from-data-dir=${data}`, flag, other, '--renumber'),
    /\(without versions\)\n$/,
  );
  assert.match(await succeeds(t, 'verify', flag, other), /nothing wrong/);
  assert.ok((await elsewhere.count('/registry/')).count > 100);
  await elsewhere.close();
  await kv.close();

  // And into a directory these new versions come as they are.
  const back = join(parent, 'back');
  const digest = digestIn(
    await succeeds(t, 'import', from, '--from-etcd-prefix=/other', `--data-dir=${back}`),
  );
  assert.equal(digest, digestIn(await succeeds(t, 'verify', flag, other)));
});

test('a value that is too large for etcd is named, and so is what to do then', async (t) => {
  const { flag } = await etcdFor(t);
  const directory = join(await temporaryDirectory(t), 'data');
  const server = await startBinnacle(t, directory);
  // etcd takes 1.5 MiB in one request.
  const containers = [{ name: 'main', image: 'busybox:1', args: ['x'.repeat(1_700_000)] }];
  await server.api.createNamespacedPod({
    namespace,
    body: { metadata: { name: 'large' }, spec: { containers } },
  });
  assert.equal(await server.stop(), 0);
  const { code, out, err } = await store(t, 'import', `--from-data-dir=${directory}`, flag);
  assert.deepEqual([code, out], [1, '']);
  assert.match(err, /\/registry\/api\/v1\/pods\/default\/large: the value is larger than etcd takes/);
  assert.match(err, /; before trying again, delete what is there \(etcdctl del --prefix \/registry\/\)\n$/);
});

test('a store that servers write to is exported as of one moment; a move says that it was written to', async (t) => {
  const { etcd, flag, from } = await etcdFor(t);
  const parent = await temporaryDirectory(t);
  const server = await startBinnacle(t, join(parent, 'front'), flag);
  const kv = await openKv(etcd, { root: '/registry' });
  assert.equal((await kv.count('/registry/masterleases/')).count, 1);
  await kv.close();
  const filler = 'x'.repeat(20_000);
  const names = Array.from({ length: 100 }, (_none, n) => `filler-${n}`);
  for (const name of names)
    await server.api.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data: { filler } } });
  let [writing, written] = [true, 0];
  const writer = (async () => {
    while (writing) {
      await server.api.createNamespacedConfigMap({
        namespace,
        body: { metadata: { name: `more-${written++}` } },
      });
    }
  })();
  const exported = join(parent, 'export.json');
  await succeeds(t, 'export', exported, '-o', 'json', flag);
  const moved = await store(t, 'import', from, `--data-dir=${join(parent, 'moved')}`);
  writing = false;
  await writer;
  assert.equal(moved.code, 0);
  assert.match(
    moved.err,
    /warning: etcd at .* was written to meanwhile: revision \d+ was read, it is at \d+ now\n$/,
  );
  await succeeds(t, 'import', exported, `--data-dir=${join(parent, 'copy')}`);
  assert.match(await succeeds(t, 'verify', `--data-dir=${join(parent, 'copy')}`), /nothing wrong/);
  // Who serves an etcd is true of that etcd only.
  const out = await succeeds(t, 'export', '-o', 'json', `--data-dir=${join(parent, 'moved')}`);
  assert.ok(!out.includes('/registry/masterleases/'));
});

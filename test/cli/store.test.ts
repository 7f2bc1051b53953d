import assert from 'node:assert/strict';
import { open, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, type TestContext, test } from 'node:test';
import type { V1ConfigMap } from '@kubernetes/client-node';
import { digest } from './digest.ts';
import { runBinnacle, startBinnacle, temporaryDirectory } from './start-binnacle.ts';

const namespace = 'default';
const configMap = (name: string, value: string): V1ConfigMap => ({ metadata: { name }, data: { value } });

/** Runs `binnacle store …` as a user would. */
async function store(t: TestContext, ...argv: string[]) {
  const binnacle = runBinnacle(t, 'store', ...argv);
  const code = await binnacle.exited;
  return { code, out: binnacle.out(), err: binnacle.err() };
}

/** A directory with a store in which a server has left a few objects. */
async function filledDirectory(t: TestContext): Promise<string> {
  const directory = join(await temporaryDirectory(t), 'data');
  const server = await startBinnacle(t, directory);
  for (const name of ['a', 'b']) {
    const made = await server.api.createNamespacedConfigMap({ namespace, body: configMap(name, '1') });
    await server.api.replaceNamespacedConfigMap({ namespace, name, body: { ...made, data: { value: '2' } } });
  }
  await server.api.deleteNamespacedConfigMap({ namespace, name: 'b' });
  assert.equal(await server.stop(), 0);
  return directory;
}

const change = (directory: string, sql: string): void => {
  const db = new DatabaseSync(join(directory, 'store.db'));
  db.exec(sql);
  db.close();
};

describe('binnacle store on a directory', { timeout: 240_000 }, () => {
  test('a snapshot of a server that is written to is one moment of it, and is restored', async (t) => {
    const parent = await temporaryDirectory(t);
    const [data, copy, restored] = ['data', 'copy.db', 'restored'].map((name) => join(parent, name)) as [
      string,
      string,
      string,
    ];
    const server = await startBinnacle(t, data);
    const filler = 'x'.repeat(100_000);
    for (let n = 0; n < 100; n++)
      await server.api.createNamespacedConfigMap({ namespace, body: configMap(`filler-${n}`, filler) });
    // Each pair is written in order: `left-n` is there whenever `right-n` is.
    let [pairs, writing] = [0, true];
    const pair = async () => {
      for (const side of ['left', 'right'])
        await server.api.createNamespacedConfigMap({ namespace, body: configMap(`${side}-${pairs}`, '1') });
      pairs++;
    };
    await pair();
    const writer = (async () => {
      while (writing) await pair();
    })();
    const before = pairs;
    const taken = await store(t, 'snapshot', copy, `--data-dir=${data}`);
    writing = false;
    await writer;
    assert.deepEqual([taken.code, taken.err], [0, '']);
    assert.ok(pairs > before + 1, 'the server went on writing');
    assert.equal((await stat(copy)).mode & 0o777, 0o600);
    assert.match((await store(t, 'status', `--data-dir=${data}`)).out, /in use +yes/);
    const newest = await server.api.listNamespacedConfigMap({ namespace });
    assert.equal(await server.stop(), 0);

    const revision = Number(/at revision (\d+)/.exec(taken.out)![1]);
    const back = await store(t, 'restore', copy, `--data-dir=${restored}`);
    assert.deepEqual([back.code, back.err], [0, '']);
    assert.match(back.out, new RegExp(`restored, at revision ${revision + 1_000_000_000}\n`));

    const status = JSON.parse((await store(t, 'status', '-o', 'json', `--data-dir=${restored}`)).out);
    assert.deepEqual([status.rows, status.compactRevision], [status.objects, status.revision]);

    const again = await startBinnacle(t, restored);
    const { items, metadata } = await again.api.listNamespacedConfigMap({ namespace });
    const names = items.map((item) => item.metadata!.name!);
    const count = (side: string) => names.filter((name) => name.startsWith(side)).length;
    assert.ok(count('left') - count('right') <= 1 && count('right') >= before, names.join(' '));
    for (const item of items) {
      const version = Number(item.metadata!.resourceVersion);
      assert.ok(version <= revision, 'objects keep their versions');
    }
    // Whoever saw later versions is told that they are gone, not that they are yet to come.
    assert.ok(Number(metadata!.resourceVersion) > Number(newest.metadata!.resourceVersion));
  });

  test('what a server uses is neither compacted nor restored into, and the message says what to do', async (t) => {
    const directory = join(await temporaryDirectory(t), 'data');
    const server = await startBinnacle(t, directory);
    const copy = join(directory, 'copy.db');
    assert.equal((await store(t, 'snapshot', copy, `--data-dir=${directory}`)).code, 0);
    for (const argv of [['compact'], ['restore', copy]]) {
      const { code, out, err } = await store(t, ...argv, `--data-dir=${directory}`);
      assert.deepEqual([code, out], [1, '']);
      assert.match(err, /is in use by another process: a server is running on it; .*stop it/);
    }
    assert.equal(await server.stop(), 0);
    const taken = await store(t, 'restore', copy, `--data-dir=${directory}`);
    assert.equal(taken.code, 1);
    assert.match(taken.err, /has a store already; move store\.db\* away, or name another directory/);
  });

  test('compact drops history and gives space back; what is there stays', async (t) => {
    const directory = await filledDirectory(t);
    const status = async () =>
      JSON.parse((await store(t, 'status', '-o', 'json', `--data-dir=${directory}`)).out);
    const before = await status();
    assert.equal(before.inUse, false);
    assert.ok(before.rows > before.objects && before.compactRevision === 1);
    const { code, out } = await store(t, 'compact', '--defragment', `--data-dir=${directory}`);
    assert.equal(code, 0);
    assert.match(out, new RegExp(`history begins at revision ${before.revision}\n.*: defragmented\n`));
    const after = await status();
    assert.deepEqual(
      [after.revision, after.objects, after.compactRevision],
      [before.revision, before.objects, before.revision],
    );
    assert.ok(after.rows < before.rows && after.rows <= after.objects + 2, JSON.stringify({ before, after }));
    assert.equal((await store(t, 'verify', `--data-dir=${directory}`)).code, 0);
    const server = await startBinnacle(t, directory);
    const found = await server.api.readNamespacedConfigMap({ namespace, name: 'a' });
    assert.equal(found.data!['value'], '2');
  });

  test('verify names damage, with exit code 1, and changes nothing', async (t) => {
    const directory = await filledDirectory(t);
    const newest = `(SELECT max(revision) FROM log WHERE key LIKE '%/configmaps/default/a')`;
    const damages: readonly [sql: string, finding: RegExp][] = [
      [
        `UPDATE log SET value = '{"a":' WHERE revision = ${newest}`,
        /configmaps\/default\/a: its value is not JSON\n/,
      ],
      [
        `UPDATE log SET value = '[1]' WHERE revision = ${newest}`,
        /configmaps\/default\/a: its value is no object\n/,
      ],
      [
        `UPDATE log SET value = replace(CAST(value AS TEXT), '"name":"a"', '"name":"z"') WHERE revision = ${newest}`,
        /configmaps\/default\/a: its value says that it is "default"\/"z"\n/,
      ],
      [
        `UPDATE log SET value = replace(CAST(value AS TEXT), 'ConfigMap', 'Secret') WHERE revision = ${newest}`,
        /configmaps\/default\/a: its value is of "v1" "Secret", not of v1 ConfigMap\n/,
      ],
      [
        `UPDATE log SET previous_revision = 3 WHERE revision = ${newest}`,
        /revision \d+: the row replaces one of another key/,
      ],
      [
        `UPDATE log SET create_revision = revision + 1 WHERE revision = ${newest}`,
        /revision \d+: the row is older than its key/,
      ],
      [
        `UPDATE log SET lease = 7 WHERE revision = ${newest}`,
        /revision \d+: the row belongs to a lease that is not there \(7\)/,
      ],
    ];
    assert.match((await store(t, 'verify', `--data-dir=${directory}`)).out, /nothing wrong\n$/);
    const whole = join(directory, 'whole.db');
    assert.equal((await store(t, 'snapshot', whole, `--data-dir=${directory}`)).code, 0);
    for (const [sql, finding] of damages) {
      // STRICT tables take no text for bytes.
      change(
        directory,
        sql.replace(/SET value = (.*) WHERE revision/, 'SET value = CAST($1 AS BLOB) WHERE revision'),
      );
      const before = digest(directory);
      const { code, out } = await store(t, 'verify', `--data-dir=${directory}`);
      assert.equal(code, 1, sql);
      assert.match(out, finding);
      assert.match(out, /, [1-9]\d* FINDINGS\n$/);
      assert.equal(digest(directory), before);
      await rm(join(directory, 'store.db'));
      assert.equal(
        (await store(t, 'restore', whole, '--bump-revision=0', `--data-dir=${directory}`)).code,
        0,
      );
    }
    assert.match((await store(t, 'verify', `--data-dir=${directory}`)).out, /nothing wrong\n$/);
  });

  test('a file whose pages are damaged is found, and not restored', async (t) => {
    const directory = await filledDirectory(t);
    const path = join(directory, 'store.db');
    const file = await open(path, 'r+');
    const pageBytes = 16_384;
    await file.write(Buffer.alloc(200, 0xff), 0, 200, pageBytes);
    await file.close();
    const { code, out } = await store(t, 'verify', `--data-dir=${directory}`);
    assert.equal(code, 1);
    assert.match(out, /^database: /);
    const elsewhere = join(directory, 'elsewhere');
    const refused = await store(t, 'restore', path, `--data-dir=${elsewhere}`);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /is damaged: /);
    assert.equal((await store(t, 'status', `--data-dir=${elsewhere}`)).code, 1);
  });

  test('mistakes are told in one line that says what to do', async (t) => {
    const parent = await temporaryDirectory(t);
    await writeFile(
      join(parent, 'text'),
      'not a database, but longer than the header of one would be'.repeat(3),
    );
    const cases: readonly [argv: string[], message: RegExp][] = [
      [['verfy'], /unknown command "store verfy"; did you mean verify\?/],
      [
        ['status', `--data-dir=${parent}`],
        /there is no store in .*; name its directory with --data-dir, or --etcd-servers/,
      ],
      [['snapshot'], /store snapshot takes one file/],
      [
        ['snapshot', join(parent, 'text'), `--data-dir=${parent}`],
        /text exists already; choose another name/,
      ],
      [['restore', join(parent, 'none'), `--data-dir=${parent}`], /there is no snapshot at .*none/],
      [
        ['restore', join(parent, 'text'), `--data-dir=${parent}`],
        /text is not a store: not a SQLite database/,
      ],
      [
        ['restore', 'x', '--etcd-servers=http://127.0.0.1:1'],
        /an etcd is restored with its own tool, etcdutl snapshot restore/,
      ],
      [['compact', '--revision=x'], /--revision: "x" is not a revision/],
      [
        ['verify', '--etcd-cafile=x'],
        /--etcd-cafile, --etcd-certfile and --etcd-keyfile go with --etcd-servers/,
      ],
      [['status', '--shape=x'], /Unknown option '--shape'/],
    ];
    for (const [argv, message] of cases) {
      const { code, out, err } = await store(t, ...argv);
      assert.deepEqual([code, out], [1, ''], argv.join(' '));
      assert.match(err, /^binnacle: [^\n]+\n$/);
      assert.match(err, message);
    }
    assert.match((await store(t, 'verify', '--help')).out, /^Looks for damage/);
  });
});

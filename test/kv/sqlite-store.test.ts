import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { openSqliteKv, type SqliteKvOptions } from '../../src/kv/sqlite/index.ts';
import { type Kv, StoreUnavailableError, type WriteResult } from '../../src/kv/types.ts';
import { create, listed, put, won } from './rules/kit.ts';

let directory: string;
let path: string;
const opened: Kv[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kv-'));
  path = join(directory, 'data', 'store.db');
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((kv) => kv.close()));
  chmodSync(directory, 0o700);
  rmSync(directory, { recursive: true });
});

async function open(options: Partial<SqliteKvOptions> = {}): Promise<Kv> {
  const kv = await openSqliteKv({ path, clock: virtualClock(), ...options });
  opened.push(kv);
  return kv;
}

/** Names and contents of everything in the store's directory. */
const filesOf = (where: string) =>
  readdirSync(where)
    .sort()
    .map((name) => [name, readFileSync(join(where, name)).toString('base64')]);

async function assertRefused(expected: RegExp): Promise<void> {
  const before = filesOf(dirname(path));
  await assert.rejects(open, (error) => error instanceof Error && expected.test(error.message));
  assert.deepEqual(filesOf(dirname(path)), before);
}

function sql(statements: string): void {
  const db = new DatabaseSync(path);
  db.exec(statements);
  db.close();
}

const rowCount = (): number => {
  const db = new DatabaseSync(path, { readOnly: true });
  const { rows } = db.prepare('SELECT count(*) AS rows FROM log').get() as { rows: number };
  db.close();
  return rows;
};

const kilobytes = (count: number) => new Uint8Array(count * 1_024).fill(1);

describe('sqlite store: what is refused at the door', () => {
  test('a store of a newer release', async () => {
    const kv = await open();
    await create(kv, '/t/a');
    await kv.close();
    sql('PRAGMA user_version = 2');
    await assertRefused(/written by a newer release \(format 2, this release reads up to 1\)/);
    sql('PRAGMA user_version = 1');
    assert.deepEqual(await listed(await open(), '/t/'), ['/t/a=/t/a']);
  });

  test('a database of another application, and a file that is none', async () => {
    mkdirSync(dirname(path));
    sql('CREATE TABLE theirs (a)');
    await assertRefused(/is not a store: it belongs to another application/);
    sql('PRAGMA application_id = 7');
    await assertRefused(/is not a store: it belongs to another application/);
    writeFileSync(path, 'a shopping list'.repeat(100));
    await assertRefused(/is not a store: not a SQLite database/);
    writeFileSync(path, 'short');
    await assertRefused(/is not a store: not a SQLite database/);
  });

  test('a directory that cannot be written', {
    skip: process.getuid?.() === 0 && 'root may write anywhere',
  }, async () => {
    chmodSync(directory, 0o500);
    await assert.rejects(open, /cannot write to .*data: .*permission denied/i);
  });

  test('a path that leads through a file', async () => {
    writeFileSync(dirname(path), 'a file');
    await assert.rejects(open, /cannot write to .*data: /);
  });

  test('a directory that another store of this process has', async () => {
    const kv = await open();
    await create(kv, '/t/a');
    await assert.rejects(open, /data is in use by another process/);
    await put(kv, '/t/a', 'still mine');
    await kv.close();
    assert.deepEqual(await listed(await open(), '/t/'), ['/t/a=still mine']);
  });

  test('a directory that another process has, until it is killed', async () => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('./crash-child.ts', import.meta.url)), dirname(path), '1'],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    // It says 'o' before it opens the store, and 'w' when it has written.
    while (!String((await once(child.stdout, 'data'))[0]).includes('w'));
    await assert.rejects(open, /data is in use by another process/);
    child.kill('SIGKILL');
    await once(child, 'close');
    assert.ok((await (await open()).count('/t/')).count > 0);
  });
});

describe('sqlite store: space', () => {
  test('a full store refuses writes, keeps what it has and goes on when there is space again', async () => {
    const kv = await open({ maxBytes: 2 * 1_024 * 1_024 });
    let written: WriteResult = await kv.putIf('/t/big', kilobytes(1), 0);
    const failure = await (async () => {
      for (;;) {
        try {
          written = await kv.putIf('/t/big', kilobytes(100), won(written));
        } catch (error) {
          return error;
        }
      }
    })();
    assert.ok(failure instanceof StoreUnavailableError);
    assert.equal(failure.outcomeUnknown, false);
    assert.match(failure.message, /the store cannot write: the disk or the allowed size is full/);
    const current = await kv.get('/t/big');
    assert.equal(current.kv?.modRevision, written.revision);
    assert.equal(kv.revision(), written.revision);
    await kv.compact(written.revision);
    await put(kv, '/t/small', 'fits');
    assert.ok((await kv.putIf('/t/big', kilobytes(100), written.revision)).ok);
  });

  test('a compaction removes every row that cannot be read any more, also after a restart', async () => {
    const kv = await open();
    for (let round = 0; round < 5; round++)
      await Promise.all(Array.from({ length: 200 }, (_, i) => put(kv, `/t/${i}`, `${round}`)));
    for (let i = 0; i < 100; i++)
      won(await kv.deleteIf(`/t/${i}`, (await kv.get(`/t/${i}`)).kv!.modRevision));
    assert.equal(rowCount(), 1_100);
    const floor = await create(kv, '/t/last');
    await kv.compact(floor);
    assert.equal(rowCount(), 101);
    await kv.close();
    // As if the process had been killed between raising the floor and removing the rows.
    const again = await open();
    for (let i = 100; i < 200; i++) await put(again, `/t/${i}`, 'new');
    await again.close();
    sql(`UPDATE floor SET compact_revision = ${floor + 100}`);
    const last = await open();
    await last.compact(await create(last, '/t/end', 'new'));
    assert.equal(rowCount(), 102);
    assert.equal((await last.count('/t/')).count, 102);
    assert.ok(
      (await listed(last, '/t/')).every((item) => item === '/t/last=/t/last' || item.endsWith('=new')),
    );
  });

  test('a program that reads the database keeps no write from happening, and one that locks it only as long', async () => {
    const kv = await open();
    await create(kv, '/t/a');
    const reader = new DatabaseSync(path, { readOnly: true });
    reader.exec('BEGIN; SELECT count(*) FROM sqlite_master');
    for (let round = 0; round < 5; round++)
      await Promise.all(
        Array.from({ length: 50 }, async (_, i) => won(await kv.putIf(`/t/${round}/${i}`, kilobytes(20), 0))),
      );
    reader.exec('COMMIT');
    reader.close();

    const locker = new DatabaseSync(path);
    locker.exec('BEGIN IMMEDIATE');
    const writing = kv.putIf('/t/locked', kilobytes(1), 0).catch((error: unknown) => error);
    await create(kv, '/t/too').catch(() => {});
    const result = await writing;
    // Never half: refused as not done.
    assert.ok(result instanceof StoreUnavailableError && !result.outcomeUnknown, String(result));
    locker.exec('COMMIT');
    locker.close();
    await create(kv, '/t/locked');
    assert.ok((await listed(kv, '/t/')).length > 250);
  });

  test('the write-ahead log stays small', async () => {
    const kv = await open();
    for (let round = 0; round < 10; round++)
      await Promise.all(
        Array.from({ length: 100 }, (_, i) => kv.putIf(`/t/${round}/${i}`, kilobytes(40), 0)),
      );
    assert.ok(statSync(`${path}-wal`).size < 24 * 1_024 * 1_024);
    assert.ok(statSync(path).size > 32 * 1_024 * 1_024);
    await kv.close();
    assert.deepEqual(readdirSync(dirname(path)).sort(), ['lock', 'store.db']);
  });

  test('neither file grows with revisions that are dropped', async () => {
    const kv = await open();
    const revisions = new Float64Array(250);
    let compacting = Promise.resolve();
    const sizes: number[] = [];
    for (let round = 0; round < 60; round++) {
      for (let again = 0; again < 2; again++)
        await Promise.all(
          Array.from(revisions, async (expected, key) => {
            revisions[key] = won(await kv.putIf(`/t/${key}`, kilobytes(1 + (key % 4)), expected));
          }),
        );
      await compacting;
      // Beside the writes of the next round.
      compacting = kv.compact(kv.revision());
      sizes.push(statSync(path).size);
    }
    await compacting;
    assert.ok(sizes.at(-1)! <= 1.2 * sizes[19]!, `${sizes[19]} bytes, and later ${sizes.at(-1)}`);
    assert.ok(statSync(`${path}-wal`).size < 24 * 1_024 * 1_024);
  });
});

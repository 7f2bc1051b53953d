import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { commitGroup } from '../../src/kv/sqlite/commit.ts';
import { compactionSweep } from '../../src/kv/sqlite/compaction.ts';
import { type Database, openStore } from '../../src/kv/sqlite/database.ts';
import { type FromWorker, opKind } from '../../src/kv/sqlite/messages.ts';
import { type Operation, packBatch } from '../../src/kv/sqlite/packing.ts';
import { createService } from '../../src/kv/sqlite/service.ts';
import { loadVersions } from '../../src/kv/sqlite/versions.ts';
import { operationOf } from '../../src/kv/sqlite/write-queue.ts';

let directory: string;
let path: string;
let database: Database | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kv-sweep-'));
  path = join(directory, 'store.db');
});

afterEach(() => {
  database?.close();
  database = undefined;
  rmSync(directory, { recursive: true });
});

const open = (): Database => {
  ({ database } = openStore(path, 2 ** 30));
  return database;
};

const putting = (key: string, expected: number): Operation => ({
  ...operationOf(opKind.put, key, expected),
  value: new Uint8Array(100),
});

function commit(store: Database, operations: readonly Operation[]): void {
  const { kind } = commitGroup(store, operations);
  assert.equal(kind, 'commit');
}

/** Puts and deletes keys at random, `count` times. */
function churn(store: Database, seed: number, keys: number, count: number): void {
  const random = seededRandom(seed);
  const now = new Map<string, number>();
  for (const [key, { modRevision }] of store.versions.live.entriesFrom('')) now.set(key, modRevision);
  let { revision } = store.versions;
  const operations: Operation[] = [];
  for (let i = 0; i < count; i++) {
    const key = `/t/${random.int(keys)}`;
    const expected = now.get(key) ?? 0;
    const deletes = expected !== 0 && random.int(3) === 0;
    operations.push(deletes ? operationOf(opKind.delete, key, expected) : putting(key, expected));
    revision++;
    if (deletes) now.delete(key);
    else now.set(key, revision);
  }
  commit(store, operations);
}

const rowCount = (): number => {
  const db = new DatabaseSync(path, { readOnly: true });
  const { rows } = db.prepare('SELECT count(*) AS rows FROM log').get() as { rows: number };
  db.close();
  return rows;
};

const liveOf = ({ versions }: Pick<Database, 'versions'>) => [...versions.live.entriesFrom('')];
/** Keys with a delete that a read of the past needs. */
const goneOf = ({ versions }: Pick<Database, 'versions'>) => [...versions.gone.entriesFrom('')];

describe('sqlite store: rows that nobody can read', () => {
  test('a process killed after any row that a compaction removes finds every key as it was', () => {
    const store = open();
    churn(store, 7, 12, 300);
    commit(store, [putting('/t/last', 0)]);
    const floors = [120, 250, store.versions.revision];
    let from = 1;
    for (const floor of floors) {
      commit(store, [operationOf(opKind.compact, '', floor)]);
      const sweep = compactionSweep(store, from, floor);
      const live = liveOf(store);
      while (!sweep.done) {
        assert.notEqual(sweep.step({ rows: 1, pages: 1 }), undefined);
        const loaded = loadVersions(store.log);
        assert.deepEqual(liveOf(loaded), live);
        assert.equal(loaded.versions.revision, store.versions.revision);
      }
      from = floor;
    }
    const loaded = loadVersions(store.log);
    assert.deepEqual(loaded.garbage, []);
    assert.deepEqual(goneOf(loaded), goneOf(store));
    assert.equal(rowCount(), liveOf(store).length + goneOf(store).length);
  });

  test('a long history goes piece by piece, while keys come and go', () => {
    const store = open();
    churn(store, 1, 20_000, 70_000);
    const floor = store.versions.revision - 10;
    commit(store, [operationOf(opKind.compact, '', floor)]);
    const sweep = compactionSweep(store, 1, floor);
    let [steps, pages] = [0, 0];
    for (; !sweep.done; steps++) {
      pages += sweep.step({ rows: 2_000, pages: 1_000 })!;
      churn(store, 2 + steps, 20_000, 20);
    }
    // In the order they lie on disk, whichever revision replaced them: each page is written once, and once for deletes.
    assert.ok(pages <= (2 * 70_000) / 16, `${pages} pages`);
    commit(store, [putting('/t/last', 0)]);
    const next = store.versions.revision;
    commit(store, [operationOf(opKind.compact, '', next)]);
    const last = compactionSweep(store, floor, next);
    while (!last.done) last.step({ rows: 64, pages: 2 });
    const loaded = loadVersions(store.log);
    assert.deepEqual(loaded.garbage, []);
    assert.deepEqual(liveOf(loaded), liveOf(store));
    assert.equal(rowCount(), liveOf(store).length + goneOf(store).length);
  });

  test('a removal that the database refuses is made later, and compaction has not ended before', () => {
    const store = open();
    const locker = new DatabaseSync(path);
    const sent: FromWorker['kind'][] = [];
    const service = createService(store, [], ({ kind }) => {
      sent.push(kind);
      // The floor is raised and durable, and now somebody else has the database.
      if (kind === 'commit') locker.exec('BEGIN IMMEDIATE');
    });
    service.take(
      packBatch([
        putting('/t/a', 0),
        operationOf(opKind.delete, '/t/a', 2),
        putting('/t/b', 0),
        operationOf(opKind.compact, '', 4, 9),
      ]),
    );
    for (let turns = 0; service.work(); turns++) assert.ok(turns < 10, 'it tries again without end');
    assert.deepEqual(sent, ['commit']);
    assert.equal(rowCount(), 3);
    locker.exec('COMMIT');
    locker.close();
    service.take({ kind: 'previous', wanted: false });
    while (service.work());
    assert.deepEqual(sent, ['commit', 'compacted']);
    assert.equal(rowCount(), 1);
  });

  test('a compaction ends however many write meanwhile', () => {
    const store = open();
    const sent = new Set<FromWorker['kind']>();
    const service = createService(store, [], ({ kind }) => sent.add(kind));
    let revision = 1;
    const round = (): void => {
      const first = Math.max(revision - 199, 0);
      const operations = Array.from({ length: 200 }, (_, i) =>
        putting(`/t/${i}`, revision === 1 ? 0 : first + i),
      );
      service.take(packBatch(operations));
      revision += operations.length;
    };
    for (; revision < 20_000; service.work()) round();
    assert.equal(store.versions.revision, revision);
    const rows = revision;
    service.take(packBatch([operationOf(opKind.compact, '', rows, 9)]));
    for (; !sent.has('compacted'); service.work()) round();
    // Otherwise the next compaction would have more to do than this one, and the file would grow for ever.
    assert.ok(revision - rows < rows / 2, `${revision - rows} writes while ${rows} rows were removed`);
    while (service.work());
  });
});

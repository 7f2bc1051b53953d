import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { Batch } from './sqlite-messages.ts';

/*
 * The least a durable write can cost here: whatever has queued goes into one transaction of inserts, with the pragmas and
 * the table of the server's own store. Checkpoints run every 4 MB, as they do there.
 */

const port = parentPort!;
const checkpointBytes = 4 * 1024 * 1024;
const db = new DatabaseSync(workerData as string);
db.exec(`
  PRAGMA page_size = 16384;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -16384;
  PRAGMA temp_store = MEMORY;
  PRAGMA wal_autocheckpoint = 0;
  CREATE TABLE IF NOT EXISTS log (
    revision INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    create_revision INTEGER NOT NULL,
    previous_revision INTEGER NOT NULL,
    lease INTEGER NOT NULL,
    value BLOB
  ) STRICT;
`);
const begin = db.prepare('BEGIN IMMEDIATE');
const commit = db.prepare('COMMIT');
const insert = db.prepare('INSERT INTO log VALUES (?, ?, ?, 0, 0, ?)');
const checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
let revision = Number(db.prepare('SELECT coalesce(max(revision), 0) AS newest FROM log').get()!['newest']);
let sinceCheckpoint = 0;

function append({ lengths, values }: Batch): void {
  let at = 0;
  for (const length of lengths) {
    revision++;
    const value = new Uint8Array(values, at, length);
    at += length;
    insert.run(revision, `/registry/api/v1/pods/bench/pod-${revision}`, revision, value);
  }
  sinceCheckpoint += values.byteLength;
}

port.on('message', (first: Batch) => {
  let count = first.lengths.length;
  begin.run();
  append(first);
  for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
    const batch = next.message as Batch;
    append(batch);
    count += batch.lengths.length;
  }
  commit.run();
  port.postMessage(count);
  if (sinceCheckpoint < checkpointBytes) return;
  sinceCheckpoint = 0;
  checkpoint.get();
});

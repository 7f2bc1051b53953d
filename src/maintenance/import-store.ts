import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nextTurn, realClock } from '../apimachinery/clock.ts';
import { writing } from '../apimachinery/write-whole.ts';
import type { EtcdOptions } from '../kv/etcd/index.ts';
import { createSqliteLoader } from '../kv/sqlite/loader.ts';
import { lockDirectory } from '../kv/sqlite/lock.ts';
import { openSqliteReader } from '../kv/sqlite/reader.ts';
import { refuseStore } from '../kv/sqlite/upkeep.ts';
import type { Revision } from '../kv/types.ts';
import { type Content, contentOf, contentOfSqlite } from './content.ts';
import type { Incoming } from './incoming.ts';
import { createDigest, isLasting, isLeased } from './transfer.ts';

export interface ImportOptions {
  /** Events go away after it, counted from now. */
  readonly eventTtlMs: number;
  /** Objects get new versions, where the store numbers them itself. */
  readonly renumber: boolean;
  onProgress(done: number, total: number, what: string): void;
}

export interface Imported {
  readonly objects: number;
  readonly revision: Revision;
  /** Of what is in the store now, as it was read back; see transfer.ts. */
  readonly digest: string;
  /** False when objects got new versions: then they are not in the digest either. */
  readonly hasVersions: boolean;
}

const itemsPerTurn = 500;

/** Fills a directory that has no store yet. What fails leaves nothing behind. */
export async function importIntoSqlite(
  incoming: Incoming,
  path: string,
  options: ImportOptions,
): Promise<Imported> {
  const lock = lockDirectory(path);
  try {
    refuseStore(path);
    const partial = `${path}.partial`;
    return await writing(partial, path, () => spool(incoming, partial, options));
  } finally {
    lock.close();
  }
}

/** Everything that comes, in a database of its own, so that nothing is begun before all of it is known to be whole. */
async function spool(incoming: Incoming, path: string, options: ImportOptions): Promise<Imported> {
  const loader = createSqliteLoader(path, Number.MAX_SAFE_INTEGER, realClock.now() + options.eventTtlMs);
  const digest = createDigest();
  let objects = 0;
  try {
    for await (const item of incoming.items()) {
      loader.put(item, isLeased(item.key));
      digest.add(item);
      if (++objects % itemsPerTurn > 0) continue;
      options.onProgress(objects, incoming.count, 'objects read');
      await new Promise<void>(nextTurn);
    }
    loader.finish(incoming.revision);
  } finally {
    loader.close();
  }
  const there = contentOfSqlite(path);
  const found = await digestOf(there, true, options);
  if (found !== digest.text()) throw new Error('what was written is not what came; the disk may be damaged');
  return { objects, revision: incoming.revision, digest: found, hasVersions: true };
}

/** Closes the content. */
export async function digestOf(
  content: Content,
  hasVersions: boolean,
  options: ImportOptions,
): Promise<string> {
  const digest = createDigest(hasVersions);
  let done = 0;
  try {
    for await (const item of content.items()) {
      if (isLasting(item.key)) digest.add(item);
      if (++done % itemsPerTurn > 0) continue;
      options.onProgress(done, content.count, 'objects compared');
      await new Promise<void>(nextTurn);
    }
    return digest.text();
  } finally {
    await content.close();
  }
}

/** Fills the part of an etcd below a prefix, in which nothing is yet. Nothing is written before all has come and is whole. */
export async function importIntoEtcd(
  incoming: Incoming,
  etcd: EtcdOptions,
  options: ImportOptions,
): Promise<Imported> {
  await refuseObjects(etcd);
  const directory = await mkdtemp(join(tmpdir(), 'binnacle-import-'));
  try {
    const path = join(directory, 'spool.db');
    const spooled = await spool(incoming, path, options);
    return await fromSpool(path, spooled, etcd, options);
  } finally {
    await rm(directory, { recursive: true });
  }
}

const openEtcd = async (etcd: EtcdOptions) => (await import('../kv/etcd/index.ts')).openEtcd(etcd);

async function refuseObjects(etcd: EtcdOptions): Promise<void> {
  const kv = await openEtcd(etcd);
  const { count } = await kv.count('/registry/').finally(() => kv.close());
  if (count === 0) return;
  throw new Error(
    `etcd has ${count} keys below ${etcd.prefix}/ already; choose another --etcd-prefix, or stop the servers and ${deletion(etcd)}`,
  );
}

async function fromSpool(
  path: string,
  spooled: Imported,
  etcd: EtcdOptions,
  options: ImportOptions,
): Promise<Imported> {
  const { loadEtcd } = await import('../kv/etcd/loader.ts');
  const { renumber } = options;
  const kv = await openEtcd(etcd);
  const reader = openSqliteReader(path);
  let done = 0;
  try {
    const revision = await loadEtcd(etcd, {
      items: inRevisionOrder(reader, () => options.onProgress(++done, spooled.objects, 'objects written')),
      revision: spooled.revision,
      keepRevisions: !renumber,
      grantLease: () => kv.grantLease(options.eventTtlMs / 1_000),
      onProgress: (reached) =>
        options.onProgress(done, spooled.objects, `objects written, revision ${reached}`),
    });
    const wanted = renumber ? await digestOf(contentOfSqlite(path), false, options) : spooled.digest;
    const found = await digestOf(await contentOf(kv), !renumber, options);
    if (found !== wanted)
      throw new Error('etcd does not have what was written: somebody else wrote to it meanwhile');
    return { objects: spooled.objects, revision, digest: found, hasVersions: !renumber };
  } catch (error) {
    if (done === 0) throw error;
    throw new Error(`${(error as Error).message}; before trying again, ${deletion(etcd)}`, { cause: error });
  } finally {
    reader.close();
    await kv.close();
  }
}

const deletion = ({ prefix }: EtcdOptions): string =>
  `delete what is there (etcdctl del --prefix ${prefix}/)`;

function* inRevisionOrder(reader: ReturnType<typeof openSqliteReader>, onItem: () => void) {
  for (const { revision, key, createRevision, value } of reader.log.rowsFrom(0)) {
    yield { key, value: value!, createRevision, modRevision: revision, isLeased: isLeased(key) };
    onItem();
  }
}

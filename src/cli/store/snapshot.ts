import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Output } from '../command.ts';
import { UsageError } from '../parse-flags.ts';
import { toolArguments } from '../tool-arguments.ts';
import {
  type EtcdPlace,
  needStore,
  placeOf,
  progressOf,
  type SqlitePlace,
  storeFlags,
  storeFlagsUsage,
} from './arguments.ts';
import type { Subcommand } from './subcommand.ts';

const usage = `Copies a store, as it is at one moment, into a file. Safe while servers use it. Values stay encrypted as they are.

The file of a SQLite store is for: binnacle store restore. The file of an etcd is what \`etcdctl snapshot save\` would write,
for: etcdutl snapshot restore.

Usage:
  binnacle store snapshot FILE [flags]

Flags:
${storeFlagsUsage}  -h, --help
`;

const options = { ...storeFlags, help: { type: 'boolean', short: 'h', default: false } } as const;

export const snapshot: Subcommand = Object.freeze({
  name: 'snapshot',
  summary: 'Copies a store, as it is at one moment, into a file.',
  usage,
  async run(args, output) {
    const { values, positionals } = toolArguments(args, options);
    const [file] = positionals;
    if (file === undefined || positionals.length > 1)
      throw new UsageError('store snapshot takes one file, such as: binnacle store snapshot backup.db');
    const target = resolve(file);
    if (existsSync(target)) throw new Error(`${target} exists already; choose another name`);
    const place = placeOf(values);
    await (place.kind === 'sqlite' ? ofSqlite(place, target, output) : ofEtcd(place, target, output));
    return 0;
  },
} satisfies Subcommand);

async function ofSqlite(place: SqlitePlace, target: string, output: Output): Promise<void> {
  needStore(place);
  const { snapshotSqlite } = await import('../../kv/sqlite/upkeep.ts');
  const progress = progressOf(output);
  try {
    const revision = await snapshotSqlite(place.path, target, (done, total) =>
      progress.step(done, total, 'pages'),
    );
    progress.end();
    output.out(`${target}: the store at revision ${revision}\n`);
  } finally {
    progress.end();
  }
}

async function ofEtcd(place: EtcdPlace, target: string, output: Output): Promise<void> {
  const [{ openEtcdUpkeep }, { saveSnapshot }] = await Promise.all([
    import('../../kv/etcd/upkeep.ts'),
    import('../../maintenance/save-snapshot.ts'),
  ]);
  const upkeep = await openEtcdUpkeep(place.options);
  const progress = progressOf(output);
  try {
    const bytes = await saveSnapshot(upkeep.snapshot(), target, (done, total) =>
      progress.step(done, total, 'bytes'),
    );
    progress.end();
    output.out(`${target}: ${bytes} bytes, for etcdutl snapshot restore\n`);
  } finally {
    progress.end();
    upkeep.close();
  }
}

import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../parse-flags.ts';
import { toolArguments } from '../tool-arguments.ts';
import { exclusively, placeOf, storeFlags, storeFlagsUsage } from './arguments.ts';
import type { Subcommand } from './subcommand.ts';

const defaultBump = 1_000_000_000;

const usage = `Puts a snapshot of a SQLite store into a directory that has no store.

Clients may remember versions of what was written after the snapshot. So the store's revision is raised, and history before it is
dropped: they notice, and read everything anew. Objects keep their versions.

An etcd is restored with its own tool, which makes new directories for its members: etcdutl snapshot restore.

Usage:
  binnacle store restore FILE [flags]

Flags:
${storeFlagsUsage}      --bump-revision int           how far the revision is raised; 0 keeps it, and the history (default ${defaultBump})
  -h, --help
`;

const options = {
  ...storeFlags,
  'bump-revision': { type: 'string', default: String(defaultBump) },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const restore: Subcommand = Object.freeze({
  name: 'restore',
  summary: 'Puts a snapshot of a SQLite store into a new directory.',
  usage,
  async run(args, output) {
    const { values, positionals } = toolArguments(args, options);
    const [file] = positionals;
    if (file === undefined || positionals.length > 1)
      throw new UsageError('store restore takes one file, such as: binnacle store restore backup.db');
    const bump = Number(values['bump-revision']);
    if (!/^\d+$/.test(values['bump-revision']) || !Number.isSafeInteger(bump))
      throw new UsageError(`--bump-revision: ${JSON.stringify(values['bump-revision'])} is not a number`);
    const place = placeOf(values);
    if (place.kind === 'etcd')
      throw new Error(
        'an etcd is restored with its own tool, etcdutl snapshot restore, into new directories for its members; to fill an etcd ' +
          'that runs, use binnacle store import',
      );
    const { restoreSqlite } = await import('../../kv/sqlite/upkeep.ts');
    mkdirSync(place.directory, { recursive: true, mode: 0o700 });
    const revision = await exclusively('stop it, and restore into an empty directory', () =>
      restoreSqlite(resolve(file), place.path, bump),
    );
    output.out(`${place.path}: restored, at revision ${revision}\n`);
    return 0;
  },
} satisfies Subcommand);

import type { Kv } from '../../kv/types.ts';
import type { Output } from '../command.ts';
import { UsageError } from '../parse-flags.ts';
import { toolArguments } from '../tool-arguments.ts';
import {
  exclusively,
  needStore,
  type Place,
  placeOf,
  progressOf,
  storeFlags,
  storeFlagsUsage,
} from './arguments.ts';
import type { Subcommand } from './subcommand.ts';

const usage = `Drops history, and gives the space back when asked. Running servers do the first by themselves (--history-window).

On a SQLite store no server may be running. On etcd servers may run; a member that is defragmented does not answer meanwhile, so
members take turns.

Usage:
  binnacle store compact [flags]

Flags:
${storeFlagsUsage}      --revision int                oldest revision that stays readable (default: the newest)
      --defragment                  also give unused space back to the file system
  -h, --help
`;

const options = {
  ...storeFlags,
  revision: { type: 'string', default: '' },
  defragment: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const compact: Subcommand = Object.freeze({
  name: 'compact',
  summary: 'Drops history, and gives the space back when asked.',
  usage,
  async run(args, output) {
    const { values, positionals } = toolArguments(args, options);
    if (positionals.length > 0) throw new UsageError('store compact takes no arguments');
    if (!/^\d*$/.test(values.revision))
      throw new UsageError(`--revision: ${JSON.stringify(values.revision)} is not a revision`);
    const place = placeOf(values);
    const instead = 'it compacts by itself (--history-window), stop it to do more';
    await exclusively(instead, async () => {
      await compactTo(await open(place), values.revision, output);
      if (values.defragment) await defragment(place, output);
    });
    return 0;
  },
} satisfies Subcommand);

async function open(place: Place): Promise<Kv> {
  if (place.kind === 'etcd') return (await import('../../kv/etcd/index.ts')).openEtcd(place.options);
  needStore(place);
  const [{ openSqliteKv }, { realClock }] = await Promise.all([
    import('../../kv/sqlite/index.ts'),
    import('../../apimachinery/clock.ts'),
  ]);
  return openSqliteKv({ path: place.path, clock: realClock });
}

async function compactTo(kv: Kv, asked: string, output: Output): Promise<void> {
  try {
    const newest = await kv.currentRevision();
    const revision = asked === '' ? newest : Number(asked);
    if (revision > newest) throw new Error(`the store is at revision ${newest} only`);
    if (revision <= kv.compactRevision()) {
      output.out(`history begins at revision ${kv.compactRevision()} already\n`);
      return;
    }
    await kv.compact(revision);
    output.out(`history begins at revision ${kv.compactRevision()}\n`);
  } finally {
    await kv.close();
  }
}

async function defragment(place: Place, output: Output): Promise<void> {
  const progress = progressOf(output);
  if (place.kind === 'sqlite') {
    const { shrinkSqlite } = await import('../../kv/sqlite/upkeep.ts');
    progress.step(0, 1, 'giving space back');
    shrinkSqlite(place.path);
    progress.end();
    output.out(`${place.path}: defragmented\n`);
    return;
  }
  const { openEtcdUpkeep } = await import('../../kv/etcd/upkeep.ts');
  const upkeep = await openEtcdUpkeep(place.options);
  try {
    for (const [at, endpoint] of upkeep.endpoints.entries()) {
      progress.step(at, upkeep.endpoints.length, `defragmenting ${endpoint}`);
      await upkeep.defragment(endpoint);
      progress.end();
      output.out(`${endpoint}: defragmented\n`);
    }
  } finally {
    progress.end();
    upkeep.close();
  }
}

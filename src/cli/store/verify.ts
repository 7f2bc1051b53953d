import type { Content } from '../../maintenance/content.ts';
import type { Output } from '../command.ts';
import { UsageError } from '../parse-flags.ts';
import { toolArguments } from '../tool-arguments.ts';
import {
  contentAt,
  type EtcdPlace,
  layoutOf,
  nameOf,
  needStore,
  type Place,
  placeOf,
  progressOf,
  storeFlags,
  storeFlagsUsage,
  vaultOf,
} from './arguments.ts';
import type { Subcommand } from './subcommand.ts';

const usage = `Looks for damage: the database and the order of its revisions (SQLite) or whether all members have the same (etcd), that
every value is an object, and that it is the one that its key says. Safe while servers use the store. The exit code is 1 when
something was found.

Usage:
  binnacle store verify [flags]

Flags:
${storeFlagsUsage}  -h, --help

Encrypted values are looked into only when --encryption-provider-config says how.
`;

const options = { ...storeFlags, help: { type: 'boolean', short: 'h', default: false } } as const;

export const verify: Subcommand = Object.freeze({
  name: 'verify',
  summary: 'Looks for damage in a store.',
  usage,
  async run(args, output) {
    const { values, positionals } = toolArguments(args, options);
    if (positionals.length > 0) throw new UsageError('store verify takes no arguments');
    const place = placeOf(values);
    const layout = layoutOf(values);
    const vault = await vaultOf(values);
    const database = await databaseFindings(place, output);
    for (const finding of database) output.out(`${finding}\n`);
    const content = await contentOrNothing(place, database.length > 0);
    if (!content) return 1;
    try {
      const checked = await checkContent(content, layout, vault?.open, output);
      for (const finding of checked.findings) output.out(`${finding}\n`);
      const found = database.length + checked.found;
      if (checked.found > checked.findings.length)
        output.out(`and ${checked.found - checked.findings.length} more\n`);
      if (checked.sealed > 0)
        output.out(
          `${checked.sealed} encrypted values were not looked into; give --encryption-provider-config\n`,
        );
      output.out(`digest ${checked.digest}\n`);
      const verdict = found === 0 ? 'nothing wrong' : `${found} FINDINGS`;
      output.out(
        `${nameOf(place)}: ${checked.objects} objects at revision ${content.revision}, ${verdict}\n`,
      );
      return found === 0 ? 0 : 1;
    } finally {
      await content.close();
    }
  },
} satisfies Subcommand);

/** Undefined when the content cannot be read, and something was found that says why. */
async function contentOrNothing(place: Place, isDamaged: boolean): Promise<Content | undefined> {
  try {
    return await contentAt(place);
  } catch (error) {
    if (isDamaged) return undefined;
    throw error;
  }
}

async function checkContent(content: Content, ...[layout, open, output]: CheckArguments) {
  const { checkValues } = await import('../../maintenance/check-values.ts');
  const progress = progressOf(output);
  const checked = await checkValues(content, layout, open, (done) =>
    progress.step(done, content.count, 'objects'),
  );
  progress.end();
  return checked;
}

type CheckArguments = [
  layout: ReturnType<typeof layoutOf>,
  open: NonNullable<Awaited<ReturnType<typeof vaultOf>>>['open'] | undefined,
  output: Output,
];

async function databaseFindings(place: Place, output: Output): Promise<string[]> {
  if (place.kind === 'etcd') return etcdFindings(place);
  needStore(place);
  const [{ openSqliteReader }, { sqliteFindings }] = await Promise.all([
    import('../../kv/sqlite/reader.ts'),
    import('../../kv/sqlite/order.ts'),
  ]);
  const progress = progressOf(output);
  progress.step(0, 1, 'the database');
  try {
    const reader = openSqliteReader(place.path);
    try {
      return sqliteFindings(reader.db);
    } finally {
      reader.close();
    }
  } catch (error) {
    return [`database: ${(error as Error).message}`];
  } finally {
    progress.end();
  }
}

/** Members that do not answer, that complain, or that have something else than the first at the same revision. */
async function etcdFindings({ options: etcd }: EtcdPlace): Promise<string[]> {
  const [{ openEtcd }, { openEtcdUpkeep }] = await Promise.all([
    import('../../kv/etcd/index.ts'),
    import('../../kv/etcd/upkeep.ts'),
  ]);
  const kv = await openEtcd(etcd);
  const revision = await kv.currentRevision();
  await kv.close();
  const upkeep = await openEtcdUpkeep(etcd);
  const findings: string[] = [];
  const hashes = new Map<number, { readonly hash: number; readonly endpoint: string }>();
  for (const endpoint of upkeep.endpoints) {
    try {
      const { errors } = await upkeep.status(endpoint);
      findings.push(...errors.map((error) => `${endpoint}: ${error}`));
      const { hash, compacted } = await upkeep.hash(endpoint, revision);
      // Hashes of different floors do not compare.
      const other = hashes.get(compacted);
      hashes.set(compacted, other ?? { hash, endpoint });
      if (other && other.hash !== hash)
        findings.push(`${endpoint}: has something else than ${other.endpoint} at revision ${revision}`);
    } catch (error) {
      findings.push((error as Error).message);
    }
  }
  upkeep.close();
  return findings;
}

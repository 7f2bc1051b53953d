import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseGoDuration } from '../../apimachinery/duration.ts';
import { lockDirectory } from '../../kv/sqlite/lock.ts';
import type { Imported, ImportOptions } from '../../maintenance/import-store.ts';
import type { Incoming } from '../../maintenance/incoming.ts';
import type { Output } from '../command.ts';
import { UsageError } from '../parse-flags.ts';
import { toolArguments } from '../tool-arguments.ts';
import {
  contentAt,
  exclusively,
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

const usage = `Fills an empty store with an export, or with what another store has, and compares what is there then. Uids and versions
are kept. No server may use either store.

Usage:
  binnacle store import FILE [flags]                               (- for standard input)
  binnacle store import --from-data-dir DIR --etcd-servers URLS    moves from SQLite to etcd
  binnacle store import --from-etcd-servers URLS --data-dir DIR    moves from etcd to SQLite

Flags, for the store that is filled:
${storeFlagsUsage}      --renumber                    objects get new versions; for an etcd that is not new
      --event-ttl duration          how long events are kept, from now on (default 1h)

Flags, for the other store, whose values are taken as they are, encrypted or not:
      --from-data-dir path
      --from-etcd-servers urls
      --from-etcd-prefix string     (default /registry)
      --from-etcd-cafile, --from-etcd-certfile, --from-etcd-keyfile path
  -h, --help
`;

const options = {
  ...storeFlags,
  renumber: { type: 'boolean', default: false },
  'event-ttl': { type: 'string', default: '1h' },
  'from-data-dir': { type: 'string', default: '' },
  'from-etcd-servers': { type: 'string', multiple: true, default: [] as string[] },
  'from-etcd-prefix': { type: 'string', default: '/registry' },
  'from-etcd-cafile': { type: 'string', default: '' },
  'from-etcd-certfile': { type: 'string', default: '' },
  'from-etcd-keyfile': { type: 'string', default: '' },
} as const;

type Values = ReturnType<typeof toolArguments<typeof options>>['values'];

export const importCommand: Subcommand = Object.freeze({
  name: 'import',
  summary: 'Fills an empty store with an export, or from another store.',
  usage,
  async run(args, output) {
    const { values, positionals } = toolArguments(args, options);
    const target = placeOf(values);
    const source = sourceOf(values);
    const [file] = positionals;
    if (positionals.length > 1 || (file === undefined) === (source === undefined))
      throw new UsageError('store import takes one file, or --from-data-dir, or --from-etcd-servers');
    if (source && values['encryption-provider-config'] !== '')
      throw new UsageError(
        'values of another store are taken as they are; --encryption-provider-config is for files',
      );
    const progress = progressOf(output);
    const importing: ImportOptions = {
      eventTtlMs: ttlOf(values['event-ttl']),
      renumber: values.renumber,
      onProgress: progress.step,
    };
    try {
      const imported = source
        ? await fromStore(source, (incoming) => into(target, incoming, importing), output)
        : await into(target, await fromFile(file!, values), importing);
      progress.end();
      const { objects, revision, digest, hasVersions } = imported;
      output.out(`${nameOf(target)}: ${objects} objects at revision ${revision}\n`);
      output.out(`digest ${digest}${hasVersions ? '' : ' (without versions)'}\n`);
      return 0;
    } finally {
      progress.end();
    }
  },
} satisfies Subcommand);

/** The store that is read; undefined when none is named. */
function sourceOf(values: Values): Place | undefined {
  const servers = values['from-etcd-servers'];
  const directory = values['from-data-dir'];
  if (servers.length > 0 && directory !== '')
    throw new UsageError('--from-data-dir and --from-etcd-servers exclude each other');
  if (servers.length === 0 && directory === '') return undefined;
  return placeOf({
    'data-dir': directory,
    'etcd-servers': servers,
    'etcd-prefix': values['from-etcd-prefix'],
    'etcd-cafile': values['from-etcd-cafile'],
    'etcd-certfile': values['from-etcd-certfile'],
    'etcd-keyfile': values['from-etcd-keyfile'],
  });
}

function ttlOf(text: string): number {
  try {
    return parseGoDuration(text);
  } catch (error) {
    throw new UsageError(`--event-ttl: ${(error as Error).message}`);
  }
}

async function into(target: Place, incoming: Incoming, importing: ImportOptions): Promise<Imported> {
  const { importIntoEtcd, importIntoSqlite } = await import('../../maintenance/import-store.ts');
  if (target.kind === 'etcd') return importIntoEtcd(incoming, target.options, importing);
  mkdirSync(target.directory, { recursive: true, mode: 0o700 });
  return exclusively('stop it, and import into an empty directory', () =>
    importIntoSqlite(incoming, target.path, importing),
  );
}

async function fromFile(file: string, values: Values): Promise<Incoming> {
  if (file !== '-' && !existsSync(file)) throw new Error(`there is no export at ${resolve(file)}`);
  const [{ incomingText }, vault] = await Promise.all([
    import('../../maintenance/incoming.ts'),
    vaultOf(values),
  ]);
  const stream = file === '-' ? process.stdin : createReadStream(file);
  return incomingText(stream.setEncoding('utf8') as AsyncIterable<string>, vault?.seal);
}

/** A directory stays locked until all is there; of etcd it can only be told afterwards that somebody wrote to it. */
async function fromStore(
  source: Place,
  fill: (incoming: Incoming) => Promise<Imported>,
  output: Output,
): Promise<Imported> {
  const { incomingFrom } = await import('../../maintenance/incoming.ts');
  if (source.kind === 'sqlite') {
    needStore(source);
    const lock = await exclusively('stop it first, as what it writes from now on would be lost', () =>
      lockDirectory(source.path),
    );
    const content = await contentAt(source);
    try {
      return await fill(incomingFrom(content));
    } finally {
      await content.close();
      lock.close();
    }
  }
  const content = await contentAt(source);
  const { revision } = content;
  try {
    return await fill(incomingFrom(content));
  } finally {
    await content.close();
    await warnOfWrites(source, revision, output);
  }
}

async function warnOfWrites(source: Place, revision: number, output: Output): Promise<void> {
  const now = await contentAt(source);
  await now.close();
  if (now.revision !== revision)
    output.err(
      `binnacle: warning: ${nameOf(source)} was written to meanwhile: revision ${revision} was read, it is at ${now.revision} now\n`,
    );
}

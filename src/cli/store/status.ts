import type { MemberStatus } from '../../kv/etcd/upkeep.ts';
import type { SqliteStatus } from '../../kv/sqlite/upkeep.ts';
import type { Output } from '../command.ts';
import { UsageError } from '../parse-flags.ts';
import { toolArguments } from '../tool-arguments.ts';
import {
  bytesText,
  type EtcdPlace,
  needStore,
  placeOf,
  type SqlitePlace,
  storeFlags,
  storeFlagsUsage,
} from './arguments.ts';
import type { Subcommand } from './subcommand.ts';

const usage = `Says what is in a store, and how large it is. Safe while servers use it.

Usage:
  binnacle store status [flags]

Flags:
${storeFlagsUsage}  -o, --output text|json            (default text)
  -h, --help
`;

const options = {
  ...storeFlags,
  output: { type: 'string', short: 'o', default: 'text' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const status: Subcommand = Object.freeze({
  name: 'status',
  summary: 'Says what is in a store, and how large it is.',
  usage,
  async run(args, output) {
    const { values, positionals } = toolArguments(args, options);
    if (positionals.length > 0) throw new UsageError('store status takes no arguments');
    if (values.output !== 'text' && values.output !== 'json')
      throw new UsageError(`--output: ${JSON.stringify(values.output)} must be one of text, json`);
    const place = placeOf(values);
    const found = place.kind === 'sqlite' ? await sqliteStatusAt(place) : await etcdStatusAt(place);
    print(output, values.output, found);
    return 0;
  },
} satisfies Subcommand);

interface Found {
  /** For programs. */
  readonly json: object;
  /** For people: what, and how much. */
  readonly lines: readonly (readonly [what: string, value: string])[];
}

function print(output: Output, form: 'text' | 'json', { json, lines }: Found): void {
  if (form === 'json') {
    output.out(`${JSON.stringify(json)}\n`);
    return;
  }
  const width = Math.max(...lines.map(([what]) => what.length));
  for (const [what, value] of lines) output.out(`${what.padEnd(width)}  ${value}\n`);
}

async function sqliteStatusAt(place: SqlitePlace): Promise<Found> {
  needStore(place);
  const { sqliteStatus } = await import('../../kv/sqlite/upkeep.ts');
  const found = sqliteStatus(place.path);
  return { json: { store: 'sqlite', path: place.path, ...found }, lines: sqliteLines(place, found) };
}

const sqliteLines = (place: SqlitePlace, found: SqliteStatus): Found['lines'] => [
  ['store', place.path],
  ['in use', found.inUse ? 'yes, a server is running on it' : 'no'],
  ['revision', String(found.revision)],
  ['history from', String(found.compactRevision)],
  ['objects', String(found.objects)],
  ['rows', String(found.rows)],
  ['size', `${bytesText(found.databaseBytes)}, ${bytesText(found.freeBytes)} of it free`],
  ['write-ahead log', bytesText(found.logBytes)],
];

async function etcdStatusAt({ options: etcd }: EtcdPlace): Promise<Found> {
  const [{ openEtcd }, { openEtcdUpkeep }] = await Promise.all([
    import('../../kv/etcd/index.ts'),
    import('../../kv/etcd/upkeep.ts'),
  ]);
  const kv = await openEtcd(etcd);
  const upkeep = await openEtcdUpkeep(etcd);
  try {
    const revision = await kv.currentRevision();
    const { count: objects } = await kv.count('/registry/');
    const members = await Promise.all(
      etcd.servers.map((endpoint) =>
        upkeep.status(endpoint).catch((error: Error) => ({ endpoint, failure: error.message })),
      ),
    );
    const facts = { revision, compactRevision: kv.compactRevision(), objects };
    return {
      json: { store: 'etcd', prefix: etcd.prefix, ...facts, members },
      lines: [
        ['store', `etcd, below ${etcd.prefix}`],
        ['revision', String(revision)],
        ['history from', String(facts.compactRevision)],
        ['objects', String(objects)],
        ...members.map((member) => [member.endpoint, memberText(member)] as const),
      ],
    };
  } finally {
    upkeep.close();
    await kv.close();
  }
}

function memberText(member: MemberStatus | { readonly failure: string }): string {
  if ('failure' in member) return `DOES NOT ANSWER: ${member.failure}`;
  const { version, databaseBytes, usedBytes, isLeader, errors } = member;
  const size = `${bytesText(databaseBytes)}, ${bytesText(databaseBytes - usedBytes)} of it free`;
  return [`etcd ${version}`, ...(isLeader ? ['leader'] : []), size, ...errors].join(', ');
}

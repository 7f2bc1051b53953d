import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Names of the parts to run; all when empty. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** How long one measurement lasts, where time decides. */
  readonly seconds: number;
  readonly clients: readonly number[];
  /** Pods of the long LIST. */
  readonly listPods: number;
  /** Pods of the deletecollection. */
  readonly deletePods: number;
  /** Watchers of the fan-out. */
  readonly watchers: number;
  /** Watches that each want something else than what is written. */
  readonly selectiveWatchers: number;
  /** Objects of the full store, and of the one that it is compared with. */
  readonly objects: number;
  readonly fewObjects: number;
  /** Role bindings among which is decided; the server that it is compared with has a hundredth of them. */
  readonly bindings: number;
  /** Simulated nodes that are only registered, and those that pods run on. */
  readonly manyNodes: number;
  readonly clusterNodes: number;
  /** Pods of the cluster, and objects of the namespace that goes away. */
  readonly clusterPods: number;
  /** Deployments of three replicas each. */
  readonly deployments: number;
  /** Writes to a store whose history is dropped. */
  readonly revisions: number;
  /** Where stores live while the benchmark runs: on the disk that is to be measured. */
  readonly directory: string;
  /** The command line of the server, and of another checkout to measure beside it. */
  readonly server: string;
  readonly against: string | undefined;
  /** Folder for CPU profiles of the server. */
  readonly profile: string | undefined;
  /** Ours on etcd, too. */
  readonly stores: boolean;
  /** Also writes `bench/latest.svg` and the table of `docs/performance.md`. */
  readonly publish: boolean;
  /** Where the results go. */
  readonly output: string;
}

const here = fileURLToPath(new URL('.', import.meta.url));

const flags = {
  only: { type: 'string', default: '' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  clients: { type: 'string', default: '1,16,128' },
  'list-pods': { type: 'string' },
  'delete-pods': { type: 'string' },
  watchers: { type: 'string' },
  'selective-watchers': { type: 'string' },
  objects: { type: 'string' },
  'few-objects': { type: 'string' },
  bindings: { type: 'string' },
  'many-nodes': { type: 'string' },
  'cluster-nodes': { type: 'string' },
  'cluster-pods': { type: 'string' },
  deployments: { type: 'string' },
  revisions: { type: 'string' },
  directory: { type: 'string' },
  server: { type: 'string', default: join(here, '../bin/binnacle.js') },
  against: { type: 'string' },
  profile: { type: 'string' },
  stores: { type: 'boolean', default: false },
  publish: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  output: { type: 'string', default: join(here, 'results') },
  help: { type: 'boolean', default: false },
} as const;

const full = {
  rounds: 5,
  seconds: 2,
  listPods: 10_000,
  deletePods: 2_200,
  watchers: 1_000,
  selectiveWatchers: 5_000,
  objects: 100_000,
  bindings: 10_000,
  manyNodes: 5_000,
  clusterNodes: 1_000,
  clusterPods: 10_000,
  deployments: 1_000,
  revisions: 10_000_000,
};
const quick = {
  rounds: 1,
  seconds: 0.5,
  listPods: 2_000,
  deletePods: 500,
  watchers: 100,
  selectiveWatchers: 200,
  objects: 5_000,
  bindings: 2_000,
  manyNodes: 500,
  clusterNodes: 100,
  clusterPods: 500,
  deployments: 50,
  revisions: 200_000,
};
const fewObjects = 1_000;

export const usage = `npm run bench -- [options]
  --only=get,create     parts to run (all: start, get, list, create, update, patch, watch, fairness, list-large,
                        fan-out, selective, deletecollection, large-store, authorization, cluster, revisions)
  --quick               small numbers, one round
  --rounds=N            measurements of everything, taken in turns (${full.rounds})
  --seconds=S           length of one measurement (${full.seconds})
  --clients=1,16,128    concurrent clients
  --list-pods=N --delete-pods=N --watchers=N --objects=N --few-objects=N
  --bindings=N --selective-watchers=N --revisions=N
  --many-nodes=N --cluster-nodes=N --cluster-pods=N --deployments=N
  --directory=DIR       where the stores live meanwhile (below bench/results)
  --server=PATH         command line of the server (bin/binnacle.js)
  --against=PATH        the same of another checkout, measured beside it
  --stores              measure the server on the etcd that ETCD names as well, beside the one on SQLite
  --profile=DIR         write CPU profiles of the server
  --publish             also write bench/latest.svg and the table of docs/performance.md
KUBE_APISERVER and ETCD, or both on the PATH, add the reference server.
`;

/** Undefined when help was asked for. Throws on options that do not exist or are no numbers. */
export function parseOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({ args: [...args], options: flags, strict: true });
  if (values.help) return undefined;
  const base = values.quick ? quick : full;
  const sized = (name: keyof typeof values, otherwise: number): number =>
    numberOf(name, values[name], otherwise);
  const output = resolve(values.output);
  return {
    only: listOf(values.only),
    rounds: sized('rounds', base.rounds),
    seconds: sized('seconds', base.seconds),
    clients: listOf(values.clients).map((text) => numberOf('clients', text, 0)),
    listPods: sized('list-pods', base.listPods),
    deletePods: sized('delete-pods', base.deletePods),
    watchers: sized('watchers', base.watchers),
    selectiveWatchers: sized('selective-watchers', base.selectiveWatchers),
    objects: sized('objects', base.objects),
    fewObjects: sized('few-objects', fewObjects),
    bindings: sized('bindings', base.bindings),
    manyNodes: sized('many-nodes', base.manyNodes),
    clusterNodes: sized('cluster-nodes', base.clusterNodes),
    clusterPods: sized('cluster-pods', base.clusterPods),
    deployments: sized('deployments', base.deployments),
    revisions: sized('revisions', base.revisions),
    directory: resolve(values.directory ?? join(output, 'stores')),
    server: resolve(values.server),
    against: values.against === undefined ? undefined : resolve(values.against),
    profile: values.profile === undefined ? undefined : resolve(values.profile),
    stores: values.stores,
    publish: values.publish,
    output,
  };
}

const listOf = (text: string): string[] => text.split(',').filter((part) => part !== '');

function numberOf(name: string, value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (!(number > 0)) throw new Error(`--${name}: ${String(value)} is not a number above 0`);
  return number;
}

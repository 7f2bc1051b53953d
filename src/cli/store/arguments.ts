import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EtcdOptions } from '../../kv/etcd/index.ts';
import type { Open } from '../../maintenance/check-values.ts';
import type { Content } from '../../maintenance/content.ts';
import type { KeyLayout } from '../../storage/keys.ts';
import type { Output } from '../command.ts';
import { etcdOptions } from '../etcd-options.ts';
import { UsageError } from '../parse-flags.ts';
import { type Progress, progressBar } from '../progress.ts';

/** Flags that say which store is meant: those of the server that uses it. */
export const storeFlags = {
  'data-dir': { type: 'string', default: './.binnacle' },
  'etcd-servers': { type: 'string', multiple: true, default: [] as string[] },
  'etcd-prefix': { type: 'string', default: '/registry' },
  'etcd-cafile': { type: 'string', default: '' },
  'etcd-certfile': { type: 'string', default: '' },
  'etcd-keyfile': { type: 'string', default: '' },
  'storage-key-layout': { type: 'string', default: 'binnacle' },
  'encryption-provider-config': { type: 'string', default: '' },
} as const;

export const storeFlagsUsage = `      --data-dir path               (default ./.binnacle)
      --etcd-servers urls           the store is in etcd, as with the server's flags of the same names
      --etcd-prefix string          (default /registry)
      --etcd-cafile, --etcd-certfile, --etcd-keyfile path
      --storage-key-layout binnacle|upstream
      --encryption-provider-config path
`;

export interface StoreValues {
  readonly 'data-dir': string;
  readonly 'etcd-servers': readonly string[];
  readonly 'etcd-prefix': string;
  readonly 'etcd-cafile': string;
  readonly 'etcd-certfile': string;
  readonly 'etcd-keyfile': string;
}

/** Where a store is. */
export type Place =
  | { readonly kind: 'sqlite'; readonly directory: string; readonly path: string }
  | { readonly kind: 'etcd'; readonly options: EtcdOptions };

export type SqlitePlace = Extract<Place, { kind: 'sqlite' }>;
export type EtcdPlace = Extract<Place, { kind: 'etcd' }>;

/** Throws a UsageError for flags that cannot be meant. */
export function placeOf(values: StoreValues): Place {
  const servers = values['etcd-servers'].flatMap((text) => text.split(',')).filter((text) => text !== '');
  const options = etcdOptions({ ...values, 'etcd-servers': servers });
  if (options) return { kind: 'etcd', options };
  if (values['data-dir'] === '') throw new UsageError('--data-dir must not be empty');
  const directory = resolve(values['data-dir']);
  return { kind: 'sqlite', directory, path: resolve(directory, 'store.db') };
}

/** As it is called in messages. */
export const nameOf = (place: Place): string =>
  place.kind === 'sqlite' ? place.path : `etcd at ${place.options.servers.join(', ')}`;

/** Throws an Error that says what to do when there is no store. */
export function needStore({ path, directory }: SqlitePlace): void {
  if (!existsSync(path))
    throw new Error(
      `there is no store in ${directory}; name its directory with --data-dir, or --etcd-servers`,
    );
}

/** The content of a store, which servers may go on using. */
export async function contentAt(place: Place): Promise<Content> {
  const { contentOf, contentOfSqlite } = await import('../../maintenance/content.ts');
  if (place.kind === 'sqlite') {
    needStore(place);
    return contentOfSqlite(place.path);
  }
  const { openEtcd } = await import('../../kv/etcd/index.ts');
  return contentOf(await openEtcd(place.options));
}

/** `work` on files that no server may have; `instead` says what can be done while one has. */
export async function exclusively<T>(instead: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { message } = error as Error;
    if (!message.endsWith('is in use by another process')) throw error;
    throw new Error(`${message}: a server is running on it; ${instead}`, { cause: error });
  }
}

export function layoutOf(values: { readonly 'storage-key-layout': string }): KeyLayout {
  const layout = values['storage-key-layout'];
  if (layout === 'binnacle' || layout === 'upstream') return layout;
  throw new UsageError(`--storage-key-layout: ${JSON.stringify(layout)} must be one of binnacle, upstream`);
}

/** What the file named by --encryption-provider-config opens and seals values with; undefined when there is none. */
export async function vaultOf(values: {
  readonly 'encryption-provider-config': string;
  readonly 'storage-key-layout': string;
}): Promise<{ readonly open: Open; readonly seal: Open } | undefined> {
  const file = values['encryption-provider-config'];
  if (file === '') return undefined;
  const { vaultFrom } = await import('../../maintenance/vault.ts');
  return vaultFrom(file, layoutOf(values));
}

export const progressOf = (output: Output): Progress => progressBar(output, process.stderr.isTTY === true);

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `1.5 MiB` */
export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

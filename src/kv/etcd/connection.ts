import { readFile } from 'node:fs/promises';
import { realClock } from '../../apimachinery/clock.ts';
import { cryptoRandom } from '../../apimachinery/random.ts';
import type { Kv } from '../types.ts';
import type { EtcdTls } from './client.ts';
import { normalPrefix } from './keys.ts';
import { openEtcdKv } from './store.ts';

/** An etcd cluster to store in. Empty names of files count as none. */
export interface EtcdOptions {
  /** `http://host:port` or `https://host:port`, one at least. */
  readonly servers: readonly string[];
  /** What all keys begin with; `/registry` as a rule. */
  readonly prefix: string;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** What keys of the house begin with, whatever they begin with in etcd. */
export const root = '/registry';

/** Opens the store that the options describe. Rejects with an Error to be shown to the operator. */
export async function openEtcd(options: EtcdOptions): Promise<Kv> {
  return openEtcdKv({
    endpoints: options.servers,
    root,
    prefix: normalPrefix(options.prefix),
    tls: await readTls(options),
    clock: realClock,
    random: cryptoRandom,
  });
}

export async function readTls({ caFile, certFile, keyFile }: EtcdOptions): Promise<EtcdTls> {
  const [ca, certificate, key] = await Promise.all([caFile, certFile, keyFile].map(readTlsFile));
  return { ...(ca && { ca }), ...(certificate && { certificate }), ...(key && { key }) };
}

async function readTlsFile(path: string): Promise<Uint8Array | undefined> {
  if (path === '') return undefined;
  try {
    return await readFile(path);
  } catch (error) {
    throw new Error(`a file for etcd cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

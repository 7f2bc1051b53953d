import { createHash } from 'node:crypto';
import { realClock } from '../../apimachinery/clock.ts';
import type { Revision } from '../types.ts';
import { readNothing } from './answers.ts';
import { createEtcdClient, type EtcdClient } from './client.ts';
import { type EtcdOptions, readTls } from './connection.ts';
import { CallError } from './errors.ts';
import { hashRequest, statusRequest } from './requests.ts';
import { decode } from './wire.ts';

/** What a member of an etcd cluster says of itself. */
export interface MemberStatus {
  readonly endpoint: string;
  readonly version: string;
  readonly databaseBytes: number;
  /** Of these, bytes that hold something; defragmenting gives back the rest. */
  readonly usedBytes: number;
  readonly isLeader: boolean;
  readonly raftIndex: number;
  /** `NOSPACE` and the like. */
  readonly errors: readonly string[];
}

/** Work on an etcd cluster that is not reading and writing keys. All reject with an Error that names the member. */
export interface EtcdUpkeep {
  readonly endpoints: readonly string[];
  status(endpoint: string): Promise<MemberStatus>;
  /** The hash of everything that the member keeps up to `revision`, with the floor down to which it is computed. */
  hash(
    endpoint: string,
    revision: Revision,
  ): Promise<{ readonly hash: number; readonly compacted: Revision }>;
  /** Gives unused space back; the member does nothing else meanwhile. */
  defragment(endpoint: string): Promise<void>;
  /** The database of the first member that answers, in pieces, as `etcdutl snapshot restore` reads it. */
  snapshot(): AsyncIterable<SnapshotPiece>;
  close(): void;
}

export interface SnapshotPiece {
  readonly bytes: Uint8Array;
  /** Bytes that follow. */
  readonly remaining: number;
}

/** Long enough for defragmenting the largest database that etcd supports. */
const callTimeoutMs = 600_000;
const service = '/etcdserverpb.Maintenance';

export async function openEtcdUpkeep(options: EtcdOptions): Promise<EtcdUpkeep> {
  const tls = await readTls(options);
  const clients = new Map<string, EtcdClient>();
  for (const endpoint of options.servers)
    clients.set(endpoint, createEtcdClient({ endpoints: [endpoint], tls, clock: realClock, callTimeoutMs }));

  const asking = async <T>(endpoint: string, ask: (client: EtcdClient) => Promise<T>): Promise<T> => {
    try {
      return await ask(clients.get(endpoint)!);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      throw new Error(`etcd at ${endpoint}: ${error.message}`, { cause: error });
    }
  };

  return {
    endpoints: options.servers,
    status: (endpoint) =>
      asking(endpoint, (client) =>
        client.call(`${service}/Status`, statusRequest, (bytes) => statusOf(endpoint, bytes), true),
      ),
    hash: (endpoint, revision) =>
      asking(endpoint, (client) => client.call(`${service}/HashKV`, hashRequest(revision), hashOf, true)),
    defragment: (endpoint) =>
      asking(endpoint, (client) => client.call(`${service}/Defragment`, [], readNothing, true)),
    async *snapshot() {
      const endpoint = await firstThatAnswers(options.servers, asking);
      yield* checked(endpoint, clients.get(endpoint)!.download(`${service}/Snapshot`, []));
    },
    close() {
      for (const client of clients.values()) client.close();
    },
  };
}

async function firstThatAnswers(
  endpoints: readonly string[],
  asking: (endpoint: string, ask: (client: EtcdClient) => Promise<undefined>) => Promise<undefined>,
): Promise<string> {
  let failure: unknown;
  for (const endpoint of endpoints) {
    try {
      await asking(endpoint, (client) => client.call(`${service}/Status`, statusRequest, readNothing, true));
      return endpoint;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

const sumBytes = 32;

/** A snapshot ends with the SHA-256 of all that comes before; throws when it does not, or when it breaks off. */
async function* checked(endpoint: string, answers: AsyncIterable<Uint8Array>): AsyncIterable<SnapshotPiece> {
  const hash = createHash('sha256');
  let held: Uint8Array = new Uint8Array();
  let remaining = 0;
  for await (const answer of answers) {
    const fields = decode(answer);
    const bytes = fields.bytes(3) ?? new Uint8Array();
    remaining = fields.number(2);
    const both = Buffer.concat([held, bytes]);
    const sumAt = Math.max(both.length - sumBytes, 0);
    hash.update(both.subarray(0, sumAt));
    held = both.subarray(sumAt);
    yield { bytes, remaining };
  }
  if (remaining > 0 || !hash.digest().equals(held))
    throw new Error(`etcd at ${endpoint}: the snapshot has not come whole`);
}

function statusOf(endpoint: string, bytes: Uint8Array): MemberStatus {
  const answer = decode(bytes);
  return {
    endpoint,
    version: answer.text(2),
    databaseBytes: answer.number(3),
    usedBytes: answer.number(9),
    isLeader: answer.number(4) === answer.message(1).number(2),
    raftIndex: answer.number(5),
    errors: answer.texts(8),
  };
}

function hashOf(bytes: Uint8Array) {
  const answer = decode(bytes);
  return { hash: answer.number(2), compacted: answer.number(3) };
}

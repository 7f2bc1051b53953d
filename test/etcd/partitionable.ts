import { askEtcd } from './gateway.ts';
import { type Etcd, startCluster } from './start-etcd.ts';
import { type Way, wayTo } from './way-to.ts';

/** Three members that reach each other over ways that can be cut. */
export interface Partitionable {
  readonly members: readonly Etcd[];
  /** Who leads, by the word of the first of `asked` that knows; rejects when none does. */
  leader(asked?: readonly Etcd[]): Promise<Etcd>;
  /** Cuts the member off from the others, in both directions. Its clients still reach it. */
  isolate(index: number): void;
  join(): void;
  /** Ends all of it. */
  remove(): Promise<void>;
}

/** Members say in a header who they are when they come to another. */
const senderOf = (first: Buffer): string | undefined =>
  /^x-server-from: *([0-9a-f]+)/im.exec(first.toString('latin1'))?.[1];

export async function startPartitionable(): Promise<Partitionable> {
  const ways: Way[] = [];
  let isolated: string | undefined;
  const members = await startCluster(async (peer, index) => {
    const lets = (first: Buffer) => isolated === undefined || senderOf(first) !== isolated;
    ways[index] = await wayTo({ to: peer, lets });
    return ways[index].endpoint;
  });
  const statusOf = async (member: Etcd) => {
    const { header, leader } = (await askEtcd(member, 'maintenance/status')) as unknown as Status;
    return { id: header.member_id, leader };
  };
  const ids = await Promise.all(members.map(async (member) => (await statusOf(member)).id));
  return {
    members,
    async leader(asked = members) {
      for (const member of asked) {
        const { leader } = await statusOf(member);
        const index = ids.indexOf(leader);
        if (index >= 0) return members[index]!;
      }
      throw new Error('nobody leads');
    },
    async remove() {
      for (const way of ways) way.close();
      await Promise.all(members.map((member) => member.remove()));
    },
    isolate(index) {
      isolated = BigInt(ids[index]!).toString(16);
      for (const way of ways) way.cut();
      for (const [other, way] of ways.entries()) if (other !== index) way.mend();
    },
    join() {
      isolated = undefined;
      for (const way of ways) way.mend();
    },
  };
}

/** Numbers of 64 bits, as text. */
interface Status {
  readonly header: { readonly member_id: string };
  readonly leader: string;
}

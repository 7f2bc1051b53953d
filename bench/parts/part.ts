import { type Bench, createNamespace } from '../bench.ts';
import { openConnection } from '../load/connection.ts';
import type { Job, RequestTemplate } from '../load/jobs.ts';
import { createPod } from '../load/pod.ts';
import { fetchBytes } from '../load/send.ts';
import { type Contender, measure, measureJob } from '../measure.ts';
import type { Server } from '../subjects/types.ts';

/** One thing that is measured; `bench/run.ts` lists them in order. */
export interface Part {
  /** As given to `--only`. */
  readonly name: string;
  run(bench: Bench): Promise<void>;
}

const seedClients = 32;

/** How long a server is left alone before its memory is read: three seconds, when a measurement takes two. */
export const settleMs = ({ options }: Bench): number => options.seconds * 1_500;

/** A contender per server, each running the same job. */
export const serverContenders = (
  bench: Bench,
  servers: readonly Server[],
  jobFor: (server: Server) => Job,
): Contender[] =>
  servers.map((server) => ({
    subject: server.name,
    run: () => measureJob(bench, server, jobFor(server)),
  }));

/** A namespace with `count` pods, `NAME-0` and so on, on every server. */
export async function seedPods(
  bench: Bench,
  servers: readonly Server[],
  namespace: string,
  name: string,
  count: number,
): Promise<void> {
  for (const server of servers) {
    bench.progress.show(`${count} pods for ${server.name}`);
    await createNamespace(server, namespace);
    await addPods(bench, server, namespace, `${name}-{n}`, count, 0);
  }
}

export async function addPods(
  bench: Bench,
  { endpoint, pids }: Server,
  namespace: string,
  name: string,
  count: number,
  firstNumber: number,
): Promise<void> {
  const request = createPod(namespace, name);
  // Fails when a request does.
  await measure(pids, () =>
    bench.load.run({
      kind: 'requests',
      endpoint,
      request,
      clients: seedClients,
      requests: count,
      firstNumber,
    }),
  );
}

/** The body of one answer, for a floor to send. */
export async function bodyOf({ endpoint }: Server, path: string): Promise<Buffer> {
  const connection = await openConnection(endpoint);
  const body = await fetchBytes(connection, 'GET', path);
  connection.close();
  return body;
}

export const getRequest = (path: string): RequestTemplate => ({ method: 'GET', path });

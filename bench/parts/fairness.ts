import type { Bench } from '../bench.ts';
import { openConnection } from '../load/connection.ts';
import type { RequestsJob, RequestTemplate } from '../load/jobs.ts';
import { type LoadProcess, startLoadProcess } from '../load/load-process.ts';
import { podsPath } from '../load/pod.ts';
import { fetchBytes } from '../load/send.ts';
import { compare, measureJob, type Sample } from '../measure.ts';
import type { Server } from '../subjects/types.ts';
import { bodyOf, getRequest, type Part, seedPods } from './part.ts';

const namespace = 'bench-fairness';
const maxPods = 500;
/** Ten times as many clients as are needed to keep a server busy, over as few connections as they fit on. */
const maxAbusiveClients = 640;

const idle = ' idle';

/**
 * One client with one request at a time, alone and beside one that floods the server: how much longer its slowest requests
 * take. The two are users of their own, as administrators are never limited, and processes of their own. Beside it a bare server whose
 * connections take turns, and which knows nothing else.
 */
export const fairness: Part = {
  name: 'fairness',
  async run(bench) {
    const servers = await bench.servers();
    const pods = Math.min(maxPods, bench.options.listPods);
    await seedPods(bench, servers, namespace, 'pod', pods);
    for (const server of servers) await letIn(server);
    const floor = await bench.httpFloor();
    await floor.give('object', await bodyOf(servers[0]!, objectPath));
    await floor.give('list', await bodyOf(servers[0]!, podsPath(namespace)));
    const abuser = startLoadProcess();
    try {
      const floods: [what: string, path: string, pathOfFloor: string][] = [
        ['GETs', `${podsPath(namespace)}/pod-1`, '/turns/object'],
        [`LISTs of ${pods} pods`, podsPath(namespace), '/turns/list'],
      ];
      for (const [what, path, pathOfFloor] of floods) {
        const subjects = [
          ...servers.map((server) => subjectOf(server, objectPath, path)),
          subjectOf(floor, '/turns/object', pathOfFloor),
        ];
        await compareUnder(bench, subjects, abuser, what);
      }
    } finally {
      abuser.stop();
    }
  },
};

const objectPath = `${podsPath(namespace)}/pod-0`;

/** A server, and what its two users ask for. */
interface Subject {
  readonly server: Server;
  readonly calm: RequestTemplate;
  readonly flood: RequestTemplate;
}

const subjectOf = (server: Server, calm: string, flood: string): Subject => ({
  server,
  calm: getRequest(calm),
  flood: getRequest(flood),
});

async function compareUnder(
  bench: Bench,
  subjects: readonly Subject[],
  abuser: LoadProcess,
  what: string,
): Promise<void> {
  const { clients, seconds } = bench.options;
  const ms = seconds * 1000;
  // Time for the abusive client to get going before the other one is measured, and to be there until it is done.
  const marginMs = ms / 2;
  const abusiveClients = Math.min(maxAbusiveClients, 10 * Math.max(...clients));
  const calm = (subject: Subject) => measureCalm(bench, subject, ms);
  const flooded = async (subject: Subject): Promise<Sample> => {
    const job: RequestsJob = {
      kind: 'requests',
      endpoint: as(subject.server, 'abusive'),
      request: subject.flood,
      clients: abusiveClients,
      durationMs: ms + 2 * marginMs,
    };
    const flooding = abuser.run(job);
    try {
      await new Promise((resolve) => setTimeout(resolve, marginMs));
      return await calm(subject);
    } finally {
      await flooding;
    }
  };
  const label = `GET beside ${abusiveClients} clients with ${what}, slowest of 100`;
  await compare(bench, { part: 'fairness', label, unit: 'ms', baseline: subjects[0]!.server.name + idle }, [
    ...subjects.map((subject) => ({ subject: subject.server.name, run: () => flooded(subject) })),
    ...subjects.map((subject) => ({ subject: subject.server.name + idle, run: () => calm(subject) })),
  ]);
}

/** The value is the 99th percentile. */
async function measureCalm(
  bench: Bench,
  { server, calm: request }: Subject,
  durationMs: number,
): Promise<Sample> {
  const endpoint = as(server, 'well-behaved');
  const sample = await measureJob(bench, server, {
    kind: 'requests',
    endpoint,
    request,
    clients: 1,
    durationMs,
  });
  return { ...sample, value: sample.p99Ms! };
}

const group = 'bench';

const as = ({ endpoint }: Server, user: string) => ({
  ...endpoint,
  headers: { ...endpoint.headers, 'impersonate-user': user, 'impersonate-group': group },
});

/** Lets the users of the benchmark in. */
async function letIn({ endpoint }: Server): Promise<void> {
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'bench-fairness' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
  };
  const connection = await openConnection(endpoint);
  const path = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';
  await fetchBytes(connection, 'POST', path, Buffer.from(JSON.stringify(binding)));
  connection.close();
}

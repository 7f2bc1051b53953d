import { type VirtualClock, virtualClock } from '../../src/apimachinery/clock.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import type { FlowControlOptions } from '../../src/flowcontrol/options.ts';
import { type Cluster, createCluster } from '../../src/testing/cluster.ts';
import { type Answer, type Api, apiOver, expectCode } from '../helpers/api.ts';

export const group = '/apis/flowcontrol.apiserver.k8s.io/v1';
export const debug = '/debug/api_priority_and_fairness';
const configMaps = '/api/v1/namespaces/default/configmaps';

export interface Bench {
  readonly cluster: Cluster;
  readonly clock: VirtualClock;
  readonly api: Api;
  /** Requests of a user who may do everything, and is in no privileged group. */
  as(user: string): Api;
  /** A request of that user which takes a seat and keeps it until it is told to go on. */
  hold(user: string): Held;
}

export interface Held {
  readonly answer: Promise<Answer>;
  /** Sends the rest of the body. */
  goOn(): void;
  /** The client goes away. */
  leave(): void;
}

/** A cluster whose time stands still. */
export async function bench(flowControl: Partial<FlowControlOptions> = {}): Promise<Bench> {
  const clock = virtualClock();
  const cluster = await createCluster({ clock, random: seededRandom(1), flowControl });
  const api = apiOver(cluster.fetch);
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
  const subjects = [{ kind: 'Group', name: 'testers', apiGroup: 'rbac.authorization.k8s.io' }];
  const binding = { metadata: { name: 'testers' }, roleRef, subjects };
  expectCode(await api.post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', binding), 201);
  const fetchAs =
    (user: string): typeof fetch =>
    (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set('impersonate-user', user);
      headers.set('impersonate-group', 'testers');
      return cluster.fetch(input, { ...init, headers });
    };
  let held = 0;
  return {
    cluster,
    clock,
    api,
    as: (user) => apiOver(fetchAs(user)),
    hold(user) {
      const name = `held-${held++}`;
      const left = new AbortController();
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      writer.closed.catch(() => {});
      const send = fetchAs(user)(`https://binnacle${configMaps}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: readable,
        signal: left.signal,
      });
      const answer = send.then(async (response) => {
        const text = await response.text();
        return { status: response.status, headers: response.headers, text, json: undefined };
      });
      answer.catch(() => {});
      return {
        answer,
        goOn() {
          writer.write(Buffer.from(JSON.stringify({ metadata: { name } }))).catch(() => {});
          writer.close().catch(() => {});
        },
        leave() {
          left.abort();
          writer.abort().catch(() => {});
        },
      };
    },
  };
}

interface LevelSpec {
  readonly queuing?: { queues: number; handSize: number; queueLengthLimit: number };
  readonly shares?: number;
  readonly borrowingLimitPercent?: number;
}

/** A priority level for one user. Of the 600 seats of a server, one share is three. */
export async function giveLevel(api: Api, name: string, user: string, spec: LevelSpec = {}): Promise<void> {
  const { queuing, shares = 1, borrowingLimitPercent = 0 } = spec;
  const limitResponse = queuing ? { type: 'Queue', queuing } : { type: 'Reject' };
  const limited = {
    nominalConcurrencyShares: shares,
    lendablePercent: 0,
    borrowingLimitPercent,
    limitResponse,
  };
  const level = { metadata: { name }, spec: { type: 'Limited', limited } };
  expectCode(await api.post(`${group}/prioritylevelconfigurations`, level), 201);
  expectCode(await api.post(`${group}/flowschemas`, schemaFor(name, user, name)), 201);
}

export const schemaFor = (name: string, user: string, level: string, matchingPrecedence = 50) => ({
  metadata: { name },
  spec: {
    priorityLevelConfiguration: { name: level },
    matchingPrecedence,
    distinguisherMethod: { type: 'ByUser' },
    rules: [
      {
        subjects: [{ kind: 'User', user: { name: user } }],
        resourceRules: [
          { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true },
        ],
        nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      },
    ],
  },
});

/** Turns of the event loop in which a few hundred requests come as far as they can: time stands still, and nothing is on disk. */
const manyTurns = 600;

/** Lets everything that is ready to run do so. */
export async function settled(): Promise<void> {
  for (let i = 0; i < manyTurns; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** The value of a sample on the metrics page; undefined when there is none. */
export async function metric(api: Api, sample: string): Promise<number | undefined> {
  const { text } = await api.get('/metrics');
  const line = text.split('\n').find((found) => found.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length + 1));
}

import { nextTurn, type VirtualClock, virtualClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { fetchTransport } from '../../src/client/fetch-transport.ts';
import { type ControllerHost, startControllers } from '../../src/controllers/index.ts';
import { type Cluster, type ClusterOptions, createCluster } from '../../src/testing/cluster.ts';
import { type Api, apiOver, expectCode, type Loose } from '../helpers/api.ts';

export interface Stage extends AsyncDisposable {
  readonly cluster: Cluster;
  readonly clock: VirtualClock;
  readonly api: Api;
  /** Creates an object in `default` or where its metadata says; answers it. */
  create(path: string, object: object): Promise<Loose>;
  get(path: string): Promise<Loose>;
  /** Items of a list. */
  list(path: string): Promise<Loose[]>;
  /** Merges into the object and waits until everybody has done their work. */
  merge(path: string, patch: object): Promise<Loose>;
  delete(path: string, options?: object): Promise<void>;
}

/** A cluster on a virtual clock with some controllers, authorized as on a real server. */
export async function stage(controllers: readonly string[], options: ClusterOptions = {}): Promise<Stage> {
  const clock = virtualClock();
  const cluster = await createCluster({
    clock,
    random: seededRandom(1),
    authorization: { modes: ['Node', 'RBAC'] },
    controllers,
    ...options,
  });
  const api = apiOver(cluster.fetch);
  const get = async (path: string) => expectCode(await api.get(path), 200);
  await cluster.settled();
  return {
    cluster,
    clock,
    api,
    async create(path, object) {
      const created = expectCode(await api.post(path, object), 201);
      await cluster.settled();
      return created;
    },
    get,
    list: async (path) => (await get(path)).items,
    async merge(path, patch) {
      const answer = expectCode(await api.patch(path, 'merge', patch), 200);
      await cluster.settled();
      return answer;
    },
    async delete(path, deleteOptions) {
      const answer = await api.delete(path, deleteOptions);
      if (answer.status !== 202) expectCode(answer, 200);
      await cluster.settled();
    },
    [Symbol.asyncDispose]: () => cluster.close(),
  };
}

/** Controllers that begin to work on a cluster which runs none of these itself; resolves when they have done all that is to do. */
export async function controllersFor(
  { cluster, clock }: Stage,
  names: readonly string[],
  more: Partial<ControllerHost> = {},
): Promise<AsyncDisposable & { settled(): Promise<void> }> {
  const running = startControllers(names, {
    transportOf: () => fetchTransport(cluster.fetch),
    clock,
    random: seededRandom(2),
    log: silentLog,
    authority: () => Promise.reject(new Error('there is no authority')),
    rootCa: undefined,
    signToken: () => Promise.reject(new Error('there is no key')),
    ...more,
  });
  const settled = async () => {
    for (let quiet = 0; quiet < 5; quiet = running.isBusy() ? 0 : quiet + 1) {
      await new Promise<void>((resolve) => nextTurn(resolve));
      await cluster.settled();
    }
  };
  await settled();
  return { settled, [Symbol.asyncDispose]: running.stop };
}

export const podsPath = '/api/v1/namespaces/default/pods';

/** What a kubelet would say of a pod that runs and is ready. */
export async function makeReady({ merge, clock }: Stage, name: string): Promise<void> {
  const lastTransitionTime = new Date(clock.now()).toISOString();
  await merge(`${podsPath}/${name}/status`, {
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime }] },
  });
}

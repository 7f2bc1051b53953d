import type { Timer } from '../../apimachinery/clock.ts';
import type { Log } from '../../apimachinery/log.ts';
import { isRecord } from '../../apimachinery/object.ts';
import { ApiError } from '../../apimachinery/status.ts';
import {
  furtherSliceName,
  kubernetesEndpoints,
  kubernetesName,
  kubernetesNamespace,
  type ServerAddress,
} from '../../resources/bootstrap/kubernetes-endpoints.ts';
import { listPrefix, objectKey } from '../../storage/keys.ts';
import { bootstrap } from '../bootstrap.ts';
import type { Registry } from '../context.ts';
import { serverCaller } from '../server-caller.ts';
import { remove } from '../write/delete.ts';
import { masterLeases } from './master-leases.ts';

/** `--endpoint-reconciler-type`, and `--apiserver-count` for `master-count`. */
export interface EndpointReconciling {
  readonly type: 'lease' | 'master-count' | 'none';
  /** How many servers there are, which only `master-count` wants to know. */
  readonly serverCount: number;
}

/** How often the endpoints are put right (`DefaultEndpointReconcilerInterval`). */
const intervalMs = 10_000;

export interface KeptEndpoints {
  /** Takes this server out of the endpoints, and does nothing more to them. Idempotent; never rejects. */
  withdraw(): Promise<void>;
}

/** Which servers there are, and how this one says that it is one of them. */
interface Membership {
  /** Says so and answers all servers. */
  join(): Promise<readonly ServerAddress[]>;
  /** Says that it is none any more and answers the others; undefined when the endpoints are to stay as they are. */
  leave(): Promise<readonly ServerAddress[] | undefined>;
  follow(onChange: () => void): () => void;
}

/**
 * Keeps the endpoints of the `kubernetes` Service: those of all servers on the store. Resolves when this one is among them. Rejects
 * with what kept the first attempt from it; later failures are logged, and it is tried again.
 */
export async function keepEndpoints(
  registry: Registry,
  own: ServerAddress,
  reconciling: EndpointReconciling,
  log: Log,
): Promise<KeptEndpoints> {
  if (reconciling.type === 'none') return { withdraw: async () => {} };
  const membership = membershipOf(registry, own, reconciling);
  let timer: Timer | undefined;
  let working: Promise<void> = Promise.resolve();
  let withdrawn: Promise<void> | undefined;

  const reconcile = async () => {
    timer?.cancel();
    try {
      if (!withdrawn) await write(registry, await membership.join());
    } catch (error) {
      log.warn('the endpoints of the kubernetes Service could not be brought up to date', { error });
    }
    if (!withdrawn) timer = registry.clock.setTimer(intervalMs, queue);
  };
  const queue = () => {
    working = working.then(reconcile);
  };
  const leave = async () => {
    timer?.cancel();
    stopFollowing();
    await working;
    timer?.cancel();
    try {
      const others = await membership.leave();
      if (others) await write(registry, others);
    } catch (error) {
      log.warn('this server could not be taken out of the endpoints of the kubernetes Service', { error });
    }
  };
  await write(registry, await membership.join());
  const stopFollowing = membership.follow(queue);
  if (registry.store.isShared) timer = registry.clock.setTimer(intervalMs, queue);
  return { withdraw: () => (withdrawn ??= leave()) };
}

function membershipOf(registry: Registry, own: ServerAddress, { type, serverCount }: EndpointReconciling) {
  // Nobody else can be there, or see that this one is gone.
  if (!registry.store.isShared) return alone(own);
  return type === 'lease' ? byLeases(registry, own) : byCount(registry, own, serverCount);
}

const alone = (own: ServerAddress): Membership => ({
  join: async () => [own],
  leave: async () => undefined,
  follow: () => () => {},
});

function byLeases({ store }: Registry, own: ServerAddress): Membership {
  const leases = masterLeases(store, own.port);
  const list = async () => {
    await store.cache.fresh();
    return leases.list();
  };
  return {
    async join() {
      await leases.renew(own);
      return list();
    },
    async leave() {
      await leases.remove(own);
      return list();
    },
    follow: leases.follow,
  };
}

/** As many as there are said to be: whoever is missing adds itself, and takes away who comes after it. */
function byCount(registry: Registry, own: ServerAddress, count: number): Membership {
  const present = async () => {
    await registry.store.cache.fresh();
    return addressesIn(registry).map((ip) => ({ ip, port: own.port }));
  };
  return {
    async join() {
      const ips = [...new Set([...(await present()).map(({ ip }) => ip), own.ip])].sort();
      const at = ips.indexOf(own.ip);
      const others = [...ips.slice(0, at), ...ips.slice(at + 1 + Math.max(0, ips.length - count))];
      const kept = others.slice(Math.max(0, others.length + 1 - count));
      return [own.ip, ...kept].map((ip) => ({ ip, port: own.port }));
    },
    leave: async () => (await present()).filter(({ ip }) => ip !== own.ip),
    follow: () => () => {},
  };
}

/** The addresses of the Endpoints object as it is. */
function addressesIn({ store, catalog, layout }: Registry): string[] {
  const definition = catalog.definition({ group: '', resource: 'endpoints' });
  const entry =
    definition && store.cache.get(objectKey(layout, definition, kubernetesNamespace, kubernetesName));
  const subsets: unknown = entry?.decode()['subsets'];
  const [subset]: unknown[] = Array.isArray(subsets) ? subsets : [];
  const addresses = isRecord(subset) && Array.isArray(subset['addresses']) ? subset['addresses'] : [];
  return addresses.filter(isRecord).flatMap(({ ip }) => (typeof ip === 'string' ? [ip] : []));
}

async function write(registry: Registry, servers: readonly ServerAddress[]): Promise<void> {
  const wanted = kubernetesEndpoints(servers);
  await bootstrap(registry, wanted);
  await removeOtherSlices(registry, new Set(wanted.map(({ name }) => name)));
}

/** Slices of ports and families that no server has any more. */
async function removeOtherSlices(registry: Registry, wanted: ReadonlySet<string>): Promise<void> {
  const { catalog, store, layout } = registry;
  const served = catalog.find('discovery.k8s.io', 'v1', 'endpointslices');
  if (!served) return;
  const prefix = listPrefix(layout, served.definition, kubernetesNamespace);
  const names: string[] = [];
  store.cache.snapshot().objects.forEachFrom(prefix, (key) => {
    if (key.startsWith(prefix)) names.push(key.slice(prefix.length));
    return key.startsWith(prefix);
  });
  for (const name of names.filter((one) => furtherSliceName.test(one) && !wanted.has(one))) {
    const target = { ...served, namespace: kubernetesNamespace, name, subresource: '' };
    try {
      await remove(registry, target, serverCaller, {});
    } catch (error) {
      // Another server has seen the same, and was faster.
      if (!(error instanceof ApiError && error.reason === 'NotFound')) throw error;
    }
  }
}

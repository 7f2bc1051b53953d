import { formatQuantity, type Quantity } from '../../apimachinery/quantity.ts';
import { type ResourceQuota, resourceQuotas } from '../../client/kinds.ts';
import { type AnyStored, keyOf, splitKey } from '../../client/resource.ts';
import type { World } from '../../resources/core/resourcequotas/usage/index.ts';
import { type Quantities, quantitiesOf } from '../../resources/validation/resource-list.ts';
import { every } from '../every.ts';
import { runLoop, source } from '../loop.ts';
import { byNamespace } from '../owners.ts';
import type { Controller } from '../types.ts';
import { type Followed, followResources } from './followed.ts';
import { costsChanged, isSame, usageOf } from './usage.ts';

/** kube-controller-manager's `--resource-quota-sync-period`. */
const resyncMs = 300_000;
const rediscoverMs = 30_000;
/** What admission has charged is compared with what is there after this. */
const recheckMs = 5_000;
/** In namespaces with more objects than this, all are counted again only so often. */
const manyObjects = 500;
const recountMs = 250;

/** Says in the status of every ResourceQuota what it limits and how much of that is used. */
export const resourceQuota: Controller = {
  names: ['resourcequota-controller', 'resourcequota'],
  start(tools) {
    const { clock, upkeep } = tools;
    const client = tools.clientAs('resourcequota-controller');
    const quotas = client.of(resourceQuotas);
    const known = tools.informers.of(resourceQuotas);
    const quotasIn = known.index(byNamespace);
    const counted = new Map<string, number>();
    /** Namespaces that are looked at again soon. */
    const rechecks = new Set<string>();

    const world = (): World => ({ nowMs: clock.now(), reader: followed.reader });
    const addAll = (namespace: string) => {
      for (const quota of quotasIn.get(namespace)) loop.add(keyOf(quota));
    };
    /** Admission charges for what is made before it is there, and may have to be corrected. */
    const recheck = (namespace: string) => {
      if (rechecks.has(namespace)) return;
      rechecks.add(namespace);
      upkeep.setTimer(recheckMs, () => {
        rechecks.delete(namespace);
        addAll(namespace);
      });
    };
    const onChange = (
      one: Omit<Followed, 'stop'>,
      after: AnyStored | undefined,
      before: AnyStored | undefined,
    ) => {
      const { namespace = '' } = (after ?? before)!.metadata;
      if (quotasIn.count(namespace) === 0 || !one.informer.hasSynced) return;
      if (!before) recheck(namespace);
      else if (!after || costsChanged(one.evaluator, after, before, world())) addAll(namespace);
    };
    const followed = followResources(client, tools.informers, onChange);

    const reconcile = async (key: string): Promise<number | undefined> => {
      const quota = known.get(...splitKey(key));
      if (!quota) return void counted.delete(key);
      const hard = quantitiesOf(quota.spec?.hard);
      const needed = await followed.using([...hard.keys()], world());
      const { namespace } = quota.metadata;
      const size = needed.reduce((sum, { inNamespace }) => sum + inNamespace.count(namespace), 0);
      const waitMs = size > manyObjects ? (counted.get(key) ?? 0) + recountMs - clock.now() : 0;
      if (waitMs > 0) return waitMs;
      counted.set(key, clock.now());
      const used = usedNow(quota, hard, needed, world());
      if (saysSo(quota, hard, used)) return undefined;
      await quotas.updateStatus({ ...quota, status: { hard: listOf(hard), used: listOf(used) } });
      return undefined;
    };

    const sources = [
      source(known, (after, before) => (isOldNews(after, before) ? [] : [keyOf((after ?? before)!)])),
    ];
    const loop = runLoop({ name: 'resourcequota', sources, reconcile }, tools);
    const resync = every(upkeep, resyncMs, () => {
      for (const quota of known.all()) loop.add(keyOf(quota));
    });
    const again = every(upkeep, rediscoverMs, () => {
      if (known.size > 0) void tools.activity.during(followed.rediscover).catch(() => {});
    });
    return {
      async stop() {
        resync.stop();
        again.stop();
        followed.stop();
        await loop.stop();
      },
    };
  },
};

/** What is used of what is limited; of what nobody counts, what was said of it before. */
function usedNow(
  quota: ResourceQuota,
  hard: Quantities,
  needed: readonly Followed[],
  world: World,
): ReadonlyMap<string, Quantity> {
  const { namespace } = quota.metadata;
  const counted = needed.map(({ evaluator, inNamespace }) => ({
    evaluator,
    objects: inNamespace.get(namespace),
  }));
  const now = usageOf(quota, [...hard.keys()], counted, world);
  const said = quantitiesOf(quota.status?.used);
  return new Map([...said, ...now].filter(([name]) => hard.has(name)));
}

/** Whether only what this controller or admission writes has changed. */
const isOldNews = (after: ResourceQuota | undefined, before: ResourceQuota | undefined): boolean =>
  after !== undefined &&
  before !== undefined &&
  isSame(quantitiesOf(after.spec?.hard), quantitiesOf(before.spec?.hard)) &&
  isSame(quantitiesOf(after.status?.hard), quantitiesOf(before.status?.hard));

function saysSo({ status }: ResourceQuota, hard: Quantities, used: Quantities): boolean {
  if (status?.hard === undefined || status.used === undefined) return false;
  return isSame(quantitiesOf(status.hard), hard) && isSame(quantitiesOf(status.used), used);
}

const listOf = (amounts: ReadonlyMap<string, Quantity>): Record<string, string> =>
  Object.fromEntries([...amounts].map(([name, amount]) => [name, formatQuantity(amount)]));

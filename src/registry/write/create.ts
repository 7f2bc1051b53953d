import type { KubeObject } from '../../apimachinery/object.ts';
import { alreadyExists, generateNameConflict } from '../../apimachinery/status.ts';
import { fillNulls } from '../../scheme/codec/always-present.ts';
import { type Entry, unstored } from '../../storage/entry.ts';
import { objectKey } from '../../storage/keys.ts';
import type { Taken } from '../../storage/object-store.ts';
import type { Caller, Registry, Target } from '../context.ts';
import { abandon, type Claim, hookKey } from '../hooks.ts';
import { leaseFor } from './leases.ts';
import { matchNamespace, resourceVersionOnCreate } from './metadata.ts';
import { admitNew } from './pipeline.ts';
import { giveBack, giveBackAfter, type Reservations } from './reservations.ts';

/** Names tried for one generateName (KEP-4420). */
const maxGeneratedNames = 8;

/**
 * POST to a collection. `produce` gives a fresh object in the request's version, once for each name tried. Returns what
 * was stored, or would have been (dry run).
 */
export async function create(
  registry: Registry,
  target: Target,
  caller: Caller,
  produce: () => KubeObject,
): Promise<Entry> {
  for (let attempt = 1; ; attempt++) {
    const body = produce();
    matchNamespace(target, body);
    const generated = !body.metadata.name && Boolean(body.metadata.generateName);
    const { object, stored } = await attemptWith(registry, target, caller, body);
    if (!('taken' in stored)) return stored;
    if (!generated)
      throw alreadyExists(target.definition, object.metadata.name ?? '', isLeaving(stored.taken));
    if (attempt === maxGeneratedNames) {
      throw generateNameConflict(target.definition, object.metadata.name ?? '');
    }
  }
}

/** One name tried. What admission took is given back unless the object is there. */
async function attemptWith(registry: Registry, target: Target, caller: Caller, body: KubeObject) {
  const reservations: Reservations = [];
  try {
    const object = await admitNew(registry, target, caller, body, reservations);
    fillNulls(registry.schemas, target.definition.stored.schema, object);
    const stored = await store(registry, target, caller, object);
    if ('taken' in stored) await giveBack(reservations);
    return { object, stored };
  } catch (error) {
    await giveBackAfter(reservations, error);
    throw error;
  }
}

const isLeaving = (entry: Entry): boolean => entry.decode().metadata.deletionTimestamp !== undefined;

async function store(
  registry: Registry,
  target: Target,
  caller: Caller,
  object: KubeObject,
): Promise<Entry | Taken> {
  const { definition } = target;
  const key = objectKey(registry.layout, definition, target.namespace, object.metadata.name!);
  const holder = caller.dryRun ? registry.store.cache.get(key) : undefined;
  if (holder) return { taken: holder };
  if (!caller.dryRun && object.metadata.resourceVersion) throw resourceVersionOnCreate();
  const hook = registry.hooks.get(hookKey(definition));
  const claim = hook && (await hook.begin(object, undefined, caller.dryRun));
  if (caller.dryRun) return unstored(key, object, undefined);
  let result: Entry | Taken | undefined;
  const write = async () => {
    const lease = await leaseFor(registry, definition);
    result = await registry.store.create(key, object, lease);
    return 'taken' in result ? undefined : result;
  };
  await (claim ? settle(claim, write) : write());
  return result!;
}

/** Runs a write and then keeps or gives back what was claimed for it. */
export async function settle<T>(claim: Claim, write: () => Promise<T | undefined>): Promise<T | undefined> {
  let result: T | undefined;
  try {
    result = await write();
  } catch (error) {
    await abandon(claim, error);
    throw error;
  }
  await (result === undefined ? claim.revert() : claim.commit());
  return result;
}

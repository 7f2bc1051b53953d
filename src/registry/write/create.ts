import type { KubeObject } from '../../apimachinery/object.ts';
import { alreadyExists, generateNameConflict } from '../../apimachinery/status.ts';
import { fillNulls } from '../../scheme/codec/always-present.ts';
import { type Entry, unstored } from '../../storage/entry.ts';
import { objectKey } from '../../storage/keys.ts';
import type { Taken } from '../../storage/object-store.ts';
import type { Caller, Registry, Target } from '../context.ts';
import { abandon, type Claim, hookKey, type WriteHook } from '../hooks.ts';
import { leaseFor } from './leases.ts';
import { matchNamespace, refuseResourceVersion } from './metadata.ts';
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
  const { definition } = target;
  for (let attempt = 1; ; attempt++) {
    const { name, generated, stored } = await attemptWith(registry, target, caller, produce);
    if (!('taken' in stored)) return stored;
    if (!generated) throw alreadyExists(definition, name, isLeaving(stored.taken));
    if (attempt === maxGeneratedNames) throw generateNameConflict(definition, name);
  }
}

/**
 * One name tried. What admission took is given back unless the object is there. Holds the object only until the store has it: of
 * hundreds of writes that wait for the disk together, nothing but bytes is kept.
 */
async function attemptWith(registry: Registry, target: Target, caller: Caller, produce: () => KubeObject) {
  const reservations: Reservations = [];
  try {
    const body = produce();
    matchNamespace(target, body);
    const generated = !body.metadata.name && Boolean(body.metadata.generateName);
    const object = await admitNew(registry, target, caller, body, reservations);
    fillNulls(registry.schemas, target.definition.stored.schema, object);
    const name = object.metadata.name!;
    const stored = await store(registry, target, caller, object);
    if ('taken' in stored) await giveBack(reservations);
    return { name, generated, stored };
  } catch (error) {
    await giveBackAfter(reservations, error);
    throw error;
  }
}

const isLeaving = (entry: Entry): boolean => entry.decode().metadata.deletionTimestamp !== undefined;

function store(
  registry: Registry,
  target: Target,
  caller: Caller,
  object: KubeObject,
): Promise<Entry | Taken> | Entry | Taken {
  const { definition } = target;
  const key = objectKey(registry.layout, definition, target.namespace, object.metadata.name!);
  const holder = caller.dryRun ? registry.store.cache.get(key) : undefined;
  if (holder) return { taken: holder };
  if (!caller.dryRun) refuseResourceVersion(object);
  const hook = registry.hooks.get(hookKey(definition));
  if (hook) return storeClaimed(registry, target, caller, hook, key, object);
  return caller.dryRun ? unstored(key, object, undefined) : write(registry, target, key, object);
}

function write(
  registry: Registry,
  { definition }: Target,
  key: string,
  object: KubeObject,
): Promise<Entry | Taken> {
  const lease = leaseFor(registry, definition);
  return lease
    ? lease.then((id) => registry.store.create(key, object, id))
    : registry.store.create(key, object);
}

async function storeClaimed(
  registry: Registry,
  target: Target,
  { dryRun }: Caller,
  hook: WriteHook,
  key: string,
  object: KubeObject,
): Promise<Entry | Taken> {
  const claim = await hook.begin(object, undefined, dryRun);
  if (dryRun) return unstored(key, object, undefined);
  return settle(claim, () => write(registry, target, key, object));
}

/** Runs a write and then keeps or gives back what was claimed for it. */
export async function settle(claim: Claim, run: () => Promise<Entry | Taken>): Promise<Entry | Taken> {
  let stored: Entry | Taken;
  try {
    stored = await run();
  } catch (error) {
    await abandon(claim, error);
    throw error;
  }
  await ('taken' in stored ? claim.revert() : claim.commit());
  return stored;
}

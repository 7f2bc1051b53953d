import type { KubeObject } from '../../apimachinery/object.ts';
import { type ApiError, alreadyExists, generateNameConflict } from '../../apimachinery/status.ts';
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
  for (let attempt = 1; ; attempt++) {
    const { name, generated, entry } = await attemptWith(registry, target, caller, produce);
    if (entry) return entry;
    if (!generated || attempt === maxGeneratedNames) throw taken(target, name, generated);
  }
}

/**
 * One name tried: no entry when it is taken. What admission took is given back unless the object is there. Holds the object only
 * until the store has it: of hundreds of writes that wait for the disk together, nothing but bytes is kept.
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
    const entry = await store(registry, target, caller, object);
    if (!entry) await giveBack(reservations);
    return { name, generated, entry };
  } catch (error) {
    await giveBackAfter(reservations, error);
    throw error;
  }
}

const taken = ({ definition }: Target, name: string, generated: boolean): ApiError =>
  (generated ? generateNameConflict : alreadyExists)(definition, name);

/** Undefined when the name is taken. */
function store(
  registry: Registry,
  target: Target,
  caller: Caller,
  object: KubeObject,
): Promise<Entry | undefined> | Entry | undefined {
  const { definition } = target;
  const key = objectKey(registry.layout, definition, target.namespace, object.metadata.name!);
  if (caller.dryRun && registry.store.cache.get(key)) return undefined;
  if (!caller.dryRun) refuseResourceVersion(object);
  const hook = registry.hooks.get(hookKey(definition));
  if (hook) return storeClaimed(registry, target, caller, hook, key, object);
  return caller.dryRun ? unstored(key, object, undefined) : write(registry, target, key, object);
}

async function storeClaimed(
  registry: Registry,
  target: Target,
  { dryRun }: Caller,
  hook: WriteHook,
  key: string,
  object: KubeObject,
): Promise<Entry | undefined> {
  const claim = await hook.begin(object, undefined, dryRun);
  if (dryRun) return unstored(key, object, undefined);
  return settle(claim, async () => write(registry, target, key, object));
}

function write(
  registry: Registry,
  { definition }: Target,
  key: string,
  object: KubeObject,
): Promise<Entry | undefined> {
  const lease = leaseFor(registry, definition);
  return lease
    ? lease.then((id) => unlessTaken(registry.store.create(key, object, id)))
    : unlessTaken(registry.store.create(key, object));
}

async function unlessTaken(writing: Promise<Entry | Taken>): Promise<Entry | undefined> {
  const result = await writing;
  return 'taken' in result ? undefined : result;
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

import { delay } from '../apimachinery/clock.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import { ApiError } from '../apimachinery/status.ts';
import type { BootstrapObject } from '../resources/bootstrap/index.ts';
import type { Entry } from '../storage/entry.ts';
import { objectKey } from '../storage/keys.ts';
import type { Registry, Target } from './context.ts';
import { serverCaller } from './server-caller.ts';
import { create } from './write/create.ts';
import { remove } from './write/delete.ts';
import { update } from './write/update.ts';

/**
 * Writes what a server has before any controller runs. Objects of one resource are written together, so that they share
 * a commit; resources follow each other, as later ones need earlier ones. Writes nothing when all is there.
 */
export async function bootstrap(registry: Registry, objects: readonly BootstrapObject[]): Promise<void> {
  for (const batch of batches(objects)) {
    await Promise.all(batch.map((object) => ensure(registry, object)));
  }
}

function batches(objects: readonly BootstrapObject[]): BootstrapObject[][] {
  const result: BootstrapObject[][] = [];
  for (const object of objects) {
    const last = result.at(-1);
    if (last && last[0]!.group === object.group && last[0]!.resource === object.resource) last.push(object);
    else result.push([object]);
  }
  return result;
}

/** Races against other replicas that are starting too which one object may lose. */
const maxLostRaces = 20;
/** Pause after one, in which the other finishes. */
const lostRaceMs = 100;

async function ensure(registry: Registry, wanted: BootstrapObject): Promise<void> {
  for (let lost = 0; ; lost++) {
    try {
      return await ensureOnce(registry, wanted);
    } catch (error) {
      // The claims of another replica come before its objects, so that nearly every refusal may be a lost race.
      const mayPass = error instanceof ApiError && registry.store.isShared && lost < maxLostRaces;
      if (!mayPass) throw error;
    }
    await delay(registry.clock, lostRaceMs);
    await registry.store.cache.fresh();
  }
}

async function ensureOnce(registry: Registry, wanted: BootstrapObject): Promise<void> {
  const target = targetOf(registry, wanted);
  if (!target) return;
  const { store, layout } = registry;
  const key = objectKey(layout, target.definition, target.namespace, target.name);
  const existing = store.cache.get(key);
  if (existing && wanted.mustReplace?.(existing.decode())) {
    await remove(registry, target, serverCaller, {});
    await createAnew(registry, target, wanted);
  } else if (existing) await reconcile(registry, target, wanted, existing);
  else await createAnew(registry, target, wanted);
  await writeStatus(registry, target, wanted, store.cache.get(key));
}

function targetOf(
  { catalog }: Registry,
  { group, resource, namespace, name }: BootstrapObject,
): Target | undefined {
  const definition = catalog.definition({ group, resource });
  const version = definition?.versions.find(({ version: served }) => served === definition.stored.version);
  return definition && version && { definition, version, namespace, name, subresource: '' };
}

async function createAnew(registry: Registry, target: Target, { object }: BootstrapObject): Promise<void> {
  try {
    await create(registry, { ...target, name: '' }, serverCaller, () => structuredClone(object));
  } catch (error) {
    // Another replica was faster.
    if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
    await registry.store.cache.fresh();
  }
}

async function reconcile(
  registry: Registry,
  target: Target,
  wanted: BootstrapObject,
  existing: Entry,
): Promise<void> {
  const changed = wanted.reconcile?.(existing.decode());
  if (changed) await update(registry, target, serverCaller, { produce: () => structuredClone(changed) });
}

async function writeStatus(
  registry: Registry,
  target: Target,
  { status }: BootstrapObject,
  entry: Entry | undefined,
): Promise<void> {
  const changed: KubeObject | undefined = entry && status?.(entry.decode());
  if (!changed) return;
  await update(registry, { ...target, subresource: 'status' }, serverCaller, {
    produce: () => structuredClone(changed),
  });
}

import type { Timer } from '../apimachinery/clock.ts';
import type { GroupResource } from '../apimachinery/gvk.ts';
import type { Log } from '../apimachinery/log.ts';
import type { KubeObject } from '../apimachinery/object.ts';
import { ApiError } from '../apimachinery/status.ts';
import { bootstrapFlowControl } from '../resources/bootstrap/flowcontrol/objects.ts';
import { isKeptByServer } from '../resources/bootstrap/flowcontrol/reconcile.ts';
import { levelOf, withDangling } from '../resources/flowcontrol/flowschemas/dangling.ts';
import { resourcePrefix } from '../storage/keys.ts';
import { bootstrap } from './bootstrap.ts';
import type { Registry, Target } from './context.ts';
import { serverCaller } from './server-caller.ts';
import { remove } from './write/delete.ts';
import { update } from './write/update.ts';

export interface FlowControlUpkeep {
  /** Resolves when nothing is being written any more. */
  stop(): Promise<void>;
}

const group = 'flowcontrol.apiserver.k8s.io';
const schemas: GroupResource = { group, resource: 'flowschemas' };
const levels: GroupResource = { group, resource: 'prioritylevelconfigurations' };

/** After this the server's own objects are put right that somebody has changed or deleted. */
const reconcileMs = 60_000;
/** Statuses of one FlowSchema that are written in a minute; somebody else may want another one. */
const maxStatusesPerMinute = 6;
const minuteMs = 60_000;
/** Pause before such a one is tried again, and what is added by chance. */
const retryMs = 30_000;
const retrySpreadMs = 45_000;

/**
 * Keeps what the server says in FlowSchemas, whether their level exists, and its own objects as `apf.kubernetes.io/autoupdate-spec`
 * has it. Works when the objects change, and never else.
 */
export function keepFlowControl(registry: Registry, log: Log): FlowControlUpkeep {
  const { clock, random, store, catalog, layout } = registry;
  const written = new Map<string, number[]>();
  const timers: Partial<Record<'reconcile' | 'retry', Timer>> = {};
  let running: Promise<void> = Promise.resolve();
  let due = false;
  let stopped = false;

  const inTurn = (what: string, work: () => Promise<void>) => {
    running = running.then(async () => {
      if (stopped) return;
      await work().catch((error) => log.warn(`${what} failed`, { error }));
    });
  };
  const later = (name: 'reconcile' | 'retry', delayMs: number, work: () => void) => {
    timers[name] ??= clock.setTimer(delayMs, () => {
      delete timers[name];
      work();
    });
  };
  const tellDangling = () => {
    if (due) return;
    due = true;
    inTurn('writing the status of FlowSchemas', async () => {
      due = false;
      const delayed = await writeStatuses(registry, written);
      if (delayed) later('retry', retryMs + random.int(retrySpreadMs), tellDangling);
    });
  };
  const reconcile = () => inTurn('keeping FlowSchemas and priority levels', () => putRight(registry));
  const onChange = () => {
    tellDangling();
    later('reconcile', reconcileMs, reconcile);
  };
  const subscriptions = [schemas, levels].map((resource) => {
    const definition = catalog.definition(resource);
    return (
      definition && store.cache.subscribe(resourcePrefix(layout, definition), store.cache.revision, onChange)
    );
  });
  reconcile();
  tellDangling();
  return {
    async stop() {
      stopped = true;
      for (const timer of Object.values(timers)) timer.cancel();
      for (const subscription of subscriptions) subscription?.stop();
      await running;
    },
  };
}

function* objectsOf({ catalog, store, layout }: Registry, resource: GroupResource): Iterable<KubeObject> {
  const definition = catalog.definition(resource);
  if (!definition) return;
  const prefix = resourcePrefix(layout, definition);
  for (const [key, entry] of store.cache.snapshot().objects.entriesFrom(prefix)) {
    if (!key.startsWith(prefix)) return;
    yield entry.view();
  }
}

function targetOf({ catalog }: Registry, { resource }: GroupResource, name: string, subresource: string) {
  const served = catalog.find(group, 'v1', resource);
  const target: Target | undefined = served && { ...served, namespace: '', name, subresource };
  return target;
}

/** Writes the conditions that are not right yet. True when one had to be left for later. */
async function writeStatuses(registry: Registry, written: Map<string, number[]>): Promise<boolean> {
  const { clock } = registry;
  const existing = new Set([...objectsOf(registry, levels)].map(({ metadata }) => metadata.name));
  const names = new Set<string>();
  let delayed = false;
  for (const schema of [...objectsOf(registry, schemas)]) {
    const name = schema.metadata.name!;
    names.add(name);
    const nowMs = clock.now();
    const changed = (object: KubeObject) => withDangling(object, existing.has(levelOf(object)), nowMs);
    if (!changed(schema)) continue;
    const recent = (written.get(name) ?? []).filter((atMs) => nowMs - atMs < minuteMs);
    written.set(name, recent);
    if (recent.length >= maxStatusesPerMinute) {
      delayed = true;
      continue;
    }
    recent.push(nowMs);
    const target = targetOf(registry, schemas, name, 'status');
    if (target)
      await unlessGone(update(registry, target, serverCaller, { produce: (old) => changed(old!) ?? old! }));
  }
  for (const name of written.keys()) if (!names.has(name)) written.delete(name);
  return delayed;
}

/** Objects of the server's as they should be, and none that it made in another version and makes no more. */
async function putRight(registry: Registry): Promise<void> {
  const own = bootstrapFlowControl(registry.clock.now());
  await bootstrap(registry, own);
  for (const resource of [schemas, levels]) {
    const names = new Set(own.filter((each) => each.resource === resource.resource).map(({ name }) => name));
    for (const object of [...objectsOf(registry, resource)]) {
      const name = object.metadata.name!;
      if (names.has(name) || !isKeptByServer(object)) continue;
      const target = targetOf(registry, resource, name, '');
      if (target) await unlessGone(remove(registry, target, serverCaller, {}));
    }
  }
}

async function unlessGone(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!(error instanceof ApiError && error.reason === 'NotFound')) throw error;
  }
}

import { parseTime } from '../../apimachinery/clock.ts';
import type { Informer } from '../../client/informer.ts';
import { type Namespace, namespaces } from '../../client/kinds.ts';
import {
  type AnyStored,
  collectionPath,
  metadataOf,
  objectPath,
  type Resource,
} from '../../client/resource.ts';
import { every } from '../every.ts';
import { itself, runLoop } from '../loop.ts';
import { byNamespace } from '../owners.ts';
import type { Controller, ControllerTools } from '../types.ts';
import { conditionsAfter } from './conditions.ts';
import { clearContents } from './contents.ts';

/** Removed from `spec.finalizers` when the namespace is empty. */
const contentFinalizer = 'kubernetes';
/** Other servers may let objects in for as long as they have not heard of the deletion (`namespaceDeletionGracePeriod`). */
const sharedGraceMs = 5_000;
/** Numbers in conditions are this old at most while contents go. */
const recountMs = 1_000;
const maxRetryMs = 60_000;
const recheckMs = 60_000;
/** kube-controller-manager's `--concurrent-namespace-syncs`. */
const workers = 10;

const isTerminating = (namespace: Namespace | undefined): namespace is Namespace =>
  namespace?.metadata.deletionTimestamp !== undefined;

/** Empties namespaces that are being deleted, says what keeps them from going, and lets them go. */
export const namespace: Controller = {
  names: ['namespace-controller', 'namespace'],
  start(tools) {
    const { clock, othersServe } = tools;
    const client = tools.clientAs('namespace-controller');
    const objects = client.of(namespaces);
    const known = tools.informers.of(namespaces);
    /** Namespaces in which something has changed that makes numbers in conditions old. */
    const changed = new Set<string>();

    const reconcile = async (name: string): Promise<number | undefined> => {
      const found = known.get('', name);
      if (!isTerminating(found) || (found.spec?.finalizers ?? []).length === 0) return undefined;
      const waitMs = othersServe ? deletedAtMs(found) + sharedGraceMs - clock.now() : 0;
      if (waitMs > 0) return waitMs;
      changed.delete(name);
      const cleared = await clearContents(client, name, clock.now());
      for (const resource of cleared.left) waiting.follow(resource);
      const conditions = conditionsAfter(found.status?.conditions ?? [], cleared, clock.now());
      let now = found;
      if (conditions !== found.status?.conditions) {
        now = await objects.updateStatus({
          ...found,
          status: { ...found.status, phase: 'Terminating', conditions: [...conditions] },
        });
      }
      if (cleared.failed) throw new Error(`contents remain: ${cleared.failures.join(', ')}`);
      if (cleared.left.length === 0 && cleared.failures.length === 0) {
        const rest = (now.spec?.finalizers ?? []).filter((finalizer) => finalizer !== contentFinalizer);
        const finalized = {
          ...now,
          apiVersion: 'v1',
          kind: 'Namespace',
          spec: { ...now.spec, finalizers: rest },
        };
        await client.send('PUT', `${objectPath(namespaces, '', name)}/finalize`, finalized);
        return undefined;
      }
      if (changed.has(name)) return recountMs;
      return cleared.graceEndsMs === undefined ? undefined : cleared.graceEndsMs - clock.now();
    };

    const loop = runLoop(
      { name: 'namespace', sources: [itself(known)], workers, maxRetryMs, reconcile },
      tools,
    );
    const waiting = followContents(tools, (name, isLast) => {
      if (!isTerminating(known.get('', name))) return;
      changed.add(name);
      if (isLast) loop.add(name);
      else loop.addAfter(name, recountMs);
    });
    // For what no event tells of: a resource that is not served any more.
    const recheck = every(tools.upkeep, recheckMs, () => {
      for (const one of known.all()) if (isTerminating(one)) loop.add(one.metadata.name);
    });
    return {
      async stop() {
        recheck.stop();
        waiting.stop();
        await loop.stop();
      },
    };
  },
};

const deletedAtMs = ({ metadata }: Namespace): number => parseTime(metadata.deletionTimestamp ?? '') || 0;

/** Tells when what is left in a namespace becomes less, or is held by something else. */
function followContents(
  { informers }: Pick<ControllerTools, 'informers'>,
  onChange: (namespace: string, isLast: boolean) => void,
) {
  const followed = new Map<string, { readonly informer: Informer<AnyStored>; readonly stop: () => void }>();
  return {
    follow(resource: Resource) {
      const path = collectionPath(resource);
      const informer = informers.of(metadataOf(resource));
      const known = followed.get(path);
      if (known?.informer === informer) return;
      known?.stop();
      const inNamespace = informer.index(byNamespace);
      const stop = informer.onChange((after, before) => {
        if (!before || holders(after) === holders(before)) return;
        const { namespace: name = '' } = before.metadata;
        onChange(name, inNamespace.count(name) === 0);
      });
      followed.set(path, { informer, stop });
    },
    stop() {
      for (const { stop } of followed.values()) stop();
    },
  };
}

/** What holds an object, in one word; undefined for one that is gone. */
const holders = (object: AnyStored | undefined): string | undefined =>
  object && (object.metadata.finalizers ?? []).join();

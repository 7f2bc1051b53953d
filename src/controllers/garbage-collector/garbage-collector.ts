import type { OwnerReference } from '../../apimachinery/object.ts';
import { discover } from '../../client/discovery.ts';
import { createEventRecorder } from '../../client/event-recorder.ts';
import type { AnyStored } from '../../client/resource.ts';
import { every } from '../every.ts';
import { runLoop } from '../loop.ts';
import type { Controller, ControllerTools } from '../types.ts';
import { absorb } from './changes.ts';
import { collectDependent, deleteInForeground, orphanDependents, taskOf } from './collect.ts';
import { createGraph, type Item } from './graph.ts';
import { createMonitors } from './monitors.ts';
import { createAbsent, judgeOwners } from './references.ts';

/** kube-controller-manager's `--concurrent-gc-syncs`. */
const workers = 20;
/** What is served is asked for again after this, beside when the server says that it changes. */
const rediscoverMs = 30_000;
/** After a definition has changed, what it defines may be served a moment later. */
const settleMs = 1_000;
/** Collecting begins after this even if some collections cannot be read. */
const maxSyncMs = 30_000;

/**
 * Deletes what is owned only by what is gone, in the background or while its owner waits for it, or lets it live on alone, as the
 * deletion of the owner wanted it.
 */
export const garbageCollector: Controller = {
  names: ['garbage-collector-controller', 'garbagecollector'],
  start(tools) {
    const { clock, log, upkeep } = tools;
    const client = tools.clientAs('generic-garbage-collector');
    const recorder = createEventRecorder({ client, clock, log, component: 'garbage-collector-controller' });
    const graph = createGraph();
    const absent = createAbsent();
    /** Uids of objects with an owner of a kind that is not served now. */
    const puzzling = new Set<string>();

    const monitors = createMonitors(tools.informers, {
      onChange(resource, after, before) {
        if (before && before.metadata.uid !== after?.metadata.uid) {
          absent.add(resource, before.metadata.namespace ?? '', before.metadata);
        }
        for (const uid of absorb(graph, resource, after, before)) collecting.add(uid);
      },
      onDefinition() {
        discovering.add('now');
        discovering.addAfter('settled', settleMs);
      },
      onForgotten(resource, { metadata }) {
        if (graph.get(metadata.uid)?.resource === resource) graph.drop(metadata.uid);
      },
    });
    const onWrongNamespace = ({ resource, object }: Item, reference: OwnerReference) =>
      recorder.event(
        resource,
        object,
        'Warning',
        'OwnerRefInvalidNamespace',
        wrongNamespace(object, reference),
      );
    const references = { graph, client, absent, resourceOf: monitors.resourceOf, onWrongNamespace };
    const collection = { graph, client, look: (uid: string) => collecting.add(uid) };

    const collect = async (uid: string): Promise<void> => {
      const item = graph.get(uid);
      const task = item && taskOf(item);
      if (task === 'orphan') return orphanDependents(item!, collection);
      if (task === 'foreground') return deleteInForeground(item!, collection);
      if (task === undefined) return;
      const owners = await judgeOwners(item!, references);
      if (owners === 'unknown kind') puzzling.add(uid);
      else if (typeof owners !== 'string') await collectDependent(item!, owners, collection);
    };
    const rediscover = async (): Promise<void> => {
      const following = monitors.follow(await discover(client));
      for (const uid of puzzling) collecting.add(uid);
      puzzling.clear();
      void following.then(readiness.reached);
    };

    const readiness = readinessOf(tools);
    const collecting = runLoop(
      { name: 'garbagecollector', sources: [], ready: readiness.ready, workers, reconcile: collect },
      tools,
    );
    const discovering = runLoop(
      { name: 'garbagecollector-discovery', sources: [], workers: 1, reconcile: rediscover },
      tools,
    );
    discovering.add('now');
    const again = every(upkeep, rediscoverMs, () => discovering.add('now'));
    return {
      async stop() {
        again.stop();
        readiness.reached();
        monitors.stop();
        await Promise.all([discovering.stop(), collecting.stop()]);
      },
    };
  },
};

/** When everything was read for the first time, or will not be soon. */
function readinessOf({ upkeep }: ControllerTools) {
  let resolveReady = () => {};
  const ready = new Promise<void>((resolve) => (resolveReady = resolve));
  const timer = upkeep.setTimer(maxSyncMs, () => resolveReady());
  return {
    ready,
    reached() {
      timer.cancel();
      resolveReady();
    },
  };
}

function wrongNamespace({ metadata }: AnyStored, { apiVersion, kind, name, uid }: OwnerReference): string {
  const { namespace = '' } = metadata;
  const owner = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
  return `ownerRef ${owner} does not exist in namespace ${JSON.stringify(namespace)}`;
}

import type { LabelSelector } from '../../apimachinery/label-selector.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import { createEventRecorder } from '../../client/event-recorder.ts';
import { isConflict, isNotFound } from '../../client/failure.ts';
import { type HorizontalPodAutoscaler, horizontalPodAutoscalers, pods } from '../../client/kinds.ts';
import { keyFor, keyOf, splitKey } from '../../client/resource.ts';
import { every } from '../every.ts';
import { runLoop, source } from '../loop.ts';
import { byNamespace } from '../owners.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';
import type { History } from './history.ts';
import { createMetricsApis } from './metrics-apis.ts';
import { findScale } from './scale-target.ts';
import { type SyncTools, syncOnce } from './sync.ts';

const account = 'horizontal-pod-autoscaler';
/** `--horizontal-pod-autoscaler-sync-period` */
const syncPeriodMs = 15_000;

/** Scales what HorizontalPodAutoscalers name by what the metrics APIs tell. */
export const podAutoscaling: Controller = {
  names: ['horizontal-pod-autoscaler-controller', 'horizontalpodautoscaling'],
  start: runAutoscalers,
};

function runAutoscalers(tools: ControllerTools): Running {
  const { informers, clock, upkeep, log } = tools;
  const client = tools.clientAs(account);
  const objects = client.of(horizontalPodAutoscalers);
  const recorder = createEventRecorder({ client, clock, log, component: account });
  const known = informers.of(horizontalPodAutoscalers);
  const podsIn = informers.of(pods).index(byNamespace);
  const autoscalersIn = known.index(byNamespace);
  const apis = createMetricsApis(client);
  const histories = new Map<string, History>();
  const selectors = new Map<string, LabelSelector>();

  const toolsFor = (hpa: HorizontalPodAutoscaler): SyncTools => {
    const { namespace } = hpa.metadata;
    return {
      apis,
      nowMs: clock.now(),
      findScale: () => findScale(client, namespace, hpa.spec.scaleTargetRef),
      podsOf: (selector) => podsIn.get(namespace).filter(({ metadata }) => selector.matches(metadata.labels)),
      controllersOf(selector, own) {
        selectors.set(keyOf(hpa), selector);
        return autoscalersIn
          .get(namespace)
          .filter((other) => {
            const theirs = selectors.get(keyOf(other));
            return theirs && own.some(({ metadata }) => theirs.matches(metadata.labels));
          })
          .map(({ metadata }) => `{${metadata.name} ${metadata.namespace}}`)
          .sort();
      },
      event: (type, reason, message) => recorder.event(horizontalPodAutoscalers, hpa, type, reason, message),
    };
  };
  const reconcile = async (key: string): Promise<number | undefined> => {
    const hpa = known.get(...splitKey(key));
    if (!hpa || hpa.metadata.deletionTimestamp !== undefined) {
      histories.delete(key);
      selectors.delete(key);
      return undefined;
    }
    const { status, history, held } = await syncOnce(hpa, histories.get(key), toolsFor(hpa));
    if (history) histories.set(key, history);
    if (!jsonEqual(hpa.status, status)) {
      await objects.updateStatus({ ...hpa, status }).catch((error: Error) => {
        if (!isConflict(error) && !isNotFound(error)) {
          recorder.event(horizontalPodAutoscalers, hpa, 'Warning', 'FailedUpdateStatus', error.message);
        }
        throw error;
      });
    }
    // What was held back is work that is still to be done; to look again whatever happens is not.
    return held ? syncPeriodMs : undefined;
  };
  const loop = runLoop(
    {
      name: 'horizontal-pod-autoscaler',
      sources: [
        source(known, (after, before) =>
          after && before && jsonEqual(after.spec, before.spec) ? [] : [keyOf((after ?? before)!)],
        ),
      ],
      needs: [informers.of(pods) as never],
      reconcile,
    },
    tools,
  );
  const again = every(upkeep, syncPeriodMs, () => {
    for (const { metadata } of known.all()) loop.add(keyFor(metadata.namespace, metadata.name));
  });
  return {
    async stop() {
      again.stop();
      await loop.stop();
    },
  };
}

import { nextTurn } from '../../apimachinery/clock.ts';
import { isConflict } from '../../client/failure.ts';
import { namespaces, podDisruptionBudgets, pods } from '../../client/kinds.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';
import { type Attempt, type AttemptTools, attempt } from './attempts.ts';
import { createClusterState, type NodeState } from './cluster-state.ts';
import { followCluster } from './follow.ts';
import { createNominations } from './nominations.ts';
import { type Cursor, defaultPlugins } from './placing.ts';
import { needsOf, type PodNeeds } from './pod-needs.ts';
import type { Preemption } from './preemption.ts';
import { createSchedulingQueue, type Queued, type SchedulingQueue } from './queue.ts';
import { createSiblings } from './siblings.ts';
import { createVolumeBinder, createVolumeView } from './volume-binding.ts';
import { createWrites, type SchedulerWrites } from './writes.ts';

const schedulerName = 'default-scheduler';
const schedulerUser = { name: 'system:kube-scheduler', groups: ['system:authenticated'] };

/** Milliseconds of placing before the event loop gets its turn; and pods, for clocks that stand still. */
const sliceMs = 8;
const podsPerSlice = 100;
/** Bindings under way at a time. */
const maxBinding = 128;

/** Places pods that nobody has placed, by the rules of kube-scheduler's default profile. */
export const scheduler: Controller = {
  names: ['kube-scheduler', 'scheduler'],
  start: runScheduler,
};

function runScheduler(tools: ControllerTools): Running {
  const { informers, clock, upkeep, log } = tools;
  const cluster = createClusterState();
  const nominations = createNominations();
  const slices = createSlices(tools, () => placeNext());
  const queue = createSchedulingQueue({ clock, upkeep, onReady: slices.wake });
  const volumes = createVolumeView(informers);
  const labelled = informers.of(namespaces);
  const budgets = informers.of(podDisruptionBudgets);
  const placing: AttemptTools = {
    plugins: defaultPlugins(),
    view: {
      cluster,
      volumes,
      labelsOfNamespace: (name) => labelled.get('', name)?.metadata.labels,
      siblingsOf: createSiblings(informers),
    },
    nominations,
    random: tools.random,
    budgets: () => [...budgets.all()],
  };
  const cursor: Cursor = { at: 0 };
  const outcomes = createOutcomes(tools, { queue, placing, wake: slices.wake });
  const placeNext = (): boolean => {
    const queued = outcomes.binding() < maxBinding ? queue.pop() : undefined;
    if (!queued) return false;
    outcomes.handle(queued, attempt(needsOf(queued.pod), cursor, placing));
    return queue.ready;
  };
  let begun = false;
  const followed = followCluster(informers, schedulerName, {
    cluster,
    onWaiting: (pod, isNews) => {
      const room = pod.status?.nominatedNodeName;
      // An earlier scheduler has made room for it: nobody else has to go.
      if (!begun && room) nominations.set(needsOf(pod), room);
      // What is being bound is as good as placed.
      if (!cluster.isPlaced(pod.metadata.uid)) queue.put(pod, isNews);
    },
    onSettled: (uid) => {
      queue.remove(uid);
      nominations.remove(uid);
    },
    onChange: queue.wake,
  });
  void followed.synced.then(() => {
    begun = true;
    slices.start();
  });
  return {
    async stop() {
      followed.stop();
      queue.stop();
      slices.stop();
      await outcomes.stop();
      log.debug('the scheduler has stopped');
    },
  };
}

/** Calls `step` again and again while it returns true, in slices. */
function createSlices({ clock, activity }: ControllerTools, step: () => boolean) {
  let started = false;
  let stopped = false;
  let running = false;
  const slice = () => {
    const untilMs = clock.monotonicMs() + sliceMs;
    let more = !stopped;
    for (let count = 0; more && count < podsPerSlice && clock.monotonicMs() < untilMs; count++) more = step();
    if (more) nextTurn(slice);
    else {
      running = false;
      activity.end();
    }
  };
  const wake = () => {
    if (!started || stopped || running) return;
    running = true;
    activity.begin();
    nextTurn(slice);
  };
  return {
    wake,
    start() {
      started = true;
      wake();
    },
    stop() {
      stopped = true;
    },
  };
}

interface OutcomeTools {
  readonly queue: SchedulingQueue;
  readonly placing: AttemptTools;
  readonly wake: () => void;
}

/** Tells of pods that find no place, and makes room for those that may have it. */
function createFailures({ log }: ControllerTools, { nominations }: AttemptTools, writes: SchedulerWrites) {
  const makeRoom = async (needs: PodNeeds, { state, victims }: Preemption) => {
    const nodeName = state.name;
    await Promise.all(victims.map(({ pod }) => writes.evict(pod, { preemptor: needs, nodeName })));
    for (const weaker of nominations.weakerOn(nodeName, needs.priority)) {
      nominations.remove(weaker.uid);
      await writes.forgetNomination(weaker.pod);
    }
  };
  const tellFailure = async (needs: PodNeeds, message: string, preemption: Preemption | undefined) => {
    try {
      const nominated = preemption?.state.name ?? nominations.nodeOf(needs.uid) ?? '';
      await writes.unschedulable(needs.pod, 'Unschedulable', message, nominated);
      if (preemption) await makeRoom(needs, preemption);
    } catch (error) {
      log.warn('it could not be said that a pod finds no place', { pod: needs.key, error });
    }
  };
  return tellFailure;
}

/** Does what an attempt has come to. */
function createOutcomes(tools: ControllerTools, { queue, placing, wake }: OutcomeTools) {
  const { log } = tools;
  const { cluster, volumes } = placing.view;
  const { nominations } = placing;
  const client = tools.clientOf(schedulerUser);
  const writes = createWrites(client, tools, schedulerName);
  const stopping = new AbortController();
  const binder = createVolumeBinder(volumes, client, tools, stopping.signal);
  const known = tools.informers.of(pods);
  const tellFailure = createFailures(tools, placing, writes);
  const underway = new Set<Promise<void>>();
  let binding = 0;

  const track = (work: Promise<void>) => {
    const tracked = work.finally(() => underway.delete(tracked));
    underway.add(tracked);
  };
  const bind = async (queued: Queued, needs: PodNeeds, state: NodeState) => {
    binding++;
    try {
      await binder.bind(needs, state);
      await writes.bind(needs.pod, state.name);
      nominations.remove(needs.uid);
    } catch (error) {
      await giveBack(queued, needs, error as Error);
    } finally {
      binding--;
      wake();
    }
  };
  /** The pod is not there after all, or not there but elsewhere. */
  const giveBack = async (queued: Queued, needs: PodNeeds, error: Error) => {
    const { namespace, name } = needs.pod.metadata;
    const now = known.get(namespace, name);
    if (now?.metadata.uid === needs.uid && now.spec?.nodeName) {
      cluster.setPod(now);
      return;
    }
    cluster.removePod(needs.uid);
    queue.wake('pod gone');
    if (now?.metadata.uid !== needs.uid || stopping.signal.aborted) return;
    queued.pod = now;
    queue.retry(queued);
    if (isConflict(error)) return;
    log.warn('a pod could not be bound', { pod: needs.key, error });
    const message = `running PreBind or Bind: ${error.message}`;
    await writes.unschedulable(now, 'SchedulerError', message, undefined).catch(() => {});
  };
  return {
    binding: () => binding,
    handle(queued: Queued, outcome: Attempt) {
      const needs = needsOf(queued.pod);
      if ('state' in outcome) {
        cluster.assume(queued.pod, outcome.state.name);
        track(bind(queued, needs, outcome.state));
        return;
      }
      const { message, preemption, wokenBy } = outcome;
      if (preemption) nominations.set(needs, preemption.state.name);
      queue.wait(queued, wokenBy);
      track(tellFailure(needs, message, preemption));
    },
    /** Waits for no volumes any more, and resolves when nothing is under way. */
    async stop() {
      stopping.abort();
      await Promise.all(underway);
    },
  };
}

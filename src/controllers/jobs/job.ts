import { formatTime } from '../../apimachinery/clock.ts';
import { selectorFromLabelSelector } from '../../apimachinery/label-selector.ts';
import { createEventRecorder } from '../../client/event-recorder.ts';
import { type Job, jobs, type Pod, pods } from '../../client/kinds.ts';
import { keyOf, splitKey } from '../../client/resource.ts';
import { claimed } from '../claim.ts';
import { controllersOf, itself, runLoop, source } from '../loop.ts';
import { byController, byNamespace, controllerOf } from '../owners.ts';
import { createPodControl } from '../pod-control.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';
import { adjust, type Change } from './adjusting.ts';
import { isSuspended } from './job-pods.ts';
import {
  type Counted,
  conditionOf,
  counted,
  deadlineInMs,
  isComplete,
  isJobFinished,
  type JobCondition,
  type JobStatus,
  jobCondition,
  verdictOn,
} from './judgement.ts';
import { freePods } from './left-behind.ts';
import { track } from './tracking.ts';

const account = 'job-controller';

/** Runs pods to their end, as often as each Job says. */
export const job: Controller = { names: ['job-controller', 'job'], start: runJobs };

function runJobs(tools: ControllerTools): Running {
  const { informers, clock, log } = tools;
  const client = tools.clientAs(account);
  const jobObjects = client.of(jobs);
  const podObjects = client.of(pods);
  const recorder = createEventRecorder({ client, clock, log, component: account });
  const control = createPodControl(podObjects, recorder);
  const known = informers.of(jobs);
  const knownPods = informers.of(pods);
  const podsOf = knownPods.index(byController);
  const orphansIn = knownPods.index(orphans);
  const jobsIn = known.index(byNamespace);
  const tracking = { jobs: jobObjects, pods: podObjects, nowMs: clock.now };
  const selectorOf = ({ spec }: Job) => selectorFromLabelSelector(spec?.selector);

  const podsFor = (owner: Job): Promise<readonly Pod[]> => {
    const { namespace, name, uid } = owner.metadata;
    return claimed([...podsOf.get(uid), ...orphansIn.get(namespace)], {
      resource: jobs,
      owner,
      selector: selectorOf(owner),
      freshOwner: () => jobObjects.get(namespace, name),
      objects: podObjects,
    });
  };
  const reconcile = async (key: string): Promise<number | undefined> => {
    const current = known.get(...splitKey(key));
    if (!current || isElsewhere(current) || isJobFinished(current)) return undefined;
    const counts = counted(withStart(current, clock.now()), await podsFor(current));
    const verdict = verdictOn(counts, clock.now());
    const change = await adjust(counts, verdict, { control, nowMs: clock.now() });
    const left = { ...counts, terminating: [...counts.terminating, ...change.deleted] };
    const done = change.failure === undefined && isComplete(counts, change.active);
    const end = verdict ?? (done ? completion(clock.now()) : undefined);
    const suspension = end ? undefined : suspensionOf(counts.job, clock.now());
    const status = statusOf(counts, change, suspension, clock.now());
    const mayEnd = end && change.failure === undefined ? end : undefined;
    const { job: written, ended } = await track(left, status, mayEnd, tracking);
    if (suspension) {
      const reason = suspension.status === 'True' ? 'Suspended' : 'Resumed';
      recorder.event(jobs, written, 'Normal', reason, suspension.message ?? '');
    }
    if (ended) tellEnd(written, ended);
    if (change.failure) throw change.failure;
    return ended ? undefined : soonest(change.againMs, deadlineInMs(written, clock.now()));
  };
  const tellEnd = (ended: Job, { type, reason = '', message = '' }: JobCondition) => {
    if (type === 'Complete') recorder.event(jobs, ended, 'Normal', 'Completed', 'Job completed');
    else recorder.event(jobs, ended, 'Warning', reason, message);
  };
  const adopters = (pod: Pod) =>
    jobsIn
      .get(pod.metadata.namespace)
      .filter((one) => !isJobFinished(one) && selectorOf(one).matches(pod.metadata.labels));

  const loops = [
    runLoop(
      {
        name: 'job',
        sources: [
          itself(known),
          controllersOf(knownPods, 'Job'),
          source(knownPods, (pod) => (pod && !controllerOf(pod) ? adopters(pod).map(keyOf) : [])),
        ],
        reconcile,
      },
      tools,
    ),
    freePods({ known, knownPods, podsOf, adopters, pods: podObjects }, tools),
  ];
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

/** For an index: pods without a controller, by namespace. */
const orphans = (pod: Pod): readonly string[] => (controllerOf(pod) ? [] : [pod.metadata.namespace]);

/** Somebody else looks after the job. */
const isElsewhere = ({ spec }: Job): boolean =>
  spec?.managedBy !== undefined && spec.managedBy !== 'kubernetes.io/job-controller';

/** A job that is not suspended has begun by now. */
function withStart(current: Job, nowMs: number): Job {
  if (current.status?.startTime || isSuspended(current)) return current;
  return { ...current, status: { ...current.status, startTime: formatTime(nowMs) } };
}

const completion = (nowMs: number): JobCondition =>
  jobCondition(
    'SuccessCriteriaMet',
    'CompletionsReached',
    'Reached expected number of succeeded pods',
    nowMs,
  );

const soonest = (...waits: (number | undefined)[]): number | undefined => {
  const known = waits.filter((wait) => wait !== undefined);
  return known.length === 0 ? undefined : Math.max(Math.min(...known), 0);
};

/** The Suspended condition when it has to change. */
function suspensionOf(current: Job, nowMs: number): JobCondition | undefined {
  const known = conditionOf(current, 'Suspended');
  if (isSuspended(current)) {
    if (known?.status === 'True') return undefined;
    return jobCondition('Suspended', 'JobSuspended', 'Job suspended', nowMs);
  }
  if (known?.status !== 'True') return undefined;
  return jobCondition('Suspended', 'JobResumed', 'Job resumed', nowMs, 'False');
}

function statusOf(
  { job: owner, terminating }: Counted,
  { active, ready, deleted }: Change,
  suspension: JobCondition | undefined,
  nowMs: number,
): JobStatus {
  const { startTime, conditions = [], ...status } = owner.status ?? {};
  const started = suspension?.status === 'False' ? formatTime(nowMs) : startTime;
  const others = conditions.filter(({ type }) => type !== suspension?.type);
  return {
    ...status,
    ...(suspension ? { conditions: [...others, suspension] } : conditions.length > 0 ? { conditions } : {}),
    ...(started && suspension?.status !== 'True' ? { startTime: started } : {}),
    active,
    ready,
    terminating: terminating.length + deleted.length,
  };
}

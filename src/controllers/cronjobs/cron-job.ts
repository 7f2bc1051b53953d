import { formatTime, parseTime } from '../../apimachinery/clock.ts';
import { isKnownTimeZone } from '../../apimachinery/cron.ts';
import { jsonEqual } from '../../apimachinery/object.ts';
import type { Draft, Objects } from '../../client/client.ts';
import { createEventRecorder, type EventRecorder } from '../../client/event-recorder.ts';
import { isAlreadyExists, isConflict, isNamespaceTerminating, isNotFound } from '../../client/failure.ts';
import { type CronJob, cronJobs, type Job, jobs } from '../../client/kinds.ts';
import { splitKey } from '../../client/resource.ts';
import { controllersOf, itself, runLoop } from '../loop.ts';
import { byController, controllerReference, isControlledBy } from '../owners.ts';
import type { Controller, ControllerTools, Running } from '../types.ts';
import { dueSince, parseSchedule, type Schedule } from './schedule.ts';

const account = 'cronjob-controller';
const scheduledAt = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** Makes a Job whenever the schedule of a CronJob says so. */
export const cronJob: Controller = { names: ['cronjob-controller', 'cronjob'], start: runCronJobs };

type CronJobStatus = NonNullable<CronJob['status']>;
type Active = NonNullable<CronJobStatus['active']>[number];

interface CronTools {
  readonly jobs: Objects<Job>;
  readonly event: EventRecorder['event'];
  readonly nowMs: number;
}

function runCronJobs(tools: ControllerTools): Running {
  const { informers, clock, log } = tools;
  const client = tools.clientAs(account);
  const { event } = createEventRecorder({ client, clock, log, component: account });
  const objects = client.of(cronJobs);
  const known = informers.of(cronJobs);
  const knownJobs = informers.of(jobs);
  const jobsOf = knownJobs.index(byController);
  const reconcile = async (key: string): Promise<number | undefined> => {
    const owner = known.get(...splitKey(key));
    if (!owner) return undefined;
    const cron: CronTools = { jobs: client.of(jobs), event, nowMs: clock.now() };
    const own = jobsOf.get(owner.metadata.uid);
    await removeOld(owner, own, cron);
    const seen = withEnds(owner, own, cron);
    const { status, againMs } = await follow(owner, seen, cron);
    if (!jsonEqual(bare(owner.status), bare(status))) await objects.updateStatus({ ...owner, status });
    return againMs;
  };
  return runLoop(
    { name: 'cronjob', sources: [itself(known), controllersOf(knownJobs, 'CronJob')], reconcile },
    tools,
  );
}

/** An empty list is not there after a write. */
const bare = ({ active = [], ...status }: CronJobStatus = {}): object => ({
  ...status,
  ...(active.length > 0 ? { active } : {}),
});

/** `Complete` or `Failed`; undefined while a job goes on. */
const endOf = ({ status }: Job): string | undefined =>
  status?.conditions?.find(
    ({ type, status: is }) => is === 'True' && (type === 'Complete' || type === 'Failed'),
  )?.type;

/** Deletes the oldest jobs that have ended, beyond what is kept of each end. */
async function removeOld(owner: CronJob, own: readonly Job[], cron: CronTools): Promise<void> {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = owner.spec ?? {};
  const startedMs = ({ status }: Job) => parseTime(status?.startTime ?? '') || 0;
  const limits = [
    ['Complete', successfulJobsHistoryLimit],
    ['Failed', failedJobsHistoryLimit],
  ] as const;
  for (const [end, limit] of limits) {
    const ended = own.filter((one) => endOf(one) === end && one.metadata.deletionTimestamp === undefined);
    const surplus = limit === undefined ? 0 : Math.max(ended.length - limit, 0);
    const oldest = ended.toSorted((a, b) => startedMs(a) - startedMs(b)).slice(0, surplus);
    for (const one of oldest) await remove(owner, one, cron);
  }
}

async function remove(owner: CronJob, one: Job, { jobs: objects, event }: CronTools): Promise<void> {
  try {
    await objects.delete(one, {
      propagationPolicy: 'Background',
      preconditions: { uid: one.metadata.uid },
    });
    event(cronJobs, owner, 'Normal', 'SuccessfulDelete', `Deleted job ${one.metadata.name}`);
  } catch (error) {
    if (isNotFound(error) || isConflict(error)) return;
    event(cronJobs, owner, 'Warning', 'FailedDelete', `Deleted job: ${(error as Error).message}`);
    throw error;
  }
}

/** The status after jobs have ended, or have gone. */
function withEnds(owner: CronJob, own: readonly Job[], { event }: CronTools): CronJobStatus {
  const { active = [], lastSuccessfulTime, ...status } = owner.status ?? {};
  const byUid = new Map(own.map((one) => [one.metadata.uid, one]));
  let last = lastSuccessfulTime;
  for (const one of own) {
    const end = endOf(one);
    const { completionTime } = one.status ?? {};
    const isActive = active.some(({ uid }) => uid === one.metadata.uid);
    if (!end && !isActive) {
      const message = `Saw a job that the controller did not create or forgot: ${one.metadata.name}`;
      event(cronJobs, owner, 'Warning', 'UnexpectedJob', message);
    }
    if (end && isActive) {
      const message = `Saw completed job: ${one.metadata.name}, condition: ${end}`;
      event(cronJobs, owner, 'Normal', 'SawCompletedJob', message);
    }
    if (end === 'Complete' && completionTime && !(last && parseTime(last) >= parseTime(completionTime))) {
      last = completionTime;
    }
  }
  const left = active.filter(({ uid = '', name }) => {
    const one = byUid.get(uid);
    if (!one) event(cronJobs, owner, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
    return one && !endOf(one);
  });
  return { ...status, active: left, ...(last ? { lastSuccessfulTime: last } : {}) };
}

interface Followed {
  readonly status: CronJobStatus;
  readonly againMs?: number | undefined;
}

/** Does what is due by the schedule. */
async function follow(owner: CronJob, status: CronJobStatus, cron: CronTools): Promise<Followed> {
  const { event, nowMs } = cron;
  const { schedule: text = '', timeZone, suspend, startingDeadlineSeconds } = owner.spec ?? {};
  if (owner.metadata.deletionTimestamp !== undefined) return { status };
  if (timeZone !== undefined && !isKnownTimeZone(timeZone)) {
    const message = `invalid timeZone: ${JSON.stringify(timeZone)}: unknown time zone ${timeZone}`;
    event(cronJobs, owner, 'Warning', 'UnknownTimeZone', message);
    return { status };
  }
  if (suspend) return { status };
  const schedule = readable(owner, text, timeZone, event);
  if (!schedule) return { status };
  const lastMs = parseTime(status.lastScheduleTime ?? owner.metadata.creationTimestamp);
  const windowMs =
    startingDeadlineSeconds === undefined ? Number.NEGATIVE_INFINITY : nowMs - startingDeadlineSeconds * 1000;
  const { atMs, tooMany } = dueSince(schedule, Math.max(lastMs, windowMs), nowMs);
  const next = schedule.next(nowMs);
  const againMs = next === undefined ? undefined : next - nowMs;
  if (atMs === undefined) return { status, againMs };
  if (tooMany) {
    const message =
      'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
    event(cronJobs, owner, 'Warning', 'TooManyMissedTimes', message);
  }
  return { status: await begin(owner, status, atMs, cron), againMs };
}

function readable(
  owner: CronJob,
  text: string,
  timeZone: string | undefined,
  event: EventRecorder['event'],
): Schedule | undefined {
  try {
    return parseSchedule(text, timeZone);
  } catch (error) {
    const message = `unparseable schedule: ${JSON.stringify(text)} : ${(error as Error).message}`;
    event(cronJobs, owner, 'Warning', 'UnparseableSchedule', message);
    return undefined;
  }
}

/** Starts the job of one time, unless it was started or another may not run beside it. */
async function begin(
  owner: CronJob,
  status: CronJobStatus,
  atMs: number,
  cron: CronTools,
): Promise<CronJobStatus> {
  const { active = [] } = status;
  const policy = owner.spec?.concurrencyPolicy;
  const draft = draftFor(owner, atMs);
  if (active.some(({ name }) => name === draft.metadata.name)) return status;
  if (policy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    cron.event(cronJobs, owner, 'Normal', 'JobAlreadyActive', message);
    return status;
  }
  if (policy === 'Replace') await removeActive(owner, active, cron);
  const made = await create(owner, draft, cron);
  if (!made) return status;
  const { name, namespace, uid, resourceVersion } = made.metadata;
  const reference = { apiVersion: 'batch/v1', kind: 'Job', name, namespace, uid, resourceVersion };
  return {
    ...status,
    active: [...(policy === 'Replace' ? [] : active), reference],
    lastScheduleTime: formatTime(atMs),
  };
}

async function removeActive(owner: CronJob, active: readonly Active[], cron: CronTools): Promise<void> {
  for (const { name = '' } of active) {
    try {
      await remove(owner, await cron.jobs.get(owner.metadata.namespace, name), cron);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}

/** A name for each time, so that nothing is started twice. */
function draftFor(owner: CronJob, atMs: number) {
  const { jobTemplate, timeZone = 'UTC' } = owner.spec!;
  const { labels, annotations } = jobTemplate.metadata ?? {};
  return {
    metadata: {
      name: `${owner.metadata.name}-${Math.trunc(atMs / 60_000)}`,
      ...(labels ? { labels } : {}),
      annotations: { ...annotations, [scheduledAt]: inZone(atMs, timeZone) },
      ownerReferences: [controllerReference(cronJobs, owner)],
    },
    spec: jobTemplate.spec,
  } satisfies Draft<Job>;
}

/** RFC 3339 with the offset of the zone at that time. */
function inZone(ms: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(ms);
  const offset = parts.find(({ type }) => type === 'timeZoneName')!.value.slice('GMT'.length);
  if (offset === '' || offset === '+00:00') return formatTime(ms);
  const [hours = '0', minutes = '0'] = offset.slice(1).split(':');
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (offset[0] === '-' ? -1 : 1);
  return formatTime(ms + offsetMs).replace('Z', offset);
}

async function create(
  owner: CronJob,
  draft: Draft<Job> & { readonly metadata: { readonly name: string } },
  { jobs: objects, event }: CronTools,
): Promise<Job | undefined> {
  try {
    const made = await objects.create(owner.metadata.namespace, draft);
    event(cronJobs, owner, 'Normal', 'SuccessfulCreate', `Created job ${made.metadata.name}`);
    return made;
  } catch (error) {
    if (isAlreadyExists(error)) {
      // Made before, and not written down.
      const there = await objects.get(owner.metadata.namespace, draft.metadata.name);
      return isControlledBy(there, owner) ? there : undefined;
    }
    if (!isNamespaceTerminating(error)) {
      event(cronJobs, owner, 'Warning', 'FailedCreate', `Error creating job: ${(error as Error).message}`);
    }
    throw error;
  }
}

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { dueSince, parseSchedule } from '../../src/controllers/cronjobs/schedule.ts';
import { type Stage, stage } from './kit.ts';

const cronJobsPath = '/apis/batch/v1/namespaces/default/cronjobs';
const jobsPath = '/apis/batch/v1/namespaces/default/jobs';
const eventsPath = '/api/v1/namespaces/default/events';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const cronJob = (spec: object) => ({
  metadata: { name: 'tick' },
  spec: {
    jobTemplate: {
      metadata: { labels: { from: 'cron' }, annotations: { a: 'b' } },
      spec: {
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } },
      },
    },
    ...spec,
  },
});

/** Half past midnight, so that the next hour is not now. */
const at = (text: string) => ({ clock: virtualClock(Date.parse(text)) });
async function open(text = '2026-01-01T00:30:00Z'): Promise<Stage> {
  const { clock } = at(text);
  return { ...(await stage(['cronjob'], { clock })), clock };
}

const names = async ({ list }: Stage): Promise<string[]> =>
  (await list(jobsPath)).map(({ metadata }) => metadata.name);

async function finish(cluster: Stage, name: string, type: 'Complete' | 'Failed'): Promise<void> {
  const now = new Date(cluster.clock.now()).toISOString();
  const before = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const condition = (what: string) => ({ type: what, status: 'True', lastTransitionTime: now });
  await cluster.merge(`${jobsPath}/${name}/status`, {
    status: {
      startTime: now,
      conditions: [condition(before), condition(type)],
      ...(type === 'Complete' ? { completionTime: now } : {}),
    },
  });
}
const reasons = async ({ list }: Stage): Promise<string[]> =>
  (await list(eventsPath)).map(({ reason }) => reason);

describe('a CronJob', () => {
  it('makes a job when it is time, and remembers when that was', async () => {
    await using cluster = await open();
    await cluster.create(cronJobsPath, cronJob({ schedule: '0 * * * *' }));
    await cluster.cluster.advance(30 * minuteMs - 1);
    assert.deepEqual(await names(cluster), []);
    await cluster.cluster.advance(1);
    const minutes = Date.parse('2026-01-01T01:00:00Z') / minuteMs;
    assert.deepEqual(await names(cluster), [`tick-${minutes}`]);
    const [made] = await cluster.list(jobsPath);
    assert.equal(made.metadata.labels.from, 'cron');
    assert.deepEqual(made.metadata.annotations, {
      a: 'b',
      'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T01:00:00Z',
    });
    assert.equal(made.metadata.ownerReferences[0].kind, 'CronJob');
    const { status } = await cluster.get(`${cronJobsPath}/tick`);
    assert.equal(status.lastScheduleTime, '2026-01-01T01:00:00Z');
    assert.deepEqual(
      status.active.map(({ name }: { name: string }) => name),
      [`tick-${minutes}`],
    );
    await finish(cluster, `tick-${minutes}`, 'Complete');
    const after = (await cluster.get(`${cronJobsPath}/tick`)).status;
    assert.equal(after.active, undefined);
    assert.equal(after.lastSuccessfulTime, '2026-01-01T01:00:00Z');
    assert.deepEqual(await reasons(cluster), ['SuccessfulCreate', 'SawCompletedJob']);
  });

  it('keeps a few of the jobs that have ended', async () => {
    await using cluster = await open();
    const limits = { successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 1 };
    await cluster.create(cronJobsPath, cronJob({ schedule: '0 * * * *', ...limits }));
    for (let hour = 0; hour < 8; hour++) {
      await cluster.cluster.advance(hourMs);
      const newest = (await names(cluster)).at(-1)!;
      await finish(cluster, newest, hour % 2 === 0 ? 'Complete' : 'Failed');
    }
    assert.equal((await names(cluster)).length, 3);
  });

  it('goes on for a month in no time', async () => {
    await using cluster = await open();
    await cluster.create(cronJobsPath, cronJob({ schedule: '30 6 * * *', concurrencyPolicy: 'Replace' }));
    await cluster.cluster.advance(31 * 24 * hourMs);
    const { status } = await cluster.get(`${cronJobsPath}/tick`);
    assert.equal(status.lastScheduleTime, '2026-01-31T06:30:00Z');
    assert.deepEqual(await names(cluster), [`tick-${Date.parse('2026-01-31T06:30:00Z') / minuteMs}`]);
  });

  it('does not start a job beside another when that is forbidden', async () => {
    await using cluster = await open();
    await cluster.create(cronJobsPath, cronJob({ schedule: '0 * * * *', concurrencyPolicy: 'Forbid' }));
    await cluster.cluster.advance(hourMs);
    await cluster.cluster.advance(hourMs);
    const [only, ...others] = await names(cluster);
    assert.deepEqual(others, []);
    assert.ok((await reasons(cluster)).includes('JobAlreadyActive'));
    // What was missed is made up for as soon as it may be.
    await finish(cluster, only!, 'Complete');
    assert.equal((await names(cluster)).length, 2);
  });

  it('replaces a job that is still there', async () => {
    await using cluster = await open();
    await cluster.create(cronJobsPath, cronJob({ schedule: '0 * * * *', concurrencyPolicy: 'Replace' }));
    await cluster.cluster.advance(hourMs);
    const [first] = await names(cluster);
    await cluster.cluster.advance(hourMs);
    const [second, ...others] = await names(cluster);
    assert.deepEqual(others, []);
    assert.notEqual(second, first);
  });

  it('goes by its time zone', async () => {
    await using cluster = await open('2026-06-01T00:30:00Z');
    const spec = { schedule: '0 9 * * *', timeZone: 'America/New_York' };
    await cluster.create(cronJobsPath, cronJob(spec));
    await cluster.cluster.advance(24 * hourMs);
    const [made] = await cluster.list(jobsPath);
    const { annotations } = made.metadata;
    assert.equal(annotations['batch.kubernetes.io/cronjob-scheduled-timestamp'], '2026-06-01T09:00:00-04:00');
    assert.equal((await cluster.get(`${cronJobsPath}/tick`)).status.lastScheduleTime, '2026-06-01T13:00:00Z');
  });

  it('rests while it is suspended, and then does only what is not too late', async () => {
    await using cluster = await open();
    const spec = { schedule: '0 * * * *', suspend: true, startingDeadlineSeconds: 600 };
    await cluster.create(cronJobsPath, cronJob(spec));
    await cluster.cluster.advance(5 * hourMs);
    assert.deepEqual(await names(cluster), []);
    await cluster.merge(`${cronJobsPath}/tick`, { spec: { suspend: false } });
    assert.deepEqual(await names(cluster), []);
    await cluster.cluster.advance(30 * minuteMs);
    assert.equal((await names(cluster)).length, 1);
  });

  it('starts the last of the jobs that were missed, and says so when there were very many', async () => {
    await using cluster = await open();
    await cluster.create(cronJobsPath, cronJob({ schedule: '*/5 * * * *', suspend: true }));
    await cluster.cluster.advance(24 * hourMs);
    await cluster.merge(`${cronJobsPath}/tick`, { spec: { suspend: false } });
    assert.equal((await names(cluster)).length, 1);
    assert.equal((await cluster.get(`${cronJobsPath}/tick`)).status.lastScheduleTime, '2026-01-02T00:30:00Z');
    assert.ok((await reasons(cluster)).includes('TooManyMissedTimes'));
  });
});

describe('a schedule', () => {
  const next = (text: string, from: string, zone?: string) => {
    const ms = parseSchedule(text, zone).next(Date.parse(from));
    return ms === undefined ? undefined : new Date(ms).toISOString();
  };
  const table: [text: string, from: string, next: string | undefined][] = [
    ['*/15 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:15:00.000Z'],
    ['5/15 * * * *', '2026-01-01T00:06:00Z', '2026-01-01T00:20:00.000Z'],
    ['0 0 * * MON-FRI', '2026-01-02T00:00:00Z', '2026-01-05T00:00:00.000Z'],
    ['0 0 13 * FRI', '2026-01-03T00:00:00Z', '2026-01-09T00:00:00.000Z'],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['@hourly', '2026-01-01T00:10:00Z', '2026-01-01T01:00:00.000Z'],
    ['@every 90m', '2026-01-01T00:10:00.700Z', '2026-01-01T01:40:00.000Z'],
    ['59 23 31 2 *', '2026-01-01T00:00:00Z', undefined],
  ];
  for (const [text, from, expected] of table) {
    it(`${text} after ${from}`, () => assert.equal(next(text, from), expected));
  }

  it('keeps the hour of its zone when clocks change', () => {
    assert.equal(next('0 9 * * *', '2026-03-07T20:00:00Z', 'America/New_York'), '2026-03-08T13:00:00.000Z');
    assert.equal(next('0 9 * * *', '2026-03-06T20:00:00Z', 'America/New_York'), '2026-03-07T14:00:00.000Z');
  });

  it('goes nowhere when it names no day', () => {
    assert.deepEqual(dueSince(parseSchedule('59 23 31 2 *'), 0, hourMs), { atMs: undefined, tooMany: false });
  });
});

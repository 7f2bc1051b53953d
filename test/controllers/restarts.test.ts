import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Loose } from '../helpers/api.ts';
import { makeReady, podsPath } from './kit.ts';
import { endsTheSame, type Play } from './restarts.ts';

const jobsPath = '/apis/batch/v1/namespaces/default/jobs';
const cronJobsPath = '/apis/batch/v1/namespaces/default/cronjobs';
const minuteMs = 60_000;

const template = (more: object = {}) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', image: 'i' }], ...more },
});
const jobTemplate = template({ restartPolicy: 'Never' });

/** What does not differ by name or time. */
const shape = (list: readonly Loose[], of: (object: Loose) => unknown): string[] =>
  list.map((object) => JSON.stringify(of(object))).toSorted();
const types = ({ status }: Loose): string[] =>
  (status.conditions ?? [])
    .map(({ type, status: is, reason }: Loose) => `${type}=${is} ${reason}`)
    .toSorted();

/** What a kubelet says of a pod that has ended. */
const end = async (on: Play, pod: Loose, exitCode: number): Promise<void> => {
  const finishedAt = new Date(on.clock.now()).toISOString();
  const state = { terminated: { exitCode, finishedAt } };
  const container = { name: 'c', image: 'i', imageID: '', ready: false, restartCount: 0, state };
  const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
  await on.merge(`${podsPath}/${pod.metadata.name}/status`, {
    status: { phase, containerStatuses: [container] },
  });
};
const indexOf = ({ metadata }: Loose): number =>
  Number(metadata.annotations?.['batch.kubernetes.io/job-completion-index'] ?? 0);
const running = async ({ list }: Play): Promise<Loose[]> =>
  (await list(podsPath)).filter(
    ({ metadata, status }) => status.phase === 'Pending' && !metadata.deletionTimestamp,
  );

/** Ends all that run now: by index, what `exitCode` says. */
async function endAll(on: Play, exitCode: (index: number) => number = () => 0): Promise<void> {
  const pods = (await running(on)).toSorted((a, b) => indexOf(a) - indexOf(b));
  for (const pod of pods) await end(on, pod, exitCode(indexOf(pod)));
  await on.idle();
}

async function jobEnd(on: Play): Promise<unknown> {
  const job = await on.get(`${jobsPath}/work`);
  const { startTime: _, completionTime, conditions: __, ...counts } = job.status;
  const pods = shape(await on.list(podsPath), ({ metadata, status }) => [
    indexOf({ metadata }),
    status.phase,
    metadata.finalizers,
    metadata.annotations?.['batch.kubernetes.io/job-index-failure-count'],
  ]);
  return { counts, pods, conditions: types(job), complete: completionTime !== undefined };
}

/** Both of two would make pods, and those too many count as failed. */
const oneAtATime = { alone: true };

describe('wherever its controller dies', () => {
  for (const [kind, path, selector] of [
    ['replicaset', '/apis/apps/v1/namespaces/default/replicasets', { matchLabels: { app: 'web' } }],
    ['replicationcontroller', '/api/v1/namespaces/default/replicationcontrollers', { app: 'web' }],
  ] as const) {
    it(`a ${kind} has as many pods as it wants, and no more`, () =>
      endsTheSame([kind], async (on) => {
        await on.create(podsPath, { ...template(), metadata: { name: 'orphan', labels: { app: 'web' } } });
        await on.create(path, {
          metadata: { name: 'web' },
          spec: { replicas: 5, selector, template: template() },
        });
        await on.idle();
        assert.equal((await on.list(podsPath)).length, 5);
        const [first] = await on.list(podsPath);
        await makeReady(on, first.metadata.name);
        await on.settled();
        await on.merge(`${path}/web`, { spec: { replicas: 2 } });
        await on.idle();
        const { status } = await on.get(`${path}/web`);
        assert.equal(status.replicas, 2);
        const pods = await on.list(podsPath);
        return { status, pods: shape(pods, ({ metadata }) => metadata.ownerReferences[0].name) };
      }));
  }

  it('a Job counts every pod once', () =>
    endsTheSame(
      ['job'],
      async (on) => {
        const spec = { completions: 5, parallelism: 3, backoffLimit: 4, template: jobTemplate };
        await on.create(jobsPath, { metadata: { name: 'work' }, spec });
        await endAll(on, () => 1);
        for (let round = 0; round < 4; round++) await endAll(on);
        const { status } = await on.get(`${jobsPath}/work`);
        assert.deepEqual([status.succeeded, status.failed], [5, 3]);
        return jobEnd(on);
      },
      oneAtATime,
    ));

  it('an indexed Job counts every index once, and its failures', () =>
    endsTheSame(
      ['job'],
      async (on) => {
        const spec = {
          ...{ completions: 4, parallelism: 4, completionMode: 'Indexed' },
          ...{ backoffLimitPerIndex: 1, maxFailedIndexes: 3, template: jobTemplate },
        };
        await on.create(jobsPath, { metadata: { name: 'work' }, spec });
        for (let round = 0; round < 4; round++) await endAll(on, (index) => index % 2);
        const { status } = await on.get(`${jobsPath}/work`);
        assert.deepEqual([status.completedIndexes, status.failedIndexes], ['0,2', '1,3']);
        assert.deepEqual([status.succeeded, status.failed], [2, 4]);
        return jobEnd(on);
      },
      oneAtATime,
    ));

  it('a Job is suspended and goes on', () =>
    endsTheSame(
      ['job'],
      async (on) => {
        const spec = { completions: 3, parallelism: 2, template: jobTemplate };
        await on.create(jobsPath, { metadata: { name: 'work' }, spec });
        const [first] = await running(on);
        await end(on, first, 0);
        await on.merge(`${jobsPath}/work`, { spec: { suspend: true } });
        await on.idle();
        assert.deepEqual(await running(on), []);
        await on.merge(`${jobsPath}/work`, { spec: { suspend: false } });
        for (let round = 0; round < 3; round++) await endAll(on);
        const { status } = await on.get(`${jobsPath}/work`);
        assert.deepEqual([status.succeeded, status.failed], [3, 2]);
        return jobEnd(on);
      },
      oneAtATime,
    ));

  it('a Job that is given up, or deleted, keeps no pod', () =>
    endsTheSame(
      ['job', 'garbagecollector'],
      async (on) => {
        const spec = { completions: 3, parallelism: 3, backoffLimit: 0, template: jobTemplate };
        await on.create(jobsPath, { metadata: { name: 'work' }, spec });
        const [first] = await running(on);
        await end(on, first, 1);
        await on.idle();
        const ended = await jobEnd(on);
        await on.delete(`${jobsPath}/work`, { propagationPolicy: 'Foreground' });
        await on.idle();
        assert.equal((await on.api.get(`${jobsPath}/work`)).status, 404);
        assert.deepEqual(await on.list(podsPath), []);
        return ended;
      },
      oneAtATime,
    ));

  it('a Job that two managers look after is done once', () =>
    endsTheSame(['job'], async (on) => {
      const spec = { completions: 4, parallelism: 2, backoffLimit: 100, template: jobTemplate };
      await on.create(jobsPath, { metadata: { name: 'work' }, spec });
      for (let round = 0; round < 4; round++) {
        await on.idle();
        // No more work at a time than may.
        const pods = await running(on);
        assert.ok(pods.length <= 2);
        for (const pod of pods) await end(on, pod, 0);
      }
      await on.idle();
      const { status } = await on.get(`${jobsPath}/work`);
      const ended = (await on.list(podsPath)).filter((pod) => pod.status.phase === 'Succeeded');
      // Pods that one made too many were taken back, and count as failed.
      assert.deepEqual([status.succeeded, ended.length, status.uncountedTerminatedPods], [4, 4, {}]);
      return types({ status });
    }));

  for (const concurrencyPolicy of ['Allow', 'Forbid', 'Replace']) {
    it(`a CronJob that says ${concurrencyPolicy} starts no job twice and misses none`, () =>
      endsTheSame(['cronjob'], async (on) => {
        const spec = {
          ...{ schedule: '*/5 * * * *', concurrencyPolicy, successfulJobsHistoryLimit: 2 },
          jobTemplate: { spec: { template: jobTemplate } },
        };
        await on.create(cronJobsPath, { metadata: { name: 'tick' }, spec });
        const made = new Set<string>();
        for (let round = 0; round < 5; round++) {
          await on.pass(5 * minuteMs);
          for (const { metadata, status } of await on.list(jobsPath)) {
            made.add(metadata.name);
            // The newest goes on running in some rounds.
            if (status.completionTime || round === 2) continue;
            const lastTransitionTime = new Date(on.clock.now()).toISOString();
            const condition = (type: string) => ({ type, status: 'True', lastTransitionTime });
            await on.merge(`${jobsPath}/${metadata.name}/status`, {
              status: {
                ...{ startTime: lastTransitionTime, completionTime: lastTransitionTime },
                conditions: [condition('SuccessCriteriaMet'), condition('Complete')],
              },
            });
          }
        }
        const { status } = await on.get(`${cronJobsPath}/tick`);
        const left = shape(await on.list(jobsPath), ({ metadata }) => metadata.name);
        const { active = [], ...times } = status;
        return { made: [...made], left, times, active: active.map(({ name }: Loose) => name) };
      }));
  }

  it('a Job that has lived long enough goes, and no other', () =>
    endsTheSame(['ttl-after-finished'], async (on) => {
      for (const [name, ttlSecondsAfterFinished] of [
        ['short', 60],
        ['long', 6_000],
      ]) {
        await on.create(jobsPath, {
          metadata: { name },
          spec: { template: jobTemplate, ttlSecondsAfterFinished },
        });
        const lastTransitionTime = new Date(on.clock.now()).toISOString();
        const condition = (type: string) => ({ type, status: 'True', lastTransitionTime });
        await on.merge(`${jobsPath}/${name}/status`, {
          status: {
            startTime: lastTransitionTime,
            conditions: [condition('FailureTarget'), condition('Failed')],
          },
        });
      }
      await on.pass(2 * minuteMs);
      return shape(await on.list(jobsPath), ({ metadata }) => metadata.name);
    }));
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expectCode, type Loose } from '../helpers/api.ts';
import { podsPath, type Stage, stage } from './kit.ts';

const jobsPath = '/apis/batch/v1/namespaces/default/jobs';
const jobPath = `${jobsPath}/work`;
const eventsPath = '/api/v1/namespaces/default/events';

const job = (spec: object = {}, template: object = {}) => ({
  metadata: { name: 'work' },
  spec: {
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }], ...template } },
    ...spec,
  },
});

/** What a kubelet says of a pod that has ended with this exit code. */
async function end(cluster: Stage, name: string, exitCode: number): Promise<void> {
  const finishedAt = new Date(cluster.clock.now()).toISOString();
  await cluster.merge(`${podsPath}/${name}/status`, {
    status: {
      phase: exitCode === 0 ? 'Succeeded' : 'Failed',
      containerStatuses: [
        {
          name: 'c',
          image: 'i',
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { terminated: { exitCode, finishedAt } },
        },
      ],
    },
  });
}

const running = async ({ list }: Stage): Promise<Loose[]> =>
  (await list(podsPath)).filter(
    ({ status, metadata }) => !['Succeeded', 'Failed'].includes(status.phase) && !metadata.deletionTimestamp,
  );
const names = (pods: readonly Loose[]): string[] => pods.map(({ metadata }) => metadata.name);
const indexes = (pods: readonly Loose[]): string[] =>
  pods.map(({ metadata }) => metadata.annotations['batch.kubernetes.io/job-completion-index']).sort();
const endAll = async (cluster: Stage, exitCode: number): Promise<void> => {
  for (const name of names(await running(cluster))) await end(cluster, name, exitCode);
};
const conditions = async (cluster: Stage): Promise<string[]> =>
  ((await cluster.get(jobPath)).status.conditions ?? []).map(
    ({ type, status, reason }: Loose) => `${type}=${status} ${reason}`,
  );
const reasons = async (cluster: Stage): Promise<string[]> =>
  (await cluster.list(eventsPath)).map(({ reason }) => reason);

describe('a Job', () => {
  it('runs a pod to its end', async () => {
    await using cluster = await stage(['job']);
    const begun = new Date(cluster.clock.now()).toISOString().replace('.000', '');
    await cluster.create(jobsPath, job());
    const [pod] = await cluster.list(podsPath);
    assert.match(pod.metadata.name, /^work-\w{5}$/);
    assert.deepEqual(pod.metadata.finalizers, ['batch.kubernetes.io/job-tracking']);
    assert.equal(pod.metadata.labels['batch.kubernetes.io/job-name'], 'work');
    assert.deepEqual((await cluster.get(jobPath)).status, {
      active: 1,
      ready: 0,
      terminating: 0,
      startTime: begun,
      uncountedTerminatedPods: {},
    });
    await cluster.cluster.advance(5_000);
    await end(cluster, pod.metadata.name, 0);
    const { status } = await cluster.get(jobPath);
    assert.equal(status.succeeded, 1);
    assert.equal(status.active, undefined);
    assert.equal(Date.parse(status.completionTime) - Date.parse(status.startTime), 5_000);
    assert.deepEqual(await conditions(cluster), [
      'SuccessCriteriaMet=True CompletionsReached',
      'Complete=True CompletionsReached',
    ]);
    assert.equal((await cluster.list(podsPath))[0].metadata.finalizers, undefined);
    assert.deepEqual((await reasons(cluster)).sort(), ['Completed', 'SuccessfulCreate']);
  });

  it('runs as many pods as it wants completions, so many at a time', async () => {
    await using cluster = await stage(['job']);
    await cluster.create(jobsPath, job({ completions: 5, parallelism: 2 }));
    assert.equal((await running(cluster)).length, 2);
    await endAll(cluster, 0);
    await endAll(cluster, 0);
    assert.equal((await running(cluster)).length, 1);
    await endAll(cluster, 0);
    const { status } = await cluster.get(jobPath);
    assert.equal(status.succeeded, 5);
    assert.equal((await cluster.list(podsPath)).length, 5);
  });

  it('tries again after ten seconds, then twenty, and gives up at its limit', async () => {
    await using cluster = await stage(['job']);
    await cluster.create(jobsPath, job({ backoffLimit: 2 }));
    const started: number[] = [];
    for (let round = 0; round < 3; round++) {
      started.push(cluster.clock.now());
      await endAll(cluster, 1);
      await cluster.cluster.runUntilIdle();
    }
    assert.deepEqual(
      started.map((ms) => ms - started[0]!),
      [0, 10_000, 30_000],
    );
    assert.deepEqual(await conditions(cluster), [
      'FailureTarget=True BackoffLimitExceeded',
      'Failed=True BackoffLimitExceeded',
    ]);
    const { status } = await cluster.get(jobPath);
    assert.equal(status.failed, 3);
    assert.equal(status.conditions[1].message, 'Job has reached the specified backoff limit');
    assert.equal((await running(cluster)).length, 0);
  });

  it('counts restarts of containers when pods try again themselves', async () => {
    await using cluster = await stage(['job']);
    await cluster.create(jobsPath, job({ backoffLimit: 1 }, { restartPolicy: 'OnFailure' }));
    const [name] = names(await running(cluster));
    await cluster.merge(`${podsPath}/${name}/status`, {
      status: {
        phase: 'Running',
        containerStatuses: [{ name: 'c', image: 'i', imageID: '', ready: false, restartCount: 1 }],
      },
    });
    assert.deepEqual(await conditions(cluster), [
      'FailureTarget=True BackoffLimitExceeded',
      'Failed=True BackoffLimitExceeded',
    ]);
    assert.equal((await cluster.list(podsPath)).length, 0);
  });

  it('ends when its time is over', async () => {
    await using cluster = await stage(['job']);
    await cluster.create(jobsPath, job({ activeDeadlineSeconds: 30, parallelism: 2, completions: 2 }));
    await cluster.cluster.advance(29_999);
    assert.deepEqual(await conditions(cluster), []);
    await cluster.cluster.advance(1);
    assert.deepEqual(await conditions(cluster), [
      'FailureTarget=True DeadlineExceeded',
      'Failed=True DeadlineExceeded',
    ]);
    assert.equal((await cluster.list(podsPath)).length, 0);
    const { status } = await cluster.get(jobPath);
    assert.equal(status.failed, 2);
    assert.ok((await reasons(cluster)).includes('DeadlineExceeded'));
  });

  it('stands still while it is suspended', async () => {
    await using cluster = await stage(['job']);
    await cluster.create(jobsPath, job({ suspend: true }));
    assert.equal((await cluster.list(podsPath)).length, 0);
    assert.deepEqual(await conditions(cluster), ['Suspended=True JobSuspended']);
    assert.equal((await cluster.get(jobPath)).status.startTime, undefined);
    await cluster.cluster.advance(60_000);
    await cluster.merge(jobPath, { spec: { suspend: false } });
    assert.equal((await running(cluster)).length, 1);
    assert.deepEqual(await conditions(cluster), ['Suspended=False JobResumed']);
    const { status } = await cluster.get(jobPath);
    assert.equal(Date.parse(status.startTime), cluster.clock.now());
    await cluster.merge(jobPath, { spec: { suspend: true } });
    assert.equal((await cluster.list(podsPath)).length, 0);
    assert.deepEqual((await reasons(cluster)).filter((reason) => /ed$/.test(reason)).sort(), [
      'Resumed',
      'Suspended',
    ]);
  });

  it('is left alone when somebody else looks after it', async () => {
    await using cluster = await stage(['job']);
    await cluster.create(jobsPath, job({ managedBy: 'example.com/mine' }));
    assert.equal((await cluster.list(podsPath)).length, 0);
  });

  it('lets its pods go when it is deleted and they stay', async () => {
    await using cluster = await stage(['job']);
    await cluster.create(jobsPath, job());
    await cluster.delete(jobPath, { propagationPolicy: 'Background' });
    const [pod] = await cluster.list(podsPath);
    assert.equal(pod.metadata.finalizers, undefined);
  });

  it('makes a new pod for one that somebody deletes', async () => {
    await using cluster = await stage(['job']);
    await cluster.create(jobsPath, job());
    const [first] = names(await running(cluster));
    expectCode(await cluster.api.delete(`${podsPath}/${first}`), 200);
    await cluster.cluster.runUntilIdle();
    const pods = names(await running(cluster));
    assert.equal(pods.length, 1);
    assert.notEqual(pods[0], first);
    assert.equal((await cluster.get(jobPath)).status.failed, 1);
  });
});

describe('an indexed Job', () => {
  const indexed = (spec: object) => job({ completionMode: 'Indexed', ...spec });

  it('gives each pod an index, and writes down which are done', async () => {
    await using cluster = await stage(['job']);
    await cluster.create(jobsPath, indexed({ completions: 5, parallelism: 3 }));
    const pods = await running(cluster);
    assert.deepEqual(indexes(pods), ['0', '1', '2']);
    const [pod] = pods;
    const index = pod.metadata.labels['batch.kubernetes.io/job-completion-index'];
    assert.match(pod.metadata.name, new RegExp(`^work-${index}-\\w{5}$`));
    assert.equal(pod.spec.hostname, `work-${index}`);
    assert.deepEqual(pod.spec.containers[0].env, [
      {
        name: 'JOB_COMPLETION_INDEX',
        valueFrom: {
          fieldRef: {
            apiVersion: 'v1',
            fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']",
          },
        },
      },
    ]);
    for (const { metadata } of pods) {
      if (metadata.annotations['batch.kubernetes.io/job-completion-index'] !== '1') {
        await end(cluster, metadata.name, 0);
      }
    }
    assert.equal((await cluster.get(jobPath)).status.completedIndexes, '0,2');
    assert.deepEqual(indexes(await running(cluster)), ['1', '3', '4']);
    await endAll(cluster, 0);
    const { status } = await cluster.get(jobPath);
    assert.equal(status.completedIndexes, '0-4');
    assert.equal(status.succeeded, 5);
    assert.ok((await conditions(cluster)).includes('Complete=True CompletionsReached'));
  });

  it('limits failures by index, and goes on with the others', async () => {
    await using cluster = await stage(['job']);
    const spec = { completions: 2, parallelism: 2, backoffLimitPerIndex: 1, backoffLimit: 100 };
    await cluster.create(jobsPath, indexed(spec));
    const failFirst = async () => {
      const [first] = (await running(cluster)).filter(
        ({ metadata }) => metadata.labels['batch.kubernetes.io/job-completion-index'] === '0',
      );
      await end(cluster, first.metadata.name, 1);
      return first.metadata.annotations['batch.kubernetes.io/job-index-failure-count'];
    };
    assert.equal(await failFirst(), '0');
    await cluster.cluster.advance(10_000);
    assert.equal(await failFirst(), '1');
    assert.equal((await cluster.get(jobPath)).status.failedIndexes, '0');
    assert.deepEqual(await conditions(cluster), []);
    await endAll(cluster, 0);
    assert.deepEqual(await conditions(cluster), [
      'FailureTarget=True FailedIndexes',
      'Failed=True FailedIndexes',
    ]);
    const { status } = await cluster.get(jobPath);
    assert.equal(status.completedIndexes, '1');
    assert.equal(status.failed, 2);
  });

  it('succeeds by its policy before all indexes have', async () => {
    await using cluster = await stage(['job']);
    const successPolicy = { rules: [{ succeededIndexes: '1-2', succeededCount: 1 }] };
    await cluster.create(jobsPath, indexed({ completions: 3, parallelism: 3, successPolicy }));
    const [leader] = (await running(cluster)).filter(
      ({ metadata }) => metadata.labels['batch.kubernetes.io/job-completion-index'] === '2',
    );
    await end(cluster, leader.metadata.name, 0);
    assert.deepEqual(await conditions(cluster), [
      'SuccessCriteriaMet=True SuccessPolicy',
      'Complete=True SuccessPolicy',
    ]);
    assert.equal((await cluster.get(jobPath)).status.conditions[1].message, 'Matched rules at index 0');
    assert.equal((await running(cluster)).length, 0);
  });
});

describe('the failure policy of a Job', () => {
  const withRules = (...rules: object[]) => job({ backoffLimit: 0, podFailurePolicy: { rules } });
  const exits = (action: string, ...values: number[]) => ({
    action,
    onExitCodes: { operator: 'In', values },
  });

  it('ends it at once', async () => {
    await using cluster = await stage(['job']);
    await cluster.create(jobsPath, withRules(exits('FailJob', 42)));
    const [name] = names(await running(cluster));
    await end(cluster, name!, 42);
    const { status } = await cluster.get(jobPath);
    assert.deepEqual(await conditions(cluster), [
      'FailureTarget=True PodFailurePolicy',
      'Failed=True PodFailurePolicy',
    ]);
    assert.equal(
      status.conditions[0].message,
      `Container c for pod default/${name} failed with exit code 42 matching FailJob rule at index 0`,
    );
  });

  it('lets failures pass that do not count', async () => {
    await using cluster = await stage(['job']);
    await cluster.create(
      jobsPath,
      withRules({ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }),
    );
    const [name] = names(await running(cluster));
    await cluster.merge(`${podsPath}/${name}/status`, {
      status: { phase: 'Failed', conditions: [{ type: 'DisruptionTarget', status: 'True' }] },
    });
    await cluster.cluster.runUntilIdle();
    assert.deepEqual(await conditions(cluster), []);
    assert.equal((await running(cluster)).length, 1);
    assert.equal((await cluster.get(jobPath)).status.failed, undefined);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podsPath, type Stage, stage } from '../kit.ts';
import { behavingPod, boundPod, containerOf, eventsOf, get, stateOf } from './pods.ts';

const phase = async (cluster: Stage, name: string) => (await get(cluster, name)).status.phase;
const never = { restartPolicy: 'Never' };

describe('a pod that ends', () => {
  it('succeeds when its command does', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create(podsPath, boundPod('p', never, { command: ['sh', '-c', 'echo hi; sleep 5'] }));
    assert.equal(await phase(cluster, 'p'), 'Running');
    await cluster.cluster.advance(4_000);
    assert.equal(await phase(cluster, 'p'), 'Running');
    await cluster.cluster.advance(1_000);
    const { status } = await get(cluster, 'p');
    assert.equal(status.phase, 'Succeeded');
    const { terminated } = status.containerStatuses[0].state;
    assert.equal(terminated.reason, 'Completed');
    assert.equal(Date.parse(terminated.finishedAt) - Date.parse(terminated.startedAt), 5_000);
    const ready = status.conditions.find(({ type }: { type: string }) => type === 'Ready');
    assert.deepEqual([ready.status, ready.reason], ['False', 'PodCompleted']);
  });

  it('fails when its command does', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create(podsPath, boundPod('p', never, { command: ['sh', '-c', 'exit 3'] }));
    assert.equal(await phase(cluster, 'p'), 'Failed');
    assert.equal(stateOf(await containerOf(cluster, 'p')), 'Terminated: Error 3');
  });

  it('goes on as long as one of its containers does', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const containers = [
      { name: 'a', image: 'i', command: ['false'] },
      { name: 'b', image: 'i', command: ['sleep', '10'] },
    ];
    await cluster.create(podsPath, boundPod('p', { ...never, containers }));
    assert.equal(await phase(cluster, 'p'), 'Running');
    await cluster.cluster.runUntilIdle();
    assert.equal(await phase(cluster, 'p'), 'Failed');
  });

  it('is over after activeDeadlineSeconds', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create(podsPath, boundPod('p', { activeDeadlineSeconds: 60 }));
    await cluster.cluster.advance(59_000);
    assert.equal(await phase(cluster, 'p'), 'Running');
    await cluster.cluster.advance(1_000);
    const { status } = await get(cluster, 'p');
    assert.deepEqual(
      [status.phase, status.reason, status.message],
      ['Failed', 'DeadlineExceeded', 'Pod was active on the node longer than the specified deadline'],
    );
    assert.equal(stateOf(status.containerStatuses[0]), 'Terminated: Error 143');
    assert.ok((await eventsOf(cluster, 'p')).includes('Killing: Stopping container main'));
  });
});

describe('what a container leaves', () => {
  it('is its termination message, or with FallbackToLogsOnError what it wrote', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const script = (text: string) => ({ command: ['sh', '-c', text] });
    await cluster.create(podsPath, boundPod('p', never, script('echo why > /dev/termination-log; exit 1')));
    assert.equal((await containerOf(cluster, 'p')).state.terminated.message, 'why\n');
    const container = {
      ...script('echo one; echo two; exit 1'),
      terminationMessagePolicy: 'FallbackToLogsOnError',
    };
    await cluster.create(podsPath, boundPod('q', never, container));
    assert.equal((await containerOf(cluster, 'q')).state.terminated.message, 'one\ntwo\n');
  });
});

describe('a container that ends and is to run', () => {
  it('is started again at once, and then after 10 s, 20 s, … 5 min', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create(podsPath, boundPod('p', {}, { command: ['false'] }));
    const { uid } = (await get(cluster, 'p')).metadata;
    const restarts: number[] = [];
    const begun = cluster.clock.now();
    let waiting = await containerOf(cluster, 'p');
    assert.deepEqual(waiting.state.waiting, {
      reason: 'CrashLoopBackOff',
      message: `back-off 10s restarting failed container=main pod=p_default(${uid})`,
    });
    assert.equal(waiting.restartCount, 1);
    assert.equal(waiting.lastState.terminated.exitCode, 1);
    for (let count = 1; count < 8; ) {
      await cluster.cluster.advance(1_000);
      waiting = await containerOf(cluster, 'p');
      if (waiting.restartCount === count) continue;
      count = waiting.restartCount;
      restarts.push((cluster.clock.now() - begun) / 1_000);
    }
    assert.deepEqual(restarts, [10, 30, 70, 150, 310, 610, 910]);
    assert.match(waiting.state.waiting.message, /^back-off 5m0s restarting/);
    assert.equal(await phase(cluster, 'p'), 'Running');
    assert.ok(
      (await eventsOf(cluster, 'p')).some((text) => text.startsWith('BackOff: Back-off restarting failed')),
    );
  });

  it('is forgiven after ten minutes without trouble', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const behavior = {
      attempts: [{ exitCode: 1 }, { exitCode: 1 }, { exitCode: 1 }, { runSeconds: 700, exitCode: 1 }, {}],
    };
    await cluster.create(
      podsPath,
      behavingPod('p', [{ ...behavior, attempts: behavior.attempts.slice(0, 4) }]),
    );
    await cluster.cluster.advance(30_000);
    assert.equal(stateOf(await containerOf(cluster, 'p')), 'Running');
    await cluster.cluster.advance(700_000);
    const { restartCount, state } = await containerOf(cluster, 'p');
    assert.deepEqual([restartCount, state.running !== undefined], [4, true]);
  });

  it('stays ended with OnFailure when it ended well', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const attempts = [{ exitCode: 1 }, { exitCode: 0 }];
    await cluster.create(podsPath, behavingPod('p', [{ attempts }], { restartPolicy: 'OnFailure' }));
    assert.equal(await phase(cluster, 'p'), 'Succeeded');
    assert.equal((await containerOf(cluster, 'p')).restartCount, 1);
  });

  it('follows its own rules before the policy of the pod', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const rules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }];
    const container = { restartPolicy: 'Never', restartPolicyRules: rules };
    const attempts = [{ exitCode: 42 }, { exitCode: 7 }];
    await cluster.create(podsPath, behavingPod('p', [{ attempts }], never, container));
    const status = await containerOf(cluster, 'p');
    assert.deepEqual([stateOf(status), status.restartCount], ['Terminated: Error 7', 1]);
    assert.equal(await phase(cluster, 'p'), 'Failed');
  });
});

describe('a namespace that declares', () => {
  const declare = (cluster: Stage, behaviors: unknown) =>
    cluster.merge('/api/v1/namespaces/default', {
      metadata: { annotations: { 'simulation.binnacle.dev/behaviors': JSON.stringify(behaviors) } },
    });
  const labelled = (name: string, app: string, pod = boundPod(name, never)) => ({
    ...pod,
    metadata: { ...pod.metadata, labels: { app } },
  });

  it('how the pods that it selects go', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const selector = { matchLabels: { app: 'web' } };
    await declare(cluster, [{ selector, containers: [{ exitCode: 9 }] }]);
    await cluster.create(podsPath, labelled('one', 'web'));
    await cluster.create(podsPath, labelled('two', 'db'));
    await cluster.create(podsPath, labelled('own', 'web', behavingPod('own', [{ exitCode: 8 }], never)));
    assert.equal(stateOf(await containerOf(cluster, 'one')), 'Terminated: Error 9');
    assert.equal(stateOf(await containerOf(cluster, 'two')), 'Running');
    assert.equal(stateOf(await containerOf(cluster, 'own')), 'Terminated: Error 8');
  });

  it('and says what it cannot read', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await declare(cluster, [{ selector: { matchLabel: {} } }]);
    await cluster.create(podsPath, boundPod('p'));
    assert.equal(stateOf(await containerOf(cluster, 'p')), 'Running');
    const text =
      'InvalidBehavior: Annotation simulation.binnacle.dev/behaviors of namespace default is ignored: [0].selector.matchLabel: there is no such field';
    assert.ok((await eventsOf(cluster, 'p')).includes(text));
  });
});

describe('an image that is declared absent', () => {
  it('is asked for again and again, and found when it is there', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const attempts = [{ image: 'Absent', imageMessage: 'no such thing' }];
    await cluster.create(podsPath, behavingPod('p', [{ attempts }]));
    const first = await containerOf(cluster, 'p');
    assert.deepEqual(first.state.waiting, {
      reason: 'ErrImagePull',
      message: 'failed to pull image "busybox": no such thing',
    });
    assert.equal(await phase(cluster, 'p'), 'Pending');
    await cluster.cluster.advance(2_000);
    assert.equal(stateOf(await containerOf(cluster, 'p')), 'Waiting: ImagePullBackOff');
    await cluster.cluster.advance(8_000);
    assert.equal(stateOf(await containerOf(cluster, 'p')), 'Waiting: ErrImagePull');
    assert.deepEqual(await eventsOf(cluster, 'p'), [
      'Pulling: Pulling image "busybox" ×2',
      'Failed: Failed to pull image "busybox": no such thing ×2',
      'Failed: Error: ErrImagePull ×2',
      'BackOff: Back-off pulling image "busybox"',
      'Failed: Error: ImagePullBackOff',
    ]);
    await cluster.merge(`${podsPath}/p`, {
      metadata: { annotations: { 'simulation.binnacle.dev/behavior': null } },
    });
    await cluster.cluster.advance(20_000);
    assert.equal(stateOf(await containerOf(cluster, 'p')), 'Running');
  });

  it('is not pulled with the policy Never', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const pod = behavingPod('p', [{ image: 'Absent' }], {}, { imagePullPolicy: 'Never' });
    await cluster.create(podsPath, pod);
    assert.equal(stateOf(await containerOf(cluster, 'p')), 'Waiting: ErrImageNeverPull');
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podsPath, type Stage, stage } from '../kit.ts';
import { behavingPod, boundPod, condition, containerOf, eventsOf, get, stateOf } from './pods.ts';

const states = async (cluster: Stage, ...names: string[]) => {
  const all: string[] = [];
  for (const name of names) all.push(stateOf(await containerOf(cluster, 'p', name)));
  return all;
};
const sleeps = (name: string, seconds: number, more: object = {}) => ({
  name,
  image: 'busybox',
  command: ['sleep', String(seconds)],
  ...more,
});

describe('init containers', () => {
  it('run one after the other before all others', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const initContainers = [sleeps('one', 5), sleeps('two', 5)];
    await cluster.create(podsPath, boundPod('p', { initContainers }));
    assert.deepEqual(await states(cluster, 'one', 'two', 'main'), [
      'Running',
      'Waiting: PodInitializing',
      'Waiting: PodInitializing',
    ]);
    const before = await condition(cluster, 'p', 'Initialized');
    assert.deepEqual(
      [before.status, before.reason, before.message],
      ['False', 'ContainersNotInitialized', 'containers with incomplete status: [one two]'],
    );
    assert.equal((await get(cluster, 'p')).status.phase, 'Pending');
    await cluster.cluster.advance(5_000);
    assert.deepEqual(await states(cluster, 'one', 'two', 'main'), [
      'Terminated: Completed 0',
      'Running',
      'Waiting: PodInitializing',
    ]);
    await cluster.cluster.advance(5_000);
    assert.deepEqual(await states(cluster, 'two', 'main'), ['Terminated: Completed 0', 'Running']);
    assert.equal((await condition(cluster, 'p', 'Initialized')).status, 'True');
    assert.equal((await get(cluster, 'p')).status.phase, 'Running');
  });

  it('of which nobody knows what they do end at once, and say so', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const command = ['sh', '-c', 'until nslookup db; do sleep 1; done'];
    const initContainers = [{ name: 'wait', image: 'busybox', command }];
    await cluster.create(podsPath, boundPod('p', { initContainers }));
    assert.deepEqual(await states(cluster, 'wait', 'main'), ['Terminated: Completed 0', 'Running']);
    const told = await eventsOf(cluster, 'p');
    assert.deepEqual(
      told.filter((text) => text.includes('NotSimulated')).map((text) => text.replace(/^.*?What/, 'What')),
      ['What init container wait does is not known: it ends at once, as if it had been done'],
    );
    const declared = [{ name: 'wait', runSeconds: 5, exitCode: 0 }];
    await cluster.create(podsPath, behavingPod('q', declared, { initContainers }));
    assert.equal((await get(cluster, 'q')).status.phase, 'Pending');
    await cluster.cluster.advance(5_000);
    assert.equal((await get(cluster, 'q')).status.phase, 'Running');
  });

  it('are tried again when they fail, unless the pod is never restarted', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const initContainers = [{ name: 'init', image: 'busybox', command: ['false'] }];
    await cluster.create(podsPath, boundPod('p', { initContainers }));
    assert.deepEqual(await states(cluster, 'init', 'main'), [
      'Waiting: CrashLoopBackOff',
      'Waiting: PodInitializing',
    ]);
    assert.equal((await get(cluster, 'p')).status.phase, 'Pending');
    await cluster.create(podsPath, boundPod('q', { initContainers, restartPolicy: 'Never' }));
    assert.equal((await get(cluster, 'q')).status.phase, 'Failed');
  });
});

describe('sidecars', () => {
  const sidecar = (more: object = {}) => ({ name: 'side', image: 'i', restartPolicy: 'Always', ...more });

  it('start before the containers and hold them back until their startup probe has passed', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const startupProbe = { httpGet: { port: 80 }, initialDelaySeconds: 5 };
    await cluster.create(podsPath, boundPod('p', { initContainers: [sidecar({ startupProbe })] }));
    assert.deepEqual(await states(cluster, 'side', 'main'), ['Running', 'Waiting: PodInitializing']);
    await cluster.cluster.advance(5_000);
    assert.deepEqual(await states(cluster, 'side', 'main'), ['Running', 'Running']);
    assert.equal((await condition(cluster, 'p', 'Ready')).status, 'True');
  });

  it('end after the containers, and do not keep the pod from its end', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const spec = {
      restartPolicy: 'Never',
      initContainers: [sidecar()],
      containers: [sleeps('main', 10)],
    };
    await cluster.create(
      podsPath,
      behavingPod('p', [{ name: 'side', terminationSeconds: 4, terminationExitCode: 0 }], spec),
    );
    await cluster.cluster.advance(11_000);
    assert.deepEqual(await states(cluster, 'side', 'main'), ['Running', 'Terminated: Completed 0']);
    assert.equal((await get(cluster, 'p')).status.phase, 'Running');
    await cluster.cluster.advance(3_000);
    assert.deepEqual(await states(cluster, 'side'), ['Terminated: Completed 0']);
    assert.equal((await get(cluster, 'p')).status.phase, 'Succeeded');
  });
});

describe('probes', () => {
  const probe = (more: object = {}) => ({ httpGet: { port: 80 }, periodSeconds: 5, ...more });
  const isReady = async (cluster: Stage) => (await condition(cluster, 'p', 'Ready')).status;

  it('of readiness are asked after their delay', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const readinessProbe = probe({ initialDelaySeconds: 7 });
    await cluster.create(podsPath, boundPod('p', {}, { readinessProbe }));
    const before = await condition(cluster, 'p', 'Ready');
    assert.deepEqual(
      [before.status, before.reason, before.message],
      ['False', 'ContainersNotReady', 'containers with unready status: [main]'],
    );
    await cluster.cluster.advance(7_000);
    assert.equal(await isReady(cluster), 'True');
    assert.deepEqual(await cluster.cluster.runUntilIdle(), { idle: true, nextAt: undefined });
  });

  it('of readiness change their mind as declared', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const readiness = [
      { afterSeconds: 20, result: 'Failure', message: 'busy' },
      { afterSeconds: 60, result: 'Success' },
    ];
    await cluster.create(
      podsPath,
      behavingPod('p', [{ probes: { readiness } }], {}, { readinessProbe: probe() }),
    );
    assert.equal(await isReady(cluster), 'True');
    await cluster.cluster.advance(29_000);
    assert.equal(await isReady(cluster), 'True');
    await cluster.cluster.advance(1_000);
    assert.equal(await isReady(cluster), 'False');
    assert.ok((await eventsOf(cluster, 'p')).includes('Unhealthy: Readiness probe failed: busy ×3'));
    await cluster.cluster.advance(30_000);
    assert.equal(await isReady(cluster), 'True');
  });

  it('of liveness have the container started anew', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const liveness = [{ afterSeconds: 10, result: 'Failure', message: 'hung' }];
    const attempts = [{ probes: { liveness } }, { runSeconds: 1_000 }];
    await cluster.create(podsPath, behavingPod('p', [{ attempts }], {}, { livenessProbe: probe() }));
    await cluster.cluster.advance(19_000);
    assert.equal((await containerOf(cluster, 'p')).restartCount, 0);
    await cluster.cluster.advance(2_000);
    const status = await containerOf(cluster, 'p');
    assert.deepEqual([status.restartCount, stateOf(status)], [1, 'Running']);
    const told = await eventsOf(cluster, 'p');
    assert.ok(told.includes('Killing: Container main failed liveness probe, will be restarted'));
    assert.ok(told.includes('Unhealthy: Liveness probe failed: hung ×3'));
  });

  it('wait for the startup probe', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const startup = [
      { result: 'Failure', message: 'not yet' },
      { afterSeconds: 12, result: 'Success' },
    ];
    const container = { startupProbe: probe({ failureThreshold: 10 }), readinessProbe: probe() };
    await cluster.create(podsPath, behavingPod('p', [{ probes: { startup } }], {}, container));
    assert.equal((await containerOf(cluster, 'p')).started, false);
    await cluster.cluster.advance(14_000);
    assert.equal((await containerOf(cluster, 'p')).started, false);
    await cluster.cluster.advance(1_000);
    const { started, ready } = await containerOf(cluster, 'p');
    assert.deepEqual([started, ready], [true, true]);
  });

  it('of others: a readiness gate holds the pod back', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create(podsPath, boundPod('p', { readinessGates: [{ conditionType: 'example.com/ok' }] }));
    const before = await condition(cluster, 'p', 'Ready');
    assert.deepEqual(
      [before.status, before.reason, before.message],
      [
        'False',
        'ReadinessGatesNotReady',
        'corresponding condition of pod readiness gate "example.com/ok" does not exist.',
      ],
    );
    const { conditions } = (await get(cluster, 'p')).status;
    const all = [...conditions, { type: 'example.com/ok', status: 'True' }];
    await cluster.merge(`${podsPath}/p/status`, { status: { conditions: all } });
    assert.equal(await isReady(cluster), 'True');
    assert.equal((await condition(cluster, 'p', 'example.com/ok')).status, 'True');
  });
});

describe('what is not simulated', () => {
  it('is told by name', async () => {
    await using cluster = await stage([], { nodes: 1 });
    const lifecycle = { postStart: { exec: { command: ['x'] } } };
    await cluster.create(podsPath, boundPod('p', {}, { lifecycle }));
    const text =
      'NotSimulated: The postStart hook of container main is not run: nothing is executed in a simulated container';
    assert.ok((await eventsOf(cluster, 'p')).includes(text));
  });

  it('and so is a declaration that cannot be read', async () => {
    await using cluster = await stage([], { nodes: 1 });
    await cluster.create(podsPath, behavingPod('p', [{ exitCod: 1 }]));
    assert.equal(stateOf(await containerOf(cluster, 'p')), 'Running');
    const text =
      'InvalidBehavior: Annotation simulation.binnacle.dev/behavior is ignored: containers[0].exitCod: there is no such field';
    assert.ok((await eventsOf(cluster, 'p')).includes(text));
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { controllersFor, podsPath, type Stage, stage } from '../kit.ts';
import { behavingPod, boundPod, containerOf, eventsOf, get, stateOf } from './pods.ts';

const nodes = { run: true, count: 1, capacity: {} };

/** Passes time for whoever simulates the nodes beside the cluster. */
async function pass({ cluster, clock }: Stage, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    clock.advance(1_000);
    for (let turn = 0; turn < 3; turn++) await cluster.settled();
  }
}

describe('whoever simulates nodes', () => {
  it('is replaced in mid-work, and nothing begins anew', async () => {
    await using cluster = await stage([]);
    const first = await controllersFor(cluster, [], { nodes });
    await cluster.create(podsPath, boundPod('job', { restartPolicy: 'Never' }, { command: ['sleep', '20'] }));
    await cluster.create(podsPath, boundPod('web'));
    await cluster.create(podsPath, behavingPod('old', [{ ignoresTermination: true }]));
    await pass(cluster, 5);
    const before = [await get(cluster, 'job'), await get(cluster, 'web')];
    assert.equal(before[1].status.phase, 'Running');
    await cluster.delete(`${podsPath}/old`);
    await pass(cluster, 5);
    await first[Symbol.asyncDispose]();

    await using _second = await controllersFor(cluster, [], { nodes });
    assert.deepEqual(await get(cluster, 'web'), before[1]);
    await pass(cluster, 9);
    assert.deepEqual(await get(cluster, 'job'), before[0]);
    await pass(cluster, 2);
    assert.equal((await get(cluster, 'job')).status.phase, 'Succeeded');
    assert.equal(stateOf(await containerOf(cluster, 'job')), 'Terminated: Completed 0');
    // The address of the pod that is still there is not given away.
    await cluster.create(podsPath, boundPod('new'));
    await pass(cluster, 1);
    const addresses = [(await get(cluster, 'web')).status.podIP, (await get(cluster, 'new')).status.podIP];
    assert.notEqual(addresses[0], addresses[1]);
    assert.equal((await cluster.api.get(`${podsPath}/old`)).status, 200);
    await pass(cluster, 30);
    assert.equal((await cluster.api.get(`${podsPath}/old`)).status, 404);
    assert.equal((await eventsOf(cluster, 'web')).filter((text) => text.startsWith('Started')).length, 1);
  });

  it('goes on with a container that waits for its next attempt', async () => {
    await using cluster = await stage([]);
    const first = await controllersFor(cluster, [], { nodes });
    await cluster.create(podsPath, boundPod('p', {}, { command: ['false'] }));
    await pass(cluster, 12);
    assert.equal((await containerOf(cluster, 'p')).restartCount, 2);
    await first[Symbol.asyncDispose]();
    await using _second = await controllersFor(cluster, [], { nodes });
    await pass(cluster, 1);
    const status = await containerOf(cluster, 'p');
    assert.equal(stateOf(status), 'Waiting: CrashLoopBackOff');
    assert.ok(status.restartCount >= 3);
  });
});

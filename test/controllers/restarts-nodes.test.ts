import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Loose } from '../helpers/api.ts';
import { makeReady, podsPath } from './kit.ts';
import { endsTheSame, type Play } from './restarts.ts';

const nodesPath = '/api/v1/nodes';
const secondMs = 1_000;

const pod = (name: string, spec: object = {}) => ({
  metadata: { name, labels: { app: name } },
  spec: { containers: [{ name: 'c', image: 'i' }], ...spec },
});
const asking = (cpu: string) => ({
  containers: [{ name: 'c', image: 'i', resources: { requests: { cpu } } }],
});

async function addNode(on: Play, name: string): Promise<void> {
  await on.create(nodesPath, { metadata: { name, labels: { 'kubernetes.io/hostname': name } } });
  await on.merge(`${nodesPath}/${name}`, { spec: { taints: null } });
  await on.merge(`${nodesPath}/${name}/status`, {
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10' } },
  });
}

/** What a kubelet says of itself. */
async function speak(on: Play, name: string, status: string): Promise<void> {
  const now = new Date(on.clock.now()).toISOString();
  const condition = { type: 'Ready', status, lastHeartbeatTime: now, lastTransitionTime: now };
  await on.merge(`${nodesPath}/${name}/status`, { status: { conditions: [condition] } });
}

const conditionsOf = ({ status }: Loose): string[] =>
  (status.conditions ?? [])
    .map(({ type, status: is, reason }: Loose) => `${type}=${is} ${reason}`)
    .toSorted();

describe('wherever its controller dies', () => {
  it('a node that falls silent is tainted, and its pods leave', () =>
    endsTheSame(['nodelifecycle', 'taint-eviction-controller', 'podgc'], async (on) => {
      for (const name of ['n1', 'n2']) {
        await on.create(nodesPath, { metadata: { name } });
        await speak(on, name, 'True');
      }
      const stays = { tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists' }] };
      await on.create(podsPath, pod('leaves', { nodeName: 'n1' }));
      await on.create(podsPath, pod('stays', { nodeName: 'n1', ...stays }));
      await on.create(podsPath, pod('other', { nodeName: 'n2' }));
      for (const name of ['leaves', 'stays', 'other']) await makeReady(on, name);
      await speak(on, 'n1', 'False');
      // Both go on speaking: when nobody does, nobody is driven out.
      const pass = async (rounds: number, speakers: Record<string, string>) => {
        for (let round = 0; round < rounds; round++) {
          await on.pass(30 * secondMs);
          for (const [name, status] of Object.entries(speakers)) await speak(on, name, status);
        }
      };
      await pass(14, { n1: 'False', n2: 'True' });
      const seen = async () => [
        (await on.list(podsPath)).map(({ metadata, status }) => [
          ...[metadata.name, metadata.deletionTimestamp !== undefined, conditionsOf({ status })],
        ]),
        (await on.list(nodesPath)).map(({ spec, metadata }) => [
          metadata.name,
          (spec.taints ?? []).map(({ key, effect }: Loose) => `${key} ${effect}`).toSorted(),
        ]),
      ];
      const before = await seen();
      await on.delete(`${nodesPath}/n1`);
      await pass(4, { n2: 'True' });
      return [before, await seen()];
    }));

  it('a pod is bound once, and none is forgotten', () =>
    endsTheSame(['scheduler'], async (on) => {
      await addNode(on, 'n1');
      await addNode(on, 'n2');
      for (let i = 0; i < 5; i++) await on.create(podsPath, pod(`p${i}`, asking('2')));
      await on.idle();
      const placed = (await on.list(podsPath)).map(({ spec }) => spec.nodeName ?? 'none').toSorted();
      assert.deepEqual(placed, ['n1', 'n1', 'n2', 'n2', 'none']);
      await on.delete(`${podsPath}/p0`, { gracePeriodSeconds: 0 });
      await on.pass(120 * secondMs);
      const pods = await on.list(podsPath);
      assert.ok(pods.every(({ spec }) => spec.nodeName));
      return pods.map(conditionsOf);
    }));

  it('a pod that matters more takes the place of one that matters less, and of no second', () =>
    endsTheSame(['scheduler'], async (on) => {
      await addNode(on, 'n1');
      await addNode(on, 'n2');
      await on.create('/apis/scheduling.k8s.io/v1/priorityclasses', {
        metadata: { name: 'high' },
        value: 1000,
      });
      const small = { ...asking('2'), terminationGracePeriodSeconds: 0 };
      for (let i = 0; i < 4; i++) await on.create(podsPath, pod(`p${i}`, small));
      await on.idle();
      await on.create(podsPath, pod('high', { ...asking('2'), priorityClassName: 'high' }));
      await on.pass(120 * secondMs);
      const going = (await on.list(podsPath)).filter(({ metadata }) => metadata.deletionTimestamp);
      // There is no kubelet that would end it.
      for (const { metadata } of going) {
        await on.delete(`${podsPath}/${metadata.name}`, { gracePeriodSeconds: 0 });
      }
      await on.pass(120 * secondMs);
      const pods = await on.list(podsPath);
      assert.equal(pods.length, 4);
      assert.ok(pods.every(({ spec }) => spec.nodeName));
      return pods.filter(({ metadata }) => metadata.name === 'high').map(conditionsOf);
    }));

  it('pods on simulated nodes run to their ends, and go', () =>
    endsTheSame(
      [],
      async (on) => {
        await on.idle();
        const run = (name: string, command: string[], spec: object = {}) =>
          on.create(
            podsPath,
            pod(name, {
              ...{ nodeName: 'node-1', terminationGracePeriodSeconds: 5, ...spec },
              containers: [{ name: 'c', image: 'busybox', command }],
            }),
          );
        await run('runs', []);
        await run('ends', ['true'], { restartPolicy: 'Never' });
        await run('fails', ['false'], { restartPolicy: 'Never' });
        await run('goes', []);
        await run('held', []);
        await on.merge(`${podsPath}/held`, { metadata: { finalizers: ['example.com/held'] } });
        await on.idle(60 * secondMs);
        await on.delete(`${podsPath}/goes`);
        await on.delete(`${podsPath}/held`);
        await on.idle(60 * secondMs);
        const pods = (await on.list(podsPath)).map(({ metadata, status }) => [
          metadata.name,
          status.phase,
          conditionsOf({ status }),
          status.containerStatuses.map(({ ready, restartCount }: Loose) => [ready, restartCount]),
        ]);
        await on.merge(`${podsPath}/held`, { metadata: { finalizers: null } });
        await on.idle(60 * secondMs);
        const left = (await on.list(podsPath)).map(({ metadata }) => metadata.name);
        assert.deepEqual(left, ['ends', 'fails', 'runs']);
        const nodes = await on.list(nodesPath);
        return [pods, nodes.map(({ metadata, spec }) => [metadata.name, spec.podCIDR, spec.taints])];
      },
      { alone: true, host: { nodes: { run: true, count: 2, capacity: {} } } },
    ));
});

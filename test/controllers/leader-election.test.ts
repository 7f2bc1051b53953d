import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type VirtualClock, virtualClock } from '../../src/apimachinery/clock.ts';
import { silentLog } from '../../src/apimachinery/log.ts';
import { seededRandom } from '../../src/apimachinery/random.ts';
import { createActivity } from '../../src/client/activity.ts';
import { type Client, createClient } from '../../src/client/client.ts';
import { fetchTransport } from '../../src/client/fetch-transport.ts';
import { type Candidate, leadWhileHolding } from '../../src/controllers/leader-election.ts';
import { type Cluster, createCluster } from '../../src/testing/cluster.ts';
import { apiOver, expectCode, type Loose } from '../helpers/api.ts';

const lease = { namespace: 'kube-system', name: 'kube-controller-manager' };
const leases = `/apis/coordination.k8s.io/v1/namespaces/${lease.namespace}/leases`;
const leasePath = `${leases}/${lease.name}`;
const stepMs = 250;

/** What a candidate asks the API, and the ways in which that can go wrong. */
interface Line {
  readonly api: Pick<Client, 'send'>;
  /** Requests without an answer yet, those that hang left out. */
  pending: number;
  /** `fails`: before the server sees it. `loses`: the server acts on it, the answer never comes. `hangs`: nothing happens until `heal`. */
  fault: 'fails' | 'loses' | 'hangs' | undefined;
  heal(): void;
}

function lineTo(cluster: Cluster): Line {
  const { send } = createClient(fetchTransport(cluster.fetch), { activity: createActivity() });
  const stuck: (() => void)[] = [];
  const line: Line = {
    pending: 0,
    fault: undefined,
    heal() {
      line.fault = undefined;
      for (const go of stuck.splice(0)) go();
    },
    api: {
      async send(...request) {
        if (line.fault === 'fails') throw new Error('connection refused');
        if (line.fault === 'hangs') await new Promise<void>((go) => stuck.push(go));
        line.pending++;
        try {
          const answer = await send(...request);
          if (line.fault === 'loses') throw new Error('connection reset');
          return answer;
        } finally {
          line.pending--;
        }
      },
    },
  };
  return line;
}

let clock: VirtualClock;
let cluster: Cluster;
let lines: Line[];
let candidates: Candidate[];
/** Who works at this moment. */
let working: string[];
/** Who worked at once. */
let clashes: string[];

beforeEach(async () => {
  clock = virtualClock();
  cluster = await createCluster({ clock, random: seededRandom(1) });
  lines = [];
  candidates = [];
  working = [];
  clashes = [];
});
afterEach(async () => {
  for (const line of lines) line.heal();
  await Promise.all(candidates.map((candidate) => candidate.stop()));
  await cluster.close();
  assert.deepEqual(clashes, []);
});

function run(identity: string, work: { start?: () => Promise<void>; stop?: () => Promise<void> } = {}) {
  const line = lineTo(cluster);
  lines.push(line);
  const candidate = leadWhileHolding(
    { api: line.api, clock, random: seededRandom(identity.length), log: silentLog, identity, lease },
    {
      async onStart() {
        if (working.length > 0) clashes.push([...working, identity].join(' and '));
        working.push(identity);
        await work.start?.();
        return {
          async stop() {
            await work.stop?.();
            working = working.filter((one) => one !== identity);
          },
        };
      },
    },
  );
  candidates.push(candidate);
  return { candidate, line };
}

/** Lets everybody go on until all wait for time. */
async function quiet(): Promise<void> {
  do await turn();
  while (lines.some(({ pending }) => pending > 0));
  await turn();
}

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    clock.advance(Math.min(stepMs, left));
    await quiet();
  }
}

const api = () => apiOver(cluster.fetch);
const readLease = async (): Promise<Loose> => expectCode(await api().get(leasePath), 200);

describe('leader election', () => {
  it('has one winner, who renews every two seconds; the lease tells so', async () => {
    const { candidate: ann } = run('ann');
    await quiet();
    const { candidate: bob } = run('bob');
    await pass(60_000);
    assert.deepEqual(working, ['ann']);
    assert.deepEqual([ann.isLeader(), bob.isLeader()], [true, false]);
    assert.deepEqual([ann.leader(), bob.leader()], ['ann', 'ann']);
    const { spec } = await readLease();
    assert.deepEqual(spec, {
      holderIdentity: 'ann',
      leaseDurationSeconds: 15,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:01:00.000000Z',
      leaseTransitions: 0,
    });
  });

  it('hands over at once when the leader retires, after its work has ended', async () => {
    let end = () => {};
    const { candidate: ann } = run('ann', { stop: () => new Promise((resolve) => (end = resolve)) });
    await quiet();
    run('bob');
    await quiet();
    const retired = ann.stop();
    await pass(30_000);
    assert.deepEqual(working, ['ann'], 'the lease is kept while work goes on');
    end();
    await retired;
    const { spec } = await readLease();
    assert.equal(spec.holderIdentity, '');
    assert.equal(spec.leaseDurationSeconds, 1);
    await pass(4_500);
    assert.deepEqual(working, ['bob']);
    assert.equal((await readLease()).spec.leaseTransitions, 1);
  });

  it('writes events about the lease', async () => {
    const { candidate: ann } = run('ann');
    await quiet();
    const { uid } = (await readLease()).metadata;
    clock.advance(1_000);
    await ann.stop();
    const { items } = expectCode(await api().get('/api/v1/namespaces/kube-system/events'), 200);
    assert.deepEqual(
      items.map((event: Loose) => [
        event.reason,
        event.type,
        event.message,
        event.involvedObject.uid,
        event.source.component,
      ]),
      ['ann became leader', 'ann stopped leading'].map((message) => [
        'LeaderElection',
        'Normal',
        message,
        uid,
        'kube-controller-manager',
      ]),
    );
  });

  it('is taken from a leader that is gone, fifteen seconds after its last renewal was seen', async () => {
    const crashed = { holderIdentity: 'gone', leaseDurationSeconds: 15, leaseTransitions: 4 };
    const renewTime = '2020-01-01T00:00:00.000000Z';
    expectCode(await api().post(leases, { metadata: lease, spec: { ...crashed, renewTime } }), 201);
    const { candidate: bob } = run('bob');
    await pass(14_750);
    // The clock of somebody else says nothing: what counts is how long the lease did not change.
    assert.deepEqual([working, bob.leader()], [[], 'gone']);
    await pass(5_000);
    assert.deepEqual(working, ['bob']);
    assert.equal((await readLease()).spec.leaseTransitions, 5);
  });

  for (const fault of ['fails', 'loses', 'hangs'] as const) {
    it(`a leader whose every request ${fault} stops its work before another begins`, async () => {
      const { candidate: ann, line } = run('ann');
      await quiet();
      const { candidate: bob } = run('bob');
      await pass(5_000);
      line.fault = fault;
      await pass(8_500);
      assert.deepEqual(working, ['ann'], 'a short interruption changes nothing');
      await pass(1_000);
      assert.deepEqual([working, ann.isLeader()], [[], false]);
      if (fault !== 'loses') await pass(14_000);
      // Renewals whose answers were lost have arrived: bob waits, and ann is the first to see that the lease is hers.
      line.heal();
      await pass(6_000);
      const leader = fault === 'loses' ? 'ann' : 'bob';
      assert.deepEqual(working, [leader]);
      assert.deepEqual([ann.isLeader(), bob.isLeader()], [leader === 'ann', leader === 'bob']);
    });
  }

  it('a leader whose lease somebody else took stops at its next look', async () => {
    run('ann');
    await quiet();
    const taken = await readLease();
    expectCode(await api().put(leasePath, { ...taken, spec: { ...taken.spec, holderIdentity: 'eve' } }), 200);
    await pass(2_500);
    assert.deepEqual(working, []);
    await pass(20_000);
    assert.deepEqual(working, ['ann'], 'eve never renewed');
  });

  it('a lease that was deleted is made again by its leader', async () => {
    run('ann');
    await quiet();
    run('bob');
    await quiet();
    expectCode(await api().delete(leasePath), 200);
    await pass(2_250);
    assert.deepEqual(working, ['ann']);
    assert.equal((await readLease()).spec.holderIdentity, 'ann');
  });

  it('gives the lease back when work cannot begin', async () => {
    let failures = 0;
    const start = async () => {
      if (failures++ > 0) return;
      working = [];
      throw new Error('no');
    };
    run('ann', { start });
    await quiet();
    assert.deepEqual(working, []);
    assert.equal((await readLease()).spec.holderIdentity, '');
    await pass(10_000);
    assert.deepEqual(working, ['ann']);
  });

  it('fields and labels of the lease that are not about the election stay', async () => {
    expectCode(await api().post(leases, { metadata: { ...lease, labels: { team: 'a' } } }), 201);
    run('ann');
    await pass(5_000);
    const { metadata, spec } = await readLease();
    assert.deepEqual(metadata.labels, { team: 'a' });
    assert.equal(spec.holderIdentity, 'ann');
  });

  it('refuses timing under which two could lead', () => {
    const options = { api: lineTo(cluster).api, clock, random: seededRandom(1), log: silentLog };
    const tryWith = (leaseDurationMs: number, renewDeadlineMs: number, retryPeriodMs: number) => () =>
      leadWhileHolding(
        { ...options, identity: 'ann', lease, timing: { leaseDurationMs, renewDeadlineMs, retryPeriodMs } },
        { onStart: async () => ({ stop: async () => {} }) },
      );
    assert.throws(tryWith(10_000, 10_000, 2_000), /leaseDuration must be greater than renewDeadline/);
    assert.throws(
      tryWith(15_000, 10_000, 9_000),
      /renewDeadline must be greater than retryPeriod\*JitterFactor/,
    );
    assert.throws(tryWith(15_000, 10_000, 0), /retryPeriod must be greater than zero/);
  });
});

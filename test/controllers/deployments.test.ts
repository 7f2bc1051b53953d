import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Loose } from '../helpers/api.ts';
import { makeReady, podsPath, type Stage, stage } from './kit.ts';
import { diesAfter } from './restarts.ts';

const deployments = '/apis/apps/v1/namespaces/default/deployments';
const sets = '/apis/apps/v1/namespaces/default/replicasets';
const web = `${deployments}/web`;
const controllers = ['deployment', 'replicaset'];
const prefix = 'deployment.kubernetes.io';

const template = (image = 'web:1') => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'c', image }] },
});

const deployment = (replicas: number, spec: object = {}, metadata: object = {}) => ({
  metadata: { name: 'web', ...metadata },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: template(), ...spec },
});

const image = (name: string) => ({ spec: { template: template(name) } });

const imageOf = ({ spec }: Loose): string => (spec.template ?? { spec }).spec.containers[0].image;

/** Sizes of the ReplicaSets that have any, by image. */
async function sizes({ list }: Stage): Promise<Record<string, number>> {
  const active = (await list(sets)).filter(({ spec }) => spec.replicas > 0);
  return Object.fromEntries(active.map((set) => [imageOf(set), set.spec.replicas]));
}

async function readyAll(cluster: Stage, name?: string): Promise<void> {
  for (const pod of await cluster.list(podsPath)) {
    const isReady = pod.status.conditions?.some(
      ({ type, status }: Loose) => type === 'Ready' && status === 'True',
    );
    if (!isReady && (name === undefined || imageOf(pod) === name))
      await makeReady(cluster, pod.metadata.name);
  }
}

/** Makes pods ready until nothing changes any more. */
async function rolledOut(cluster: Stage): Promise<void> {
  for (let round = 0; round < 20; round++) {
    const before = (await cluster.get(web)).metadata.resourceVersion;
    await readyAll(cluster);
    if ((await cluster.get(web)).metadata.resourceVersion === before) return;
  }
  assert.fail('the rollout does not end');
}

const condition = async ({ get }: Stage, type: string): Promise<Loose> =>
  (await get(web)).status.conditions.find((one: Loose) => one.type === type);

async function events({ list }: Stage): Promise<string[]> {
  const all = await list('/api/v1/namespaces/default/events');
  const ours = all.filter(({ involvedObject }) => involvedObject.kind === 'Deployment');
  return ours
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .map(({ type, reason, message, source }) => `${source.component} ${type} ${reason}: ${message}`);
}

const setOf = async ({ list }: Stage, name: string): Promise<Loose> =>
  (await list(sets)).find((set) => imageOf(set) === name);

describe('a Deployment', () => {
  it('makes a ReplicaSet and says how it goes', async () => {
    await using cluster = await stage(controllers);
    const created = await cluster.create(deployments, deployment(2, {}, { annotations: { note: 'first' } }));
    const [set] = await cluster.list(sets);
    const hash = set.metadata.labels['pod-template-hash'];
    assert.match(hash, /^[bcdfghjklmnpqrstvwxz2456789]{5,10}$/);
    assert.equal(set.metadata.name, `web-${hash}`);
    assert.deepEqual(set.metadata.annotations, {
      note: 'first',
      [`${prefix}/revision`]: '1',
      [`${prefix}/desired-replicas`]: '2',
      [`${prefix}/max-replicas`]: '3',
    });
    assert.deepEqual(set.metadata.ownerReferences, [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: 'web',
        uid: created.metadata.uid,
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    assert.deepEqual(set.spec.selector, { matchLabels: { app: 'web', 'pod-template-hash': hash } });
    assert.deepEqual(set.spec.template.metadata.labels, { app: 'web', 'pod-template-hash': hash });

    const begun = await cluster.get(web);
    assert.equal(begun.metadata.annotations[`${prefix}/revision`], '1');
    assert.deepEqual(begun.status, {
      observedGeneration: begun.metadata.generation,
      replicas: 2,
      updatedReplicas: 2,
      unavailableReplicas: 2,
      terminatingReplicas: 0,
      conditions: [
        {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
          lastUpdateTime: '2026-01-01T00:00:00Z',
          lastTransitionTime: '2026-01-01T00:00:00Z',
        },
        {
          type: 'Progressing',
          status: 'True',
          reason: 'ReplicaSetUpdated',
          message: `ReplicaSet "${set.metadata.name}" is progressing.`,
          lastUpdateTime: '2026-01-01T00:00:00Z',
          lastTransitionTime: '2026-01-01T00:00:00Z',
        },
      ],
    });

    await cluster.cluster.advance(5_000);
    await rolledOut(cluster);
    const { status } = await cluster.get(web);
    assert.equal(status.availableReplicas, 2);
    assert.equal(status.readyReplicas, 2);
    assert.equal(status.unavailableReplicas, undefined);
    assert.deepEqual(await condition(cluster, 'Available'), {
      type: 'Available',
      status: 'True',
      reason: 'MinimumReplicasAvailable',
      message: 'Deployment has minimum availability.',
      lastUpdateTime: '2026-01-01T00:00:05Z',
      lastTransitionTime: '2026-01-01T00:00:05Z',
    });
    assert.deepEqual(await condition(cluster, 'Progressing'), {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${set.metadata.name}" has successfully progressed.`,
      lastUpdateTime: '2026-01-01T00:00:05Z',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    });
    assert.deepEqual(await events(cluster), [
      `deployment-controller Normal ScalingReplicaSet: Scaled up replica set ${set.metadata.name} from 0 to 2`,
    ]);
    assert.deepEqual(await cluster.cluster.runUntilIdle(), { idle: true, nextAt: undefined });
  });

  it('rolls within maxSurge and maxUnavailable', async () => {
    await using cluster = await stage(controllers);
    const rollingUpdate = { maxSurge: 3, maxUnavailable: 2 };
    await cluster.create(deployments, deployment(10, { strategy: { rollingUpdate } }));
    await rolledOut(cluster);
    await cluster.merge(web, image('web:2'));
    assert.deepEqual(await sizes(cluster), { 'web:1': 8, 'web:2': 5 });
    for (let ready = 1; ready <= 20; ready++) {
      const pod = (await cluster.list(podsPath)).find(({ status }) => status.phase === 'Pending');
      if (!pod) break;
      await makeReady(cluster, pod.metadata.name);
      const pods = await cluster.list(podsPath);
      assert.ok(pods.length <= 13, `${pods.length} pods`);
      assert.ok(pods.filter(({ status }) => status.phase === 'Running').length >= 8);
    }
    assert.deepEqual(await sizes(cluster), { 'web:2': 10 });
    const { status, metadata } = await cluster.get(web);
    assert.equal(status.updatedReplicas, 10);
    assert.equal(status.availableReplicas, 10);
    assert.equal(metadata.annotations[`${prefix}/revision`], '2');
  });

  it('takes away first what does not work', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(
      deployments,
      deployment(4, { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 2 } } }),
    );
    const [healthy, other] = await cluster.list(podsPath);
    await makeReady(cluster, healthy.metadata.name);
    await makeReady(cluster, other.metadata.name);
    await cluster.merge(web, image('web:2'));
    assert.deepEqual(await sizes(cluster), { 'web:1': 2, 'web:2': 3 });
    const left = (await cluster.list(podsPath)).filter((pod) => imageOf(pod) === 'web:1');
    assert.deepEqual(
      left.map(({ status }) => status.phase),
      ['Running', 'Running'],
    );
  });

  it('rolls over to a third template in the middle of a rollout', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(deployments, deployment(4));
    await rolledOut(cluster);
    await cluster.merge(web, image('web:2'));
    assert.deepEqual(await sizes(cluster), { 'web:1': 3, 'web:2': 2 });
    await cluster.merge(web, image('web:3'));
    // Nobody misses the pods of the second one: they never were ready.
    assert.deepEqual(await sizes(cluster), { 'web:1': 3, 'web:3': 2 });
    await rolledOut(cluster);
    assert.deepEqual(await sizes(cluster), { 'web:3': 4 });
    assert.equal((await setOf(cluster, 'web:3')).metadata.annotations[`${prefix}/revision`], '3');
  });

  it('goes back to a template that it had, and keeps the number that this had', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(deployments, deployment(1));
    await rolledOut(cluster);
    for (const name of ['web:2', 'web:1', 'web:2', 'web:1']) {
      await cluster.merge(web, image(name));
      await rolledOut(cluster);
    }
    assert.equal((await cluster.list(sets)).length, 2);
    const { annotations } = (await setOf(cluster, 'web:1')).metadata;
    assert.equal(annotations[`${prefix}/revision`], '5');
    assert.equal(annotations[`${prefix}/revision-history`], '1,3');
    assert.equal((await cluster.get(web)).metadata.annotations[`${prefix}/revision`], '5');
  });

  it('grants the wish of an old client to be rolled back', async () => {
    await using cluster = await stage(controllers);
    const wish = { metadata: { annotations: { 'deprecated.deployment.rollback.to': '0' } } };
    await cluster.create(
      deployments,
      deployment(1, {}, { annotations: { 'kubernetes.io/change-cause': 'one' } }),
    );
    await cluster.merge(web, {
      ...image('web:2'),
      metadata: { annotations: { 'kubernetes.io/change-cause': 'two' } },
    });
    await cluster.merge(web, wish);
    const back = await cluster.get(web);
    assert.equal(imageOf(back), 'web:1');
    assert.equal(back.metadata.annotations['kubernetes.io/change-cause'], 'one');
    assert.equal(back.metadata.annotations['deprecated.deployment.rollback.to'], undefined);
    assert.equal(back.spec.template.metadata.labels['pod-template-hash'], undefined);
    await cluster.merge(web, { metadata: { annotations: { 'deprecated.deployment.rollback.to': '7' } } });
    const told = await events(cluster);
    assert.ok(
      told.includes(
        'deployment-controller Normal DeploymentRollback: Rolled back deployment "web" to revision 1',
      ),
    );
    assert.ok(
      told.includes(
        'deployment-controller Warning DeploymentRollbackRevisionNotFound: Unable to find the revision to rollback to.',
      ),
    );
  });

  it('keeps as many old ReplicaSets as it is told', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(deployments, deployment(1, { revisionHistoryLimit: 1 }));
    await rolledOut(cluster);
    for (const name of ['web:2', 'web:3', 'web:4']) {
      await cluster.merge(web, image(name));
      await rolledOut(cluster);
    }
    assert.deepEqual((await cluster.list(sets)).map(imageOf).toSorted(), ['web:3', 'web:4']);
  });

  it('recreates: no new pod while an old one is left', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(deployments, deployment(2, { strategy: { type: 'Recreate' } }));
    for (const { metadata } of await cluster.list(podsPath)) {
      // Has a node, and takes its time.
      await cluster.cluster.fetch(`https://binnacle${podsPath}/${metadata.name}/binding`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ metadata: { name: metadata.name }, target: { kind: 'Node', name: 'n' } }),
      });
    }
    await rolledOut(cluster);
    await cluster.merge(web, image('web:2'));
    assert.deepEqual(await sizes(cluster), {});
    const old = await cluster.list(podsPath);
    assert.equal(old.length, 2);
    assert.equal((await cluster.get(web)).status.terminatingReplicas, 2);
    for (const { metadata } of old) {
      assert.deepEqual(await sizes(cluster), {});
      await cluster.delete(`${podsPath}/${metadata.name}`, { gracePeriodSeconds: 0 });
    }
    assert.deepEqual(await sizes(cluster), { 'web:2': 2 });
  });

  it('is scaled in the middle of a rollout in proportion', async () => {
    await using cluster = await stage(controllers);
    const rollingUpdate = { maxSurge: 3, maxUnavailable: 2 };
    await cluster.create(deployments, deployment(10, { strategy: { rollingUpdate } }));
    await rolledOut(cluster);
    await cluster.merge(web, image('web:2'));
    assert.deepEqual(await sizes(cluster), { 'web:1': 8, 'web:2': 5 });
    await cluster.merge(web, { spec: { replicas: 15 } });
    // The example of the documentation.
    assert.deepEqual(await sizes(cluster), { 'web:1': 11, 'web:2': 7 });
    assert.equal((await setOf(cluster, 'web:1')).metadata.annotations[`${prefix}/max-replicas`], '18');
    await cluster.merge(web, { spec: { replicas: 5 } });
    // 5 and 3, and then the rollout goes on with what is too much.
    assert.deepEqual(await sizes(cluster), { 'web:1': 3, 'web:2': 5 });
    await cluster.merge(web, { spec: { replicas: 0 } });
    assert.deepEqual(await sizes(cluster), {});
  });

  it('stands still while it is paused, except for its size', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(deployments, deployment(4));
    await rolledOut(cluster);
    await cluster.merge(web, { spec: { paused: true } });
    const paused = await condition(cluster, 'Progressing');
    assert.deepEqual(
      [paused.status, paused.reason, paused.message],
      ['Unknown', 'DeploymentPaused', 'Deployment is paused'],
    );
    await cluster.merge(web, image('web:2'));
    await cluster.merge(web, { spec: { replicas: 5 } });
    assert.deepEqual(await sizes(cluster), { 'web:1': 5 });
    await cluster.cluster.advance(3_600_000);
    assert.equal((await condition(cluster, 'Progressing')).reason, 'DeploymentPaused');
    await cluster.merge(web, { spec: { paused: false } });
    await rolledOut(cluster);
    assert.deepEqual(await sizes(cluster), { 'web:2': 5 });
    assert.equal((await condition(cluster, 'Progressing')).reason, 'NewReplicaSetAvailable');
  });

  it('says when a rollout makes no progress, and when it does again', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(deployments, deployment(1, { progressDeadlineSeconds: 60 }));
    await cluster.cluster.advance(59_000);
    assert.equal((await condition(cluster, 'Progressing')).reason, 'ReplicaSetUpdated');
    assert.equal((await cluster.cluster.runUntilIdle()).idle, true);
    const [set] = await cluster.list(sets);
    assert.deepEqual(await condition(cluster, 'Progressing'), {
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `ReplicaSet "${set.metadata.name}" has timed out progressing.`,
      lastUpdateTime: '2026-01-01T00:01:01Z',
      lastTransitionTime: '2026-01-01T00:01:01Z',
    });
    await rolledOut(cluster);
    assert.equal((await condition(cluster, 'Progressing')).reason, 'NewReplicaSetAvailable');
    await cluster.merge(web, { spec: { progressDeadlineSeconds: 2 ** 31 - 1 } });
    assert.equal(await condition(cluster, 'Progressing'), undefined);
  });

  it('waits for pods to be ready for minReadySeconds', async () => {
    await using cluster = await stage(controllers);
    await cluster.create(deployments, deployment(1, { minReadySeconds: 30 }));
    await rolledOut(cluster);
    assert.equal((await cluster.get(web)).status.readyReplicas, 1);
    assert.equal((await condition(cluster, 'Available')).status, 'False');
    await cluster.cluster.runUntilIdle();
    assert.equal((await condition(cluster, 'Available')).status, 'True');
    await cluster.merge(web, { spec: { minReadySeconds: 5 } });
    assert.equal((await cluster.list(sets))[0].spec.minReadySeconds, 5);
  });

  it('adopts ReplicaSets that it selects and lets go of the others', async () => {
    await using cluster = await stage(controllers);
    const labels = { app: 'web', own: 'x' };
    await cluster.create(sets, {
      metadata: { name: 'before', labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: { ...template(), metadata: { labels } },
      },
    });
    const { metadata } = await cluster.create(deployments, deployment(1));
    const adopted = await cluster.get(`${sets}/before`);
    assert.equal(adopted.metadata.ownerReferences[0].uid, metadata.uid);
    await rolledOut(cluster);
    assert.equal((await cluster.get(`${sets}/before`)).spec.replicas, 0);
    const [made] = (await cluster.list(sets)).filter((set) => set.metadata.name !== 'before');
    await cluster.merge(`${sets}/before`, { metadata: { labels: { app: 'other' } } });
    assert.equal((await cluster.get(`${sets}/before`)).metadata.ownerReferences, undefined);
    assert.equal(made.spec.replicas, 1);
  });

  it('takes another name when somebody else has the name of its ReplicaSet', async () => {
    await using probe = await stage(controllers);
    await probe.create(deployments, deployment(1));
    const { name } = (await probe.list(sets))[0].metadata;

    await using cluster = await stage(controllers);
    const labels = { app: 'other' };
    await cluster.create(sets, {
      metadata: { name },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { ...template(), metadata: { labels } },
      },
    });
    await cluster.create(deployments, deployment(1));
    await cluster.cluster.runUntilIdle({ withinMs: 1_000 });
    assert.equal((await cluster.get(web)).status.collisionCount, 1);
    const [own] = (await cluster.list(sets)).filter((set) => set.metadata.name !== name);
    assert.equal(own.spec.replicas, 1);
  });

  it('says why there are no pods, or not even a ReplicaSet', async () => {
    await using cluster = await stage(controllers);
    const quotas = '/api/v1/namespaces/default/resourcequotas';
    const forbid = async (what: string) => {
      await cluster.create(quotas, { metadata: { name: 'q' }, spec: { hard: { [what]: '0' } } });
      await cluster.merge(`${quotas}/q/status`, { status: { hard: { [what]: '0' }, used: { [what]: '0' } } });
    };
    await forbid('pods');
    await cluster.create(deployments, deployment(1));
    const failure = await condition(cluster, 'ReplicaFailure');
    assert.equal(failure.reason, 'FailedCreate');
    assert.match(failure.message, /^pods "web-\w+-\w{5}" is forbidden: exceeded quota: q, /);
    await cluster.delete(`${quotas}/q`);
    await cluster.cluster.runUntilIdle({ withinMs: 1_000 });
    assert.equal(await condition(cluster, 'ReplicaFailure'), undefined);

    await forbid('count/replicasets.apps');
    await cluster.merge(web, image('web:2'));
    const progress = await condition(cluster, 'Progressing');
    assert.equal(progress.status, 'False');
    assert.equal(progress.reason, 'ReplicaSetCreateError');
    assert.match(
      progress.message,
      /^Failed to create new replica set "web-\w+": replicasets\.apps "web-\w+" is forbidden: exceeded quota: q, /,
    );
    assert.ok(
      (await events(cluster)).some((event) => event.endsWith(` ReplicaSetCreateError: ${progress.message}`)),
    );
    await cluster.delete(`${quotas}/q`);
    await cluster.cluster.runUntilIdle({ withinMs: 10_000 });
    assert.deepEqual(await sizes(cluster), { 'web:1': 1, 'web:2': 1 });
  });

  it('ends in the same state wherever its controllers die', async () => {
    const states = new Set<string>();
    for (let writes = 1, died = true; died; writes++) {
      await using cluster = await stage([]);
      const work = async (settled: () => Promise<void>) => {
        for (let round = 0, before = ''; round < 20; round++) {
          await settled();
          const now = (await cluster.get(web)).metadata.resourceVersion;
          if (now === before) break;
          before = now;
          await readyAll(cluster);
        }
      };
      const scenario = async (settled: () => Promise<void>) => {
        await cluster.create(deployments, deployment(2));
        await work(settled);
        await cluster.merge(web, image('web:2'));
        await work(settled);
      };
      died = await diesAfter(cluster, controllers, writes, scenario, work);
      states.add(JSON.stringify(await picture(cluster)));
    }
    assert.equal(states.size, 1, [...states].join('\n'));
  });
});

/** What a rollout ends in. */
async function picture(cluster: Stage) {
  const { status, metadata } = await cluster.get(web);
  const { observedGeneration: _, conditions, ...counts } = status;
  return {
    revision: metadata.annotations[`${prefix}/revision`],
    counts,
    conditions: conditions.map(({ type, status: is, reason }: Loose) => [type, is, reason]).toSorted(),
    sets: (await cluster.list(sets)).map((set) => [set.metadata.name, set.spec.replicas]),
    pods: (await cluster.list(podsPath)).map(imageOf),
  };
}

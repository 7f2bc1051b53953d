import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podsPath, type Stage, stage } from './kit.ts';
import { diesAfter } from './restarts.ts';

const claimsPath = '/apis/resource.k8s.io/v1/namespaces/default/resourceclaims';
const templatesPath = '/apis/resource.k8s.io/v1/namespaces/default/resourceclaimtemplates';
const devices = { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } }] };
const template = {
  metadata: { name: 'one-gpu' },
  spec: { metadata: { labels: { from: 'template' } }, spec: { devices } },
};
const pod = (name: string, request: object, spec: object = {}) => ({
  metadata: { name },
  spec: {
    containers: [{ name: 'c', image: 'i', resources: { claims: [{ name: 'gpu' }] } }],
    resourceClaims: [{ name: 'gpu', ...request }],
    ...spec,
  },
});
const byTemplate = { resourceClaimTemplateName: 'one-gpu' };
const open = () => stage(['resourceclaim-controller', 'garbagecollector', 'podgc']);
const statusesOf = async ({ get }: Stage, name: string) =>
  (await get(`${podsPath}/${name}`)).status.resourceClaimStatuses;

describe('a claim that a pod asks for by template', () => {
  it('is made for the pod, which says its name', async () => {
    await using on = await open();
    await on.create(templatesPath, template);
    const { metadata } = await on.create(podsPath, pod('web', byTemplate));
    const [claim, ...others] = await on.list(claimsPath);
    assert.deepEqual(others, []);
    assert.match(claim.metadata.name, /^web-gpu-\w{5}$/);
    assert.deepEqual(claim.metadata.labels, { from: 'template' });
    assert.deepEqual(claim.metadata.annotations, { 'resource.kubernetes.io/pod-claim-name': 'gpu' });
    assert.deepEqual(claim.metadata.ownerReferences, [
      { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: metadata.uid, controller: true },
    ]);
    assert.equal(claim.spec.devices.requests[0].exactly.deviceClassName, 'gpu.example.com');
    assert.deepEqual(await statusesOf(on, 'web'), [{ name: 'gpu', resourceClaimName: claim.metadata.name }]);
  });

  it('waits for the template, and says so', async () => {
    await using on = await open();
    await on.create(podsPath, pod('web', byTemplate));
    const [event] = await on.list('/api/v1/namespaces/default/events');
    assert.deepEqual(
      [event.reason, event.message],
      [
        'FailedResourceClaimCreation',
        'PodResourceClaim gpu: resource claim template "one-gpu": resourceclaimtemplate.resource.k8s.io "one-gpu" not found',
      ],
    );
    await on.create(templatesPath, template);
    assert.equal((await on.list(claimsPath)).length, 1);
  });

  it('is made anew when it was deleted', async () => {
    await using on = await open();
    await on.create(templatesPath, template);
    await on.create(podsPath, pod('web', byTemplate));
    const [before] = await on.list(claimsPath);
    await on.delete(`${claimsPath}/${before.metadata.name}`);
    const [after] = await on.list(claimsPath);
    assert.notEqual(after.metadata.uid, before.metadata.uid);
    assert.deepEqual(await statusesOf(on, 'web'), [{ name: 'gpu', resourceClaimName: after.metadata.name }]);
  });

  it('goes when the pod has come to its end', async () => {
    await using on = await open();
    await on.create(templatesPath, template);
    await on.create(podsPath, pod('web', byTemplate, { nodeName: 'n1' }));
    await on.merge(`${podsPath}/web/status`, { status: { phase: 'Succeeded' } });
    assert.deepEqual(await on.list(claimsPath), []);
  });

  it('has a name that is cut when those of pod and request are long', async () => {
    await using on = await open();
    await on.create(templatesPath, template);
    await on.create(podsPath, pod('p'.repeat(100), byTemplate));
    const [claim] = await on.list(claimsPath);
    assert.match(claim.metadata.name, /^p{54}-g\w{5}$/);
  });
});

describe('a claim that pods share', () => {
  const consumer = (name: string, uid: string) => ({ resource: 'pods', name, uid });
  const allocation = {
    devices: { results: [{ request: 'gpu', driver: 'gpu.example.com', pool: 'p', device: 'd' }] },
  };
  const finalizers = ['resource.kubernetes.io/delete-protection'];

  it('is given back by pods that are gone, and then free for others', async () => {
    await using on = await open();
    await on.create(claimsPath, { metadata: { name: 'shared', finalizers }, spec: { devices } });
    const { metadata } = await on.create(
      podsPath,
      pod('web', { resourceClaimName: 'shared' }, { nodeName: 'n1' }),
    );
    await on.merge(`${claimsPath}/shared/status`, { status: { allocation } });
    const reserved = (await on.get(`${claimsPath}/shared`)).status.reservedFor;
    assert.deepEqual(reserved, [consumer('web', metadata.uid)]);
    await on.delete(`${podsPath}/web`, { gracePeriodSeconds: 0 });
    const claim = await on.get(`${claimsPath}/shared`);
    assert.deepEqual([claim.status, claim.metadata.finalizers], [{}, undefined]);
  });

  it('stays reserved for a pod that is there', async () => {
    await using on = await open();
    await on.create(claimsPath, { metadata: { name: 'shared', finalizers }, spec: { devices } });
    const { metadata } = await on.create(podsPath, pod('web', { resourceClaimName: 'shared' }));
    await on.merge(`${claimsPath}/shared/status`, {
      status: { allocation, reservedFor: [consumer('web', metadata.uid), consumer('old', 'gone')] },
    });
    const { status } = await on.get(`${claimsPath}/shared`);
    assert.deepEqual(status.reservedFor, [consumer('web', metadata.uid)]);
    assert.ok(status.allocation);
  });
});

it('a pod that needs devices is not placed, and says why', async () => {
  await using on = await stage(['resourceclaim-controller', 'kube-scheduler', 'nodelifecycle'], { nodes: 2 });
  await on.create(templatesPath, template);
  await on.create(podsPath, pod('web', byTemplate));
  await on.cluster.advance(30_000);
  const { spec, status } = await on.get(`${podsPath}/web`);
  assert.equal(spec.nodeName, undefined);
  const [condition] = status.conditions;
  assert.deepEqual(
    [condition.type, condition.status, condition.reason],
    ['PodScheduled', 'False', 'Unschedulable'],
  );
  assert.match(
    condition.message,
    /^0\/2 nodes are available: pod has resource claims, and the allocation of devices to claims is not simulated\./,
  );
});

it('claims end in the same state wherever their controller dies', async () => {
  const states = new Set<string>();
  let deaths = 0;
  for (let writes = 1, died = true; died; writes++) {
    await using on = await stage([]);
    const scenario = async (settled: () => Promise<void>) => {
      await on.create(templatesPath, template);
      for (const name of ['one', 'two']) await on.create(podsPath, pod(name, byTemplate, { nodeName: 'n1' }));
      await settled();
      await on.merge(`${podsPath}/two/status`, { status: { phase: 'Succeeded' } });
      await settled();
    };
    died = await diesAfter(on, ['resourceclaim-controller'], writes, scenario, (settled) => settled());
    deaths += Number(died);
    const claims = await on.list(claimsPath);
    const { name } = claims[0].metadata;
    assert.deepEqual(await statusesOf(on, 'one'), [{ name: 'gpu', resourceClaimName: name }]);
    states.add(claims.map(({ metadata }) => metadata.ownerReferences[0].name).join());
  }
  assert.ok(deaths > 3);
  assert.deepEqual([...states], ['one']);
});

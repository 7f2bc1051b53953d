import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { type Cluster, createCluster } from '../../src/testing/cluster.ts';
import { type Api, apiOver, expectCode, expectFailure, pod } from '../helpers/api.ts';

let cluster: Cluster;
let api: Api;
before(async () => {
  cluster = await createCluster({ allowPrivileged: false });
  api = apiOver(cluster.fetch);
});
after(() => cluster.close());

const pods = '/api/v1/namespaces/default/pods';
const securityContext = { privileged: true };
const privileged = { containers: [{ name: 'main', image: 'busybox:1', securityContext }] };

it('with --allow-privileged=false no pod has a privileged container', async () => {
  const status = expectFailure(await api.post(pods, pod('p', privileged)), 422, 'Invalid');
  assert.equal(
    status.message,
    'Pod "p" is invalid: spec.containers[0].securityContext.privileged: Forbidden: disallowed by cluster policy',
  );
  expectCode(await api.post(pods, pod('p')), 201);
  const ephemeralContainers = [{ name: 'debug', image: 'busybox:1', securityContext }];
  const added = await api.patch(`${pods}/p/ephemeralcontainers`, 'strategic', {
    spec: { ephemeralContainers },
  });
  assert.match(
    expectFailure(added, 422, 'Invalid').message ?? '',
    /spec\.ephemeralContainers\[0\]\.securityContext\.privileged: Forbidden: disallowed by cluster policy/,
  );
});

it('nor has what pods are made from', async () => {
  const matchLabels = { app: 'd' };
  const template = { metadata: { labels: matchLabels }, spec: privileged };
  const path = '/apis/apps/v1/namespaces/default/deployments';
  const sent = { metadata: { name: 'd' }, spec: { selector: { matchLabels }, template } };
  assert.deepEqual(expectFailure(await api.post(path, sent), 422, 'Invalid').details?.causes, [
    {
      reason: 'FieldValueForbidden',
      message: 'Forbidden: disallowed by cluster policy',
      field: 'spec.template.spec.containers[0].securityContext.privileged',
    },
  ]);
});

it('nor runs on the host of a Windows node', async () => {
  const onHost = {
    os: { name: 'windows' },
    hostNetwork: true,
    securityContext: { windowsOptions: { hostProcess: true } },
  };
  const status = expectFailure(await api.post(pods, pod('w', onHost)), 422, 'Invalid');
  assert.equal(
    status.message,
    'Pod "w" is invalid: spec: Forbidden: hostProcess containers are disallowed by cluster policy',
  );
});

it('without the flag they may', async () => {
  await using open = await createCluster();
  expectCode(await apiOver(open.fetch).post(pods, pod('p', privileged)), 201);
});

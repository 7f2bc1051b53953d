import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { virtualClock } from '../../src/apimachinery/clock.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { apiOver, expectCode, expectFailure, type Loose, pod } from '../helpers/api.ts';
import { temporaryDirectory } from '../helpers/temporary-directory.ts';
import { startWebhook, writeWebhookConfig } from '../helpers/webhook-server.ts';

type Status = { allowed: boolean; reason?: string; auditAnnotations?: Record<string, string> };

/** A cluster that asks a webhook about images; the webhook answers what `decide` says about the spec, or with a code. */
async function setUp(t: TestContext, decide: (spec: Loose) => Status | number, rest = '') {
  const { path: directory, remove } = await temporaryDirectory();
  t.after(remove);
  const webhook = await startWebhook(t, ({ body }) => {
    const review = JSON.parse(body) as Loose;
    const status = decide(review.spec);
    return typeof status === 'number' ? status : { ...review, status };
  });
  const kubeConfigFile = await writeWebhookConfig(join(directory, 'hook'), { server: webhook.url });
  const configFile = join(directory, 'admission.yaml');
  const configuration = `imagePolicy: {kubeConfigFile: ${kubeConfigFile}, retryBackoff: 1${rest}}`;
  await writeFile(
    configFile,
    `apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: ImagePolicyWebhook
  configuration:
    ${configuration}
`,
  );
  const clock = virtualClock();
  const cluster = await createCluster({
    clock,
    admission: { enablePlugins: ['ImagePolicyWebhook'], configFile },
  });
  t.after(() => cluster.close());
  return { api: apiOver(cluster.fetch), clock, webhook };
}

const pods = '/api/v1/namespaces/default/pods';
const specOf = ({ body }: { body: string }): Loose => JSON.parse(body).spec;

test('the webhook is asked about the images of a pod, and its answer counts', async (t) => {
  const { api, webhook } = await setUp(t, ({ containers }) =>
    containers.some(({ image }: Loose) => image === 'evil')
      ? { allowed: false, reason: 'evil is evil' }
      : { allowed: containers[0].image !== 'odd' },
  );
  const sent = pod(
    'a',
    { initContainers: [{ name: 'i', image: 'init' }] },
    { annotations: { 'mycorp.image-policy.k8s.io/ticket': '1', other: 'x' } },
  );
  expectCode(await api.post(pods, sent), 201);
  assert.deepEqual(JSON.parse(webhook.requests[0]!.body), {
    kind: 'ImageReview',
    apiVersion: 'imagepolicy.k8s.io/v1alpha1',
    metadata: {},
    spec: {
      containers: [{ image: 'busybox:1' }, { image: 'init' }],
      annotations: { 'mycorp.image-policy.k8s.io/ticket': '1' },
      namespace: 'default',
    },
    status: { allowed: false },
  });
  const withImage = (image: string) => api.post(pods, pod('b', { containers: [{ name: 'c', image }] }));
  assert.equal(
    expectFailure(await withImage('evil'), 403, 'Forbidden').message,
    'pods "b" is forbidden: image policy webhook backend denied one or more images: evil is evil',
  );
  assert.equal(
    expectFailure(await withImage('odd'), 403, 'Forbidden').message,
    'pods "b" is forbidden: one or more images rejected by webhook backend',
  );
  const debug = { spec: { ephemeralContainers: [{ name: 'e', image: 'evil' }] } };
  expectFailure(await api.patch(`${pods}/a/ephemeralcontainers`, 'strategic', debug), 403, 'Forbidden');
  assert.deepEqual(specOf(webhook.requests.at(-1)!).containers, [{ image: 'evil' }]);
});

test('answers are remembered for a while', async (t) => {
  const { api, clock, webhook } = await setUp(
    t,
    ({ containers }) => ({ allowed: containers[0].image === 'good' }),
    ', allowTTL: 60, denyTTL: -1',
  );
  const ask = (image: string) =>
    api.post(`${pods}?dryRun=All`, pod('a', { containers: [{ name: 'c', image }] }));
  expectCode(await ask('good'), 201);
  clock.advance(59_000);
  expectCode(await ask('good'), 201);
  assert.equal(webhook.requests.length, 1);
  clock.advance(1_000);
  expectCode(await ask('good'), 201);
  assert.equal(webhook.requests.length, 2);
  expectFailure(await ask('bad'), 403, 'Forbidden');
  expectFailure(await ask('bad'), 403, 'Forbidden');
  assert.equal(webhook.requests.length, 4);
});

test('without an answer a pod is refused, or let in when the operator says so', async (t) => {
  const strict = await setUp(t, () => 403);
  const { message = '' } = expectFailure(await strict.api.post(pods, pod('a')), 403, 'Forbidden');
  assert.match(message, /^pods "a" is forbidden: /);
  assert.doesNotMatch(message, /secret-of-the-webhook/);
  const lenient = await setUp(t, () => 403, ', defaultAllow: true');
  expectCode(await lenient.api.post(pods, pod('a')), 201);
});

test('the plugin needs its configuration', async () => {
  await assert.rejects(createCluster({ admission: { enablePlugins: ['ImagePolicyWebhook'] } }), {
    message: 'couldn\'t init admission plugin "ImagePolicyWebhook": no config specified',
  });
});

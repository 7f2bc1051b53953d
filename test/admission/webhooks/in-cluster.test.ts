import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ContainerContext } from '../../../src/index.ts';
import { type Stage, stage } from '../../controllers/kit.ts';
import { configMap, expectCode, expectFailure, type Loose } from '../../helpers/api.ts';
import { base64, configMaps, mutatingPath, rule, validatingPath } from './kit.ts';

const image = 'example/hook:1';
const services = '/api/v1/namespaces/hooks/services';
const hookPods = '/api/v1/namespaces/hooks/pods';

interface Question {
  readonly url: string;
  readonly host: string | null;
  readonly review: Loose;
}

/** A webhook that gives every pod a label, and refuses config maps named `bad`; what it was asked is in `questions`. */
const webhook =
  (questions: Question[]) =>
  ({ listen, signal }: ContainerContext): Promise<void> => {
    listen(8443, async (request) => {
      const review = (await request.json()) as Loose;
      questions.push({ url: request.url, host: request.headers.get('host'), review });
      return Response.json({ ...review, request: undefined, response: answerTo(review.request) });
    });
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  };

function answerTo({ uid, kind, name }: Loose): Loose {
  if (kind.kind === 'Pod') {
    const patch = base64([{ op: 'add', path: '/metadata/labels/hooked', value: 'yes' }]);
    return { uid, allowed: true, patchType: 'JSONPatch', patch };
  }
  return name === 'bad' ? { uid, allowed: false, status: { message: 'bad name' } } : { uid, allowed: true };
}

const controllers = [
  'deployment-controller',
  'replicaset-controller',
  'endpoints-controller',
  'endpointslice-controller',
  'node-lifecycle-controller',
  'kube-scheduler',
];

const workload = (name: string, container: string, replicas = 1) => ({
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: container }] },
    },
  },
});

/** A cluster that runs the webhook behind the service `hook` in the namespace `hooks`. */
async function running(questions: Question[] = []): Promise<Stage> {
  const there = await stage(controllers, { nodes: 1, images: { [image]: webhook(questions) } });
  await there.create('/api/v1/namespaces', { metadata: { name: 'hooks' } });
  await there.create(services, {
    metadata: { name: 'hook' },
    spec: { selector: { app: 'hook' }, ports: [{ port: 443, targetPort: 8443 }] },
  });
  await there.create('/apis/apps/v1/namespaces/hooks/deployments', workload('hook', image));
  return there;
}

const outside = {
  namespaceSelector: {
    matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['hooks'] }],
  },
};

const hook = (resource: string, service: object = {}, more: object = {}) => ({
  name: 'hook.example.com',
  clientConfig: { service: { namespace: 'hooks', name: 'hook', path: '/review', ...service } },
  rules: [rule('CREATE', '', 'v1', resource)],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  ...outside,
  ...more,
});

const configure = (there: Stage, path: string, webhook: object) =>
  there.create(path, { metadata: { name: 'x' }, webhooks: [webhook] });

const failed = (url: string, why: string) =>
  `Internal error occurred: failed calling webhook "hook.example.com": failed to call webhook: Post "${url}?timeout=10s": ${why}`;
const url = 'https://hook.hooks.svc:443/review';

describe('a webhook that runs in the cluster', () => {
  it('is reached through its service, and changes the pods of a Deployment', async () => {
    const questions: Question[] = [];
    await using there = await running(questions);
    await configure(there, mutatingPath, hook('pods'));
    await there.create('/apis/apps/v1/namespaces/default/deployments', workload('web', 'nginx', 3));
    const made = await there.list('/api/v1/namespaces/default/pods');
    assert.deepEqual(
      made.map(({ metadata: { labels }, status }) => [labels.app, labels.hooked, status.phase]),
      Array(3).fill(['web', 'yes', 'Running']),
    );
    assert.equal(questions.length, 3);
    for (const { url: asked, review } of questions) {
      // What a URL shows of its port.
      assert.equal(asked, 'https://hook.hooks.svc/review?timeout=10s');
      assert.equal(
        review.request.userInfo.username,
        'system:serviceaccount:kube-system:replicaset-controller',
      );
    }
    const [own] = await there.list(hookPods);
    assert.equal('hooked' in own.metadata.labels, false);
  });

  it('refuses', async () => {
    await using there = await running();
    await configure(there, validatingPath, hook('configmaps'));
    expectCode(await there.api.post(configMaps, configMap('good')), 201);
    const { message } = expectCode(await there.api.post(configMaps, configMap('bad')), 400);
    assert.equal(message, 'admission webhook "hook.example.com" denied the request: bad name');
  });

  it('is asked at the port and the path that are named', async () => {
    const questions: Question[] = [];
    await using there = await running(questions);
    await there.merge(`${services}/hook`, { spec: { ports: [{ port: 8080, targetPort: 8443 }] } });
    await configure(there, validatingPath, hook('configmaps', { port: 8080, path: undefined }));
    expectCode(await there.api.post(configMaps, configMap('a')), 201);
    assert.deepEqual(
      questions.map((one) => one.url),
      ['https://hook.hooks.svc:8080/?timeout=10s'],
    );
  });

  it('leaves it to the failure policy when none of its pods is ready', async () => {
    await using there = await running();
    await configure(there, validatingPath, hook('configmaps'));
    const scale = (replicas: number) =>
      there.merge('/apis/apps/v1/namespaces/hooks/deployments/hook', { spec: { replicas } });
    await scale(0);
    await there.cluster.advance(60_000);
    assert.deepEqual(await there.list(hookPods), []);
    const { message } = expectFailure(await there.api.post(configMaps, configMap('a')), 500, 'InternalError');
    assert.equal(message, failed(url, 'no endpoints available for service "hook"'));
    await there.merge(`${validatingPath}/x`, {
      webhooks: [hook('configmaps', {}, { failurePolicy: 'Ignore' })],
    });
    expectCode(await there.api.post(configMaps, configMap('bad')), 201);
    await there.merge(`${validatingPath}/x`, { webhooks: [hook('configmaps')] });
    await scale(1);
    expectCode(await there.api.post(configMaps, configMap('b')), 201);
  });

  it('leaves it to the failure policy when there is no such service', async () => {
    await using there = await running();
    await configure(there, validatingPath, hook('configmaps', { name: 'none' }));
    const post = () => there.api.post(configMaps, configMap('a'));
    expectFailure(await post(), 500, 'InternalError');
    const ignoring = hook('configmaps', { name: 'none' }, { failurePolicy: 'Ignore' });
    await there.merge(`${validatingPath}/x`, { webhooks: [ignoring] });
    expectCode(await post(), 201);
  });
});

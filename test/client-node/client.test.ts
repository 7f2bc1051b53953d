import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  ApiException,
  AppsV1Api,
  AutoscalingV2Api,
  CoreV1Api,
  type KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
  Watch,
} from '@kubernetes/client-node';
import { until } from '../helpers/until.ts';
import { type Connection, transports } from './kit.ts';

const namespace = 'default';

/** The ApiException that a call ends with. */
async function failure(call: Promise<unknown>): Promise<ApiException<string>> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ApiException, String(error));
  return error;
}

for (const [transport, connect] of Object.entries(transports)) {
  describe(`@kubernetes/client-node ${transport}`, { timeout: 60_000 }, () => {
    let connection: Connection;
    let config: KubeConfig;
    let core: CoreV1Api;
    before(async () => {
      connection = await connect();
      config = connection.config;
      core = config.makeApiClient(CoreV1Api);
    });
    after(() => connection.close());

    const make = (name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}) =>
      core.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels }, data } });

    it('creates, reads, replaces, deletes', async () => {
      const created = await make('crud', { a: '1' });
      assert.equal(created.kind, 'ConfigMap');
      assert.ok(created.metadata?.creationTimestamp instanceof Date);
      const read = await core.readNamespacedConfigMap({ name: 'crud', namespace });
      assert.deepEqual(read, created);
      const replaced = await core.replaceNamespacedConfigMap({
        name: 'crud',
        namespace,
        body: { ...read, data: { a: '2' } },
      });
      assert.deepEqual(replaced.data, { a: '2' });
      assert.equal(replaced.metadata?.uid, created.metadata?.uid);
      const stale = await failure(
        core.replaceNamespacedConfigMap({ name: 'crud', namespace, body: { ...read, data: {} } }),
      );
      assert.equal(stale.code, 409);
      const status = await core.deleteNamespacedConfigMap({ name: 'crud', namespace });
      assert.equal(status.status, 'Success');
      const gone = await failure(core.readNamespacedConfigMap({ name: 'crud', namespace }));
      assert.equal(gone.code, 404);
      assert.match(String(gone.body), /configmaps \\?"crud\\?" not found/);
    });

    it('patches in every type', async () => {
      await make('patched', { a: '1' });
      const patch = (strategy: string, body: object) =>
        core.patchNamespacedConfigMap(
          { name: 'patched', namespace, body },
          setHeaderOptions('Content-Type', strategy),
        );
      assert.deepEqual((await patch(PatchStrategy.MergePatch, { data: { b: '2' } })).data, {
        a: '1',
        b: '2',
      });
      assert.deepEqual((await patch(PatchStrategy.StrategicMergePatch, { data: { a: null } })).data, {
        b: '2',
      });
      const operations = [{ op: 'replace', path: '/data/b', value: '3' }];
      assert.deepEqual((await patch(PatchStrategy.JsonPatch, operations)).data, { b: '3' });
      const apply = await failure(patch(PatchStrategy.ServerSideApply, { metadata: { name: 'patched' } }));
      assert.equal(apply.code, 415, 'until server-side apply is there');
    });

    it('lists page by page, by selector, and deletes collections', async () => {
      for (let n = 0; n < 7; n++) await make(`page-${n}`, {}, { set: 'page', odd: String(n % 2 === 1) });
      const seen: string[] = [];
      let _continue: string | undefined;
      let pages = 0;
      do {
        const page = await core.listNamespacedConfigMap({
          namespace,
          limit: 3,
          labelSelector: 'set=page',
          ...(_continue ? { _continue } : {}),
        });
        seen.push(...page.items.map(({ metadata }) => metadata?.name ?? ''));
        _continue = page.metadata?._continue;
        pages++;
      } while (_continue);
      assert.equal(pages, 3);
      assert.deepEqual(
        seen,
        Array.from({ length: 7 }, (_, n) => `page-${n}`),
      );
      await core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'set=page,odd=true' });
      const left = await core.listConfigMapForAllNamespaces({ labelSelector: 'set=page' });
      assert.equal(left.items.length, 4);
    });

    it('typed fields survive', async () => {
      const secret = await core.createNamespacedSecret({
        namespace,
        body: { metadata: { name: 's' }, stringData: { k: 'ü' } },
      });
      assert.equal(Buffer.from(secret.data?.['k'] ?? '', 'base64').toString(), 'ü');
      const service = await core.createNamespacedService({
        namespace,
        body: {
          metadata: { name: 'web' },
          spec: { ports: [{ port: 80, targetPort: 'http' }], selector: { app: 'web' } },
        },
      });
      assert.equal(service.spec?.ports?.[0]?.targetPort, 'http');
      assert.match(service.spec?.clusterIP ?? '', /^10\.0\.0\.\d+$/);
    });

    it('works with other groups and with subresources', async () => {
      const apps = config.makeApiClient(AppsV1Api);
      const labels = { app: 'web' };
      await apps.createNamespacedDeployment({
        namespace,
        body: {
          metadata: { name: 'web' },
          spec: {
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'busybox' }] } },
          },
        },
      });
      const scale = await apps.readNamespacedDeploymentScale({ name: 'web', namespace });
      assert.equal(scale.spec?.replicas, 1);
      await apps.replaceNamespacedDeploymentScale({
        name: 'web',
        namespace,
        body: { ...scale, spec: { replicas: 3 } },
      });
      const deployment = await apps.readNamespacedDeployment({ name: 'web', namespace });
      assert.equal(deployment.spec?.replicas, 3);
      const withStatus = { ...deployment, status: { replicas: 3, readyReplicas: 1 } };
      const updated = await apps.replaceNamespacedDeploymentStatus({
        name: 'web',
        namespace,
        body: withStatus,
      });
      assert.equal(updated.status?.readyReplicas, 1);
      const scaling = config.makeApiClient(AutoscalingV2Api);
      const scaler = await scaling.createNamespacedHorizontalPodAutoscaler({
        namespace,
        body: {
          metadata: { name: 'web' },
          spec: {
            maxReplicas: 3,
            scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
          },
        },
      });
      assert.equal(scaler.spec?.minReplicas, 1);
    });

    it('works without types', async () => {
      const objects = KubernetesObjectApi.makeApiClient(config);
      const header = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'untyped', namespace } };
      const created = (await objects.create({ ...header, data: { a: '1' } } as V1ConfigMap)) as V1ConfigMap;
      assert.deepEqual(created.data, { a: '1' });
      const body = { ...header, data: { b: '2' } } as V1ConfigMap;
      const patched = (await objects.patch(
        body,
        undefined,
        undefined,
        undefined,
        undefined,
        PatchStrategy.MergePatch,
      )) as V1ConfigMap;
      assert.deepEqual(patched.data, { a: '1', b: '2' });
      const list = await objects.list('v1', 'ConfigMap', namespace);
      assert.ok(list.items.some(({ metadata }) => metadata?.name === 'untyped'));
      await objects.delete(header);
      assert.equal((await failure(objects.read(header))).code, 404);
    });

    it('watches', async () => {
      const { metadata } = await core.listNamespacedConfigMap({ namespace });
      const events: string[] = [];
      const ended = Promise.withResolvers<unknown>();
      const controller = await new Watch(config).watch(
        `/api/v1/namespaces/${namespace}/configmaps`,
        { resourceVersion: metadata?.resourceVersion, allowWatchBookmarks: true },
        (type: string, object: V1ConfigMap) => events.push(`${type} ${object.metadata?.name}`),
        ended.resolve,
      );
      await make('watched');
      await core.deleteNamespacedConfigMap({ name: 'watched', namespace });
      await until(() => events.length >= 2);
      assert.deepEqual(events, ['ADDED watched', 'DELETED watched']);
      controller.abort();
      await ended.promise;
    });

    it('an informer keeps up', async () => {
      const labelSelector = 'informed=yes';
      await make('i-1', {}, { informed: 'yes' });
      const informer = makeInformer<V1ConfigMap>(
        config,
        `/api/v1/namespaces/${namespace}/configmaps`,
        () => core.listNamespacedConfigMap({ namespace, labelSelector }),
        labelSelector,
      );
      const calls: string[] = [];
      for (const verb of ['add', 'update', 'delete'] as const) {
        informer.on(verb, ({ metadata }) => calls.push(`${verb} ${metadata?.name}`));
      }
      await informer.start();
      await make('i-2', {}, { informed: 'yes' });
      await make('i-3');
      const body = { data: { changed: 'yes' } };
      await core.patchNamespacedConfigMap(
        { name: 'i-1', namespace, body },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      );
      await core.deleteNamespacedConfigMap({ name: 'i-2', namespace });
      await until(() => calls.length >= 4);
      assert.deepEqual(calls, ['add i-1', 'add i-2', 'update i-1', 'delete i-2']);
      assert.deepEqual(
        informer.list().map(({ metadata, data }) => [metadata?.name, data]),
        [['i-1', { changed: 'yes' }]],
      );
      await informer.stop();
    });
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCluster } from '../../src/testing/cluster.ts';
import { apiOver, expectCode, expectFailure, pod as wirePod } from '../helpers/api.ts';
import { admissionOver, apply, inNamespace, pod, refused } from './helper.ts';

const account = (name: string, rest: object = {}, annotations: Record<string, string> = {}) => ({
  ...inNamespace('a', apply('v1', 'ServiceAccount', name, rest)),
  metadata: { name, namespace: 'a', annotations },
});
const enforced = { 'kubernetes.io/enforce-mountable-secrets': 'true' };
const withAccounts = (...accounts: ReturnType<typeof account>[]) =>
  admissionOver([account('default'), ...accounts], ['ServiceAccount']);

// biome-ignore lint/suspicious/noExplicitAny: specs are looked into at will
const specOf = (object: { [field: string]: unknown }) => object['spec'] as any;
const forbidden = (why: string) => `pods "web" is forbidden: ${why}`;
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

test('a pod runs as the default account and gets its token', async () => {
  const admit = await withAccounts();
  const initContainers = [{ name: 'i', volumeMounts: [{ name: 'own', mountPath }] }];
  const spec = specOf(await admit(pod({ initContainers, volumes: [{ name: 'own', emptyDir: {} }] })));
  assert.equal(spec.serviceAccountName, 'default');
  const { name, projected } = spec.volumes[1];
  assert.match(name, /^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  assert.deepEqual(projected, {
    defaultMode: 420,
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  });
  assert.deepEqual(spec.containers[0].volumeMounts, [{ name, readOnly: true, mountPath }]);
  assert.deepEqual(spec.initContainers[0].volumeMounts, initContainers[0]!.volumeMounts);
  assert.deepEqual(specOf(await admit(pod(spec))).volumes, spec.volumes);
});

test('pod and account say whether the token is mounted, the pod with the last word', async () => {
  const admit = await withAccounts(account('quiet', { automountServiceAccountToken: false }));
  const mounts = async (spec: object) => specOf(await admit(pod(spec))).volumes !== undefined;
  assert.equal(await mounts({}), true);
  assert.equal(await mounts({ automountServiceAccountToken: false }), false);
  assert.equal(await mounts({ serviceAccountName: 'quiet' }), false);
  assert.equal(await mounts({ serviceAccountName: 'quiet', automountServiceAccountToken: true }), true);
});

test('pull secrets come from the account unless the pod has its own', async () => {
  const admit = await withAccounts(account('puller', { imagePullSecrets: [{ name: 'r1' }, { name: 'r2' }] }));
  const secretsOf = async (spec: object) =>
    specOf(await admit(pod({ serviceAccountName: 'puller', ...spec }))).imagePullSecrets;
  assert.deepEqual(await secretsOf({}), [{ name: 'r1' }, { name: 'r2' }]);
  assert.deepEqual(await secretsOf({ imagePullSecrets: [{ name: 'own' }] }), [{ name: 'own' }]);
});

test('an account that is not there refuses the pod', async () => {
  const admit = await withAccounts();
  await refused(
    403,
    forbidden('error looking up service account a/none: serviceaccount "none" not found'),
    admit(pod({ serviceAccountName: 'none' })),
  );
});

test('an account may list the secrets that its pods use', async () => {
  const admit = await withAccounts(
    account('strict', { secrets: [{ name: 'mine' }], imagePullSecrets: [{ name: 'reg' }] }, enforced),
  );
  const env = (name: string) => ({ name: 'c', env: [{ name: 'V', valueFrom: { secretKeyRef: { name } } }] });
  const envFrom = (name: string) => ({ name: 'c', envFrom: [{ secretRef: { name } }] });
  const volume = (secretName: string) => ({ volumes: [{ name: 'v', secret: { secretName } }] });
  const sent = (spec: object) => pod({ serviceAccountName: 'strict', ...spec });
  await admit(sent({ containers: [env('mine'), envFrom('mine')], ...volume('mine') }));
  const tail = 'is not allowed because service account strict does not reference that';
  const cases: [object, string][] = [
    [volume('x'), `volume with secret.secretName="x" ${tail} secret`],
    [
      { containers: [env('x')] },
      `container c with envVar V referencing secret.secretName="x" ${tail} secret`,
    ],
    [
      { initContainers: [envFrom('x')] },
      `init container c with envFrom referencing secret.secretName="x" ${tail} secret`,
    ],
    [
      { imagePullSecrets: [{ name: 'reg' }, { name: 'x' }] },
      `imagePullSecrets[1].name="x" ${tail} imagePullSecret`,
    ],
  ];
  for (const [spec, why] of cases) await refused(403, forbidden(why), admit(sent(spec)));
  const old = sent({});
  const debugging = sent({ ephemeralContainers: [env('x')] });
  await refused(
    500,
    `ephemeral container c with envVar V referencing secret.secretName="x" ${tail} secret`,
    admit(debugging, { oldObject: old, subresource: 'ephemeralcontainers' }),
  );
  await admit(sent(volume('x')), { oldObject: old });
});

test('mirror pods are left alone and reach nothing that the API keeps', async () => {
  const admit = await withAccounts();
  const mirror = (spec: object) => pod(spec, { annotations: { 'kubernetes.io/config.mirror': 'x' } });
  const spec = specOf(await admit(mirror({})));
  assert.deepEqual([spec.serviceAccountName, spec.volumes], [undefined, undefined]);
  const cases: [object, string][] = [
    [{ serviceAccountName: 'default' }, 'a mirror pod may not reference service accounts'],
    [{ imagePullSecrets: [{ name: 's' }] }, 'a mirror pod may not reference secrets'],
    [
      { volumes: [{ name: 'v', iscsi: { secretRef: { name: 's' } } }] },
      'a mirror pod may not reference secrets',
    ],
    [
      { ephemeralContainers: [{ name: 'e', envFrom: [{ secretRef: { name: 's' } }] }] },
      'a mirror pod may not reference secrets',
    ],
    [
      { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] },
      'a mirror pod may not use ServiceAccountToken volume projections',
    ],
  ];
  for (const [rest, why] of cases) await refused(403, forbidden(why), admit(mirror(rest)));
});

test('what the plugin adds passes validation', async () => {
  await using cluster = await createCluster({ admission: { enablePlugins: ['ServiceAccount'] } });
  const api = apiOver(cluster.fetch);
  const pods = '/api/v1/namespaces/default/pods';
  expectFailure(await api.post(pods, wirePod('web')), 403, 'Forbidden');
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  expectCode(await api.post(accounts, apply('v1', 'ServiceAccount', 'default')), 201);
  // A volume without a name is for validation to refuse.
  expectFailure(await api.post(pods, wirePod('odd', { volumes: [{}] })), 422, 'Invalid');
  const { spec } = expectCode(await api.post(pods, wirePod('web')), 201);
  assert.equal(spec.serviceAccountName, 'default');
  assert.equal(spec.serviceAccount, 'default');
  assert.equal(spec.containers[0].volumeMounts[0].mountPath, mountPath);
});

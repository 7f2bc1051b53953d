import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '../../src/apimachinery/object.ts';
import { createCluster } from '../../src/testing/cluster.ts';
import { apiOver, expectCode, expectFailure, type Loose, pod as wirePod } from '../helpers/api.ts';
import { admissionOver, apply, inNamespace, pod, refused } from './helper.ts';

type Labels = Record<string, string>;
const prefix = 'pod-security.kubernetes.io/';
const labelled = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).map(([key, value]) => [prefix + key, value]));
const namespace = (name: string, labels: Labels): KubeObject => ({
  ...apply('v1', 'Namespace', name, { status: { phase: 'Active' } }),
  metadata: { name, labels: labelled(labels) },
});

/** Admission of pods in namespace `p`, which has these labels; tells what was said beside the answer, too. */
async function under(labels: Labels, configuration?: object) {
  const setting = configuration ? { configurations: { PodSecurity: configuration } } : {};
  const admit = await admissionOver([namespace('p', labels)], [], setting);
  return async (object: KubeObject, extra: Parameters<typeof admit>[1] = {}) => {
    const warnings: string[] = [];
    const annotations: Labels = {};
    await admit(inNamespace('p', object), {
      warn: (text) => warnings.push(text),
      annotate: (key, value) => {
        annotations[key.replace(prefix, '')] = value;
      },
      ...extra,
    });
    return { warnings, annotations };
  };
}

const safe = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
const container = (name: string, securityContext?: object, rest: object = {}) => ({
  name,
  image: name,
  ...(securityContext ? { securityContext } : {}),
  ...rest,
});
const restrictedPod = (spec: object = {}) => pod({ containers: [container('c', safe)], ...spec });

test('a plain pod passes baseline and not restricted, which says everything that is missing', async () => {
  const baseline = await under({ enforce: 'baseline' });
  await baseline(pod());
  const restricted = await under({ enforce: 'restricted' });
  await restricted(restrictedPod());
  await refused(
    403,
    'pods "web" is forbidden: violates PodSecurity "restricted:latest": ' +
      'allowPrivilegeEscalation != false (container "main" must set securityContext.allowPrivilegeEscalation=false), ' +
      'unrestricted capabilities (container "main" must set securityContext.capabilities.drop=["ALL"]), ' +
      'runAsNonRoot != true (pod or container "main" must set securityContext.runAsNonRoot=true), ' +
      'seccompProfile (pod or container "main" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    restricted(pod()),
  );
});

const annotated = (annotations: Labels, spec: object = {}) => pod(spec, { annotations });
const inContext = (securityContext: object) => pod({ securityContext });
const inContainer = (securityContext: object) => pod({ containers: [container('c', securityContext)] });

test('baseline: every rule, with its words', async () => {
  const admit = await under({ enforce: 'baseline' });
  const cases: [KubeObject, string][] = [
    [pod({ hostNetwork: true, hostPID: true }), 'host namespaces (hostNetwork=true, hostPID=true)'],
    [
      pod({
        volumes: [
          { name: 'a', hostPath: { path: '/' } },
          { name: 'b', hostPath: { path: '/' } },
        ],
      }),
      'hostPath volumes (volumes "a", "b")',
    ],
    [
      pod({ containers: [container('c', undefined, { ports: [{ hostPort: 80 }, { hostPort: 443 }] })] }),
      'hostPort (container "c" uses hostPorts 443, 80)',
    ],
    [
      pod({
        containers: [
          container('c', undefined, {
            livenessProbe: { httpGet: { host: 'h' } },
            lifecycle: { preStop: { tcpSocket: { host: 'i' } } },
          }),
        ],
      }),
      'probe or lifecycle host (container "c" uses probe or lifecycle hosts "h", "i")',
    ],
    [
      inContainer({ privileged: true }),
      'privileged (container "c" must not set securityContext.privileged=true)',
    ],
    [
      inContainer({ capabilities: { add: ['NET_RAW', 'CHOWN', 'BPF'] } }),
      'non-default capabilities (container "c" must not include "BPF", "NET_RAW" in securityContext.capabilities.add)',
    ],
    [
      inContainer({ procMount: 'Unmasked' }),
      'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
    ],
    [
      inContext({ seLinuxOptions: { type: 'spc_t', role: 'r', user: 'u' } }),
      'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set; role may not be set)',
    ],
    [
      inContext({ seccompProfile: { type: 'Unconfined' } }),
      'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
    [
      inContext({ appArmorProfile: { type: 'Unconfined' } }),
      'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")',
    ],
    [
      annotated({ 'container.apparmor.security.beta.kubernetes.io/main': 'unconfined' }),
      'forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/main="unconfined"")',
    ],
    [
      inContext({ sysctls: [{ name: 'kernel.msgmax' }, { name: 'net.ipv4.tcp_rmem' }] }),
      'forbidden sysctls (kernel.msgmax)',
    ],
    [
      pod({
        securityContext: { windowsOptions: { hostProcess: true } },
        containers: [container('c', { windowsOptions: { hostProcess: true } })],
      }),
      'hostProcess (pod and container "c" must not set securityContext.windowsOptions.hostProcess=true)',
    ],
    [
      pod({
        hostIPC: true,
        initContainers: [container('i', { privileged: true })],
        ephemeralContainers: [container('e', { privileged: true })],
      }),
      'host namespaces (hostIPC=true), privileged (containers "i", "e" must not set securityContext.privileged=true)',
    ],
  ];
  for (const [object, why] of cases) {
    await refused(
      403,
      `pods "web" is forbidden: violates PodSecurity "baseline:latest": ${why}`,
      admit(object),
    );
  }
});

test('restricted: what it asks for beyond baseline', async () => {
  const admit = await under({ enforce: 'restricted' });
  const cases: [KubeObject, string][] = [
    [
      restrictedPod({
        volumes: [
          { name: 'a', nfs: {} },
          { name: 'b', hostPath: { path: '/' } },
        ],
      }),
      'restricted volume types (volumes "a", "b" use restricted volume types "hostPath", "nfs")',
    ],
    [
      restrictedPod({ securityContext: { runAsNonRoot: false } }),
      'runAsNonRoot != true (pod must not set securityContext.runAsNonRoot=false)',
    ],
    [restrictedPod({ securityContext: { runAsUser: 0 } }), 'runAsUser=0 (pod must not set runAsUser=0)'],
    [
      pod({ containers: [container('c', { ...safe, capabilities: { drop: ['ALL'], add: ['CHOWN'] } })] }),
      'unrestricted capabilities (container "c" must not include "CHOWN" in securityContext.capabilities.add)',
    ],
    [
      pod({ containers: [container('c', { ...safe, seccompProfile: { type: 'Unconfined' } })] }),
      'seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")',
    ],
  ];
  for (const [object, why] of cases) {
    await refused(
      403,
      `pods "web" is forbidden: violates PodSecurity "restricted:latest": ${why}`,
      admit(object),
    );
  }
  const windows = { containers: [container('c', { runAsNonRoot: true })], os: { name: 'windows' } };
  await admit(pod(windows));
  const bare = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  const ofPod = { runAsNonRoot: true, seccompProfile: { type: 'Localhost' } };
  await admit(pod({ containers: [container('c', bare)], securityContext: ofPod }));
});

test('a version checks what was checked then', async () => {
  const at = async (version: string, level: string, object: KubeObject) =>
    (await under({ enforce: level, 'enforce-version': version }))(object);
  const passes = (version: string, level: string, object: KubeObject) => at(version, level, object);
  const fails = (version: string, level: string, object: KubeObject, why: string) =>
    refused(
      403,
      `pods "web" is forbidden: violates PodSecurity "${level}:${version}": ${why}`,
      at(version, level, object),
    );
  const keepalive = inContext({ sysctls: [{ name: 'net.ipv4.tcp_keepalive_time' }] });
  await fails('v1.28', 'baseline', keepalive, 'forbidden sysctls (net.ipv4.tcp_keepalive_time)');
  await passes('v1.29', 'baseline', keepalive);
  await passes('v1.99', 'baseline', keepalive);
  const engine = inContext({ seLinuxOptions: { type: 'container_engine_t' } });
  await fails(
    'v1.30',
    'baseline',
    engine,
    'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "container_engine_t")',
  );
  await passes('v1.31', 'baseline', engine);
  const alpha = annotated({ 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' });
  await fails(
    'v1.18',
    'baseline',
    alpha,
    'seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")',
  );
  await passes('v1.19', 'baseline', alpha);
  const unmasked = pod({
    hostUsers: false,
    containers: [container('c', { ...safe, procMount: 'Unmasked', runAsNonRoot: undefined })],
  });
  await passes('v1.35', 'baseline', unmasked);
  const procMount = 'procMount (container "c" must not set securityContext.procMount to "Unmasked")';
  await fails('v1.34', 'baseline', unmasked, procMount);
  await fails('v1.36', 'restricted', unmasked, procMount);
  await passes('v1.7', 'restricted', pod({ securityContext: { runAsNonRoot: true } }));
});

test('audit and warn say what enforce would refuse', async () => {
  const admit = await under({ warn: 'baseline', audit: 'restricted', 'audit-version': 'v1.0' });
  const sent = restrictedPod({ hostPID: true, volumes: [{ name: 'n', nfs: {} }] });
  assert.deepEqual(await admit(sent), {
    warnings: ['would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)'],
    annotations: {
      'enforce-policy': 'privileged:latest',
      'audit-violations':
        'would violate PodSecurity "restricted:v1.0": host namespaces (hostPID=true), restricted volume types (volume "n" uses restricted volume type "nfs")',
    },
  });
  assert.deepEqual((await admit(restrictedPod())).warnings, []);
});

test('workloads are warned about and not refused', async () => {
  const admit = await under({ enforce: 'baseline' });
  const template = { spec: { containers: [container('c')], hostNetwork: true } };
  const workloads: KubeObject[] = [
    apply('apps/v1', 'Deployment', 'w', { spec: { template } }),
    apply('apps/v1', 'DaemonSet', 'w', { spec: { template } }),
    apply('batch/v1', 'Job', 'w', { spec: { template } }),
    apply('batch/v1', 'CronJob', 'w', { spec: { jobTemplate: { spec: { template } } } }),
    apply('v1', 'PodTemplate', 'w', { template }),
    apply('v1', 'ReplicationController', 'w', { spec: { template } }),
  ];
  const warnings = ['would violate PodSecurity "baseline:latest": host namespaces (hostNetwork=true)'];
  for (const workload of workloads) {
    assert.deepEqual(await admit(workload), { warnings, annotations: {} }, workload.kind);
  }
  const without = apply('v1', 'ReplicationController', 'w', { spec: {} });
  assert.deepEqual((await admit(without)).warnings, []);
  const status = { oldObject: workloads[0]!, subresource: 'status' };
  assert.deepEqual((await admit(workloads[0]!, status)).warnings, []);
});

test('users, namespaces and runtime classes may be exempt', async () => {
  const restricted = { level: 'restricted', version: 'latest' };
  const configuration = {
    defaults: { enforce: restricted, audit: restricted, warn: restricted },
    exemptions: { usernames: ['root'], namespaces: [], runtimeClasses: ['kata'] },
  };
  const admit = await under({}, configuration);
  await assert.rejects(admit(pod()), /violates PodSecurity "restricted:latest"/);
  const root = { user: { name: 'root', groups: [] } };
  assert.deepEqual((await admit(pod(), root)).annotations, { exempt: 'user' });
  const kata = apply('node.k8s.io/v1', 'RuntimeClass', 'kata', { handler: 'kata' });
  const admitKata = await admissionOver([namespace('p', {}), kata], [], {
    configurations: { PodSecurity: configuration },
  });
  await admitKata(inNamespace('p', pod({ runtimeClassName: 'kata' })));
  const exempt = { ...configuration, exemptions: { ...configuration.exemptions, namespaces: ['p'] } };
  assert.deepEqual((await (await under({}, exempt))(pod())).annotations, { exempt: 'namespace' });
});

test('an update is checked when it changes what runs', async () => {
  const admit = await under({ enforce: 'restricted' });
  const old = pod();
  await admit(pod({ activeDeadlineSeconds: 5 }), { oldObject: old });
  await admit(pod(), { oldObject: old, subresource: 'status' });
  const violates = /violates PodSecurity "restricted:latest"/;
  await assert.rejects(admit(pod({ containers: [container('main')] }), { oldObject: old }), violates);
  const debugging = pod({ ephemeralContainers: [container('e')] });
  const ephemeral = { oldObject: old, subresource: 'ephemeralcontainers' };
  await assert.rejects(admit(debugging, ephemeral), violates);
});

test('labels that say nothing are refused, and are as strict as can be where they are', async () => {
  const admit = await admissionOver([namespace('p', { enforce: 'strict', warn: 'loud' })]);
  await assert.rejects(
    admit(inNamespace('p', pod({ hostPID: true }))),
    /violates PodSecurity "restricted:latest": host namespaces/,
  );
  const must = (label: string, value: string, what: string) =>
    `metadata.labels[${prefix}${label}]: Invalid value: "${value}": must be ${what}`;
  const level = 'one of privileged, baseline, restricted';
  const bad = namespace('q', { enforce: 'strict', 'warn-version': '1.2' });
  const findings = [must('enforce', 'strict', level), must('warn-version', '1.2', '"latest" or "v1.x"')];
  await refused(422, `Namespace "q" is invalid: [${findings.join(', ')}]`, admit(bad));
  await admit(bad, { oldObject: bad });
  await refused(
    422,
    `Namespace "q" is invalid: [${findings.join(', ')}]`,
    admit(bad, { oldObject: namespace('q', {}) }),
  );
});

test('whoever makes a namespace stricter hears about the pods in it', async () => {
  await using cluster = await createCluster();
  const api = apiOver(cluster.fetch);
  const pods = '/api/v1/namespaces/default/pods';
  const controller = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u', controller: true };
  const owned = { ownerReferences: [controller] };
  for (const [name, spec, metadata] of [
    ['b', { hostPID: true }, {}],
    ['a', { hostPID: true }, owned],
    ['c', { hostPID: true }, owned],
    ['d', { hostIPC: true }, {}],
    ['fine', {}, {}],
  ] as const) {
    expectCode(await api.post(pods, wirePod(name, spec, metadata)), 201);
  }
  const setLabels = (labels: Labels) =>
    api.patch('/api/v1/namespaces/default', 'merge', { metadata: { labels: labelled(labels) } });
  const strict = await setLabels({ enforce: 'baseline' });
  expectCode(strict, 200);
  assert.equal(
    strict.headers.get('warning'),
    [
      '299 - "existing pods in namespace \\"default\\" violate the new PodSecurity enforce level \\"baseline:latest\\""',
      '299 - "a (and 3 other pods): host namespaces"',
    ].join(', '),
  );
  const { message } = expectFailure(await api.post(pods, wirePod('e', { hostPID: true })), 403, 'Forbidden');
  assert.equal(
    message,
    'pods "e" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)',
  );
  expectFailure(await setLabels({ enforce: 'none' }), 422, 'Invalid');
  assert.equal((await setLabels({ enforce: 'privileged' })).headers.get('warning'), null);
});

test('what was found stands in the audit record', async () => {
  const events: Loose[] = [];
  await using cluster = await createCluster({
    audit: { policy: { rules: [{ level: 'Metadata' }] }, onEvent: (json) => events.push(JSON.parse(json)) },
  });
  const api = apiOver(cluster.fetch);
  const labels = labelled({ audit: 'baseline', 'audit-version': 'v1.36' });
  expectCode(await api.patch('/api/v1/namespaces/default', 'merge', { metadata: { labels } }), 200);
  expectCode(await api.post('/api/v1/namespaces/default/pods', wirePod('a', { hostPID: true })), 201);
  const { annotations } = events.at(-1);
  assert.equal(annotations[`${prefix}enforce-policy`], 'privileged:latest');
  assert.equal(
    annotations[`${prefix}audit-violations`],
    'would violate PodSecurity "baseline:v1.36": host namespaces (hostPID=true)',
  );
});
